import { ruleOf } from '../../conflict/all.ts';
import type { Contract } from '../../core/contract.ts';
import type { RecordRule } from '../../core/rules/sql-rules.ts';
import { qualifiedType } from '../../core/type-name.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { showText } from '../../words/did-you-mean.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { typeFacts } from '../catalogue/column-types.ts';
import { findColumn, isFilledByServer, refuseMisfits, unknownColumn } from './declared-words.ts';
import type { Problem } from './problems.ts';
import type { Dataset } from './schema.ts';

/** Types of a column that marks missing rows: true, or since when. */
const marks = ['boolean', 'timestamptz', 'timestamp', 'date'] as const;

/** Refuses a scope or a mark in columns that cannot be one; all of them at once. */
export function requireReplaced(dataset: Dataset, catalogue: Catalogue): void {
  const scope = Object.keys(dataset.replaceWhere ?? {}).flatMap((name): readonly Problem[] => {
    const column = findColumn(catalogue, name);
    const at = ['replaceWhere', name];
    const told = `replaceWhere names ${showText(name)}, but `;
    if (column === undefined) return [{ at, message: `${told}${unknownColumn(catalogue, name)}` }];
    return isFilledByServer(column)
      ? [{ at, message: `${told}PostgreSQL fills that column itself: name one that the file brings.` }]
      : [];
  });
  refuseMisfits(loadCodes.RULE, dataset, [...scope, ...problemsOfMark(dataset, catalogue)]);
}

function problemsOfMark(dataset: Dataset, catalogue: Catalogue): readonly Problem[] {
  const name = markOf(dataset);
  if (name === null) return [];
  const at = ['conflict', 'mark'];
  const told = `conflict marks missing rows in ${showText(name)}, but `;
  const column = findColumn(catalogue, name);
  if (column === undefined) return [{ at, message: `${told}${unknownColumn(catalogue, name)}` }];
  if (isFilledByServer(column)) return [{ at, message: `${told}PostgreSQL fills that column itself.` }];
  if (dataset.key.includes(name)) return [{ at, message: `${told}it is part of the key.` }];
  const { plainForm } = typeFacts(column);
  const isMark = !column.isDomain && marks.some((form) => form === plainForm);
  if (!isMark)
    return [
      { at, message: `${told}its type is ${column.type}: make it boolean, or timestamptz, which says since when.` },
    ];
  return plainForm !== 'boolean' && column.notNull
    ? [
        {
          at,
          message: `${told}it is NOT NULL, and a row that is there has no moment in it: let it be NULL, or make it boolean.`,
        },
      ]
    : [];
}

/** The column that marks missing rows; null: they are deleted, or the rule has none. */
export function markOf({ conflict }: Pick<Dataset, 'conflict'>): string | null {
  const { mark } = conflict;
  return ruleOf({ conflict }).missing === undefined || typeof mark !== 'string' ? null : mark;
}

/** As a contract has it. */
export function declaredScope({ replaceWhere }: Pick<Dataset, 'replaceWhere'>): Pick<Contract, 'replaceWhere'> {
  return replaceWhere === undefined ? {} : { replaceWhere };
}

/** A record outside of the declared scope is a reject: the file would be the truth of rows that nobody named. */
export function scopeRules(
  { replaceWhere = {} }: Pick<Dataset, 'replaceWhere'>,
  catalogue: Catalogue,
): readonly RecordRule[] {
  return Object.entries(replaceWhere).flatMap(([name, text]): readonly RecordRule[] => {
    const column = findColumn(catalogue, name);
    if (column === undefined || text === null) return [];
    // as core/comparison.ts compares values of a domain over an enum
    const compared = column.enumType == null ? '' : `::${qualifiedType(column.enumType)}`;
    return [
      {
        name: `replaceWhere ${name}`,
        sql: `(${sqlName(name)}${compared} ${column.equals} ${sqlText(text)}::${qualifiedType(column.type)}${compared}) is true`,
        columns: [name],
        words: `${name} is not ${text}: the file replaces no other rows`,
      },
    ];
  });
}

function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function sqlText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
