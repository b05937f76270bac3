import type { Catalogue } from '../../compile/catalogue/catalogue.ts';
import { typeFacts } from '../../compile/catalogue/column-types.ts';
import { findColumn } from '../../compile/declaration/declared-words.ts';
import type { Problem } from '../../compile/declaration/problems.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { isText } from '../../core/contract.ts';
import { printable } from '../../core/printable.ts';
import { qualifiedType } from '../../core/type-name.ts';
import { type Db, many } from '../../db/client.ts';
import { showText } from '../../words/did-you-mean.ts';
import { selectUnreadable } from './constants-sql.ts';

/** What is wrong with the constants of a dataset, and with the scope that it replaces, as values of their columns. */
export async function askConstants(db: Db, dataset: Dataset, catalogue: Catalogue): Promise<readonly Problem[]> {
  const declared = [
    ...Object.entries(dataset.columns.constants).map(([name, text]) => ({ name, text, field: 'constants' as const })),
    ...Object.entries(dataset.replaceWhere ?? {}).map(([name, text]) => ({
      name,
      text,
      field: 'replaceWhere' as const,
    })),
  ];
  const asked = declared.flatMap(({ name, text, field }) => {
    if (text === null) return [];
    const column = findColumn(catalogue, name);
    if (column === undefined) return [];
    const facts = typeFacts(column);
    // a domain's CHECK is code of its owner's, asked of each record
    if (column.isDomain || isText({ ...column, ...facts })) return [];
    return [{ name, text, field, type: facts.stagingType === 'text' ? qualifiedType(column.type) : facts.stagingType }];
  });
  if (asked.length === 0) return [];
  const words = asked.filter(({ text, type }) => moments.test(type) && !/^\s*[\d-]*\d/u.test(text));
  const unreadable = await many<{ position: number; message: string }>(
    db,
    selectUnreadable(
      asked.map(({ text }) => text),
      asked.map(({ type }) => type),
    ),
  );
  return [
    ...words.map(({ name, text, field }) =>
      problemOf({ name, field }, `${showText(text)} means something else at each run, or no day; write one out`),
    ),
    ...unreadable.flatMap(({ position, message }) => {
      const constant = asked[position - 1];
      return constant === undefined || words.includes(constant) ? [] : [problemOf(constant, printable(message))];
    }),
  ];
}

function problemOf(
  { name, field }: { readonly name: string; readonly field: 'constants' | 'replaceWhere' },
  words: string,
): Problem {
  const path = field === 'constants' ? ['columns', 'constants'] : [field];
  return { at: [...path, name], message: `${path.join('.')} of ${showText(name)}: ${words}` };
}

const moments = /^(?:pg_catalog\.)?(?:date|time)/u;
