import { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { ColumnRules, PlainForm } from '../../core/contract.ts';
import { showList, showText } from '../../words/did-you-mean.ts';
import type { Catalogue, CatalogueColumn } from '../catalogue/catalogue.ts';
import { typeFacts } from '../catalogue/column-types.ts';
import { findColumn, inDataset, isFilledByServer, unknownColumn } from './declared-words.ts';
import type { Dataset } from './schema.ts';

/** Refuses rules on columns that the target lacks, or that do not fit the column's type; all of them at once. */
export function requireRules(dataset: Dataset, catalogue: Catalogue): void {
  const problems = Object.entries(dataset.columns.rules).flatMap(([name, rules]) => {
    const column = findColumn(catalogue, name);
    if (column === undefined) return [`a rule is for ${showText(name)}, but ${unknownColumn(catalogue, name)}`];
    if (isFilledByServer(column))
      return [`a rule is for ${showText(name)}, but PostgreSQL fills that column itself. Use a CHECK.`];
    return misfits(column, rules);
  });
  if (problems.length > 0) throw new LoadRejected(loadCodes.RULE, inDataset(dataset, problems));
}

const numbers: readonly PlainForm[] = ['int2', 'int4', 'int8', 'numeric', 'float8'];

function misfits(column: CatalogueColumn, rules: ColumnRules): readonly string[] {
  const { plainForm } = typeFacts(column);
  const wrong = (used: readonly (keyof ColumnRules)[], fits: boolean, what: string): readonly string[] => {
    const present = used.filter((rule) => rules[rule] !== undefined);
    return present.length === 0 || fits
      ? []
      : [
          `${present.join(', ')} of ${showText(column.name)}: only for ${what}, but its type is ${column.type}. Use a CHECK on the table.`,
        ];
  };
  return [
    ...wrong(['min', 'max'], numbers.includes(plainForm), 'numbers'),
    ...wrong(['minLength', 'maxLength', 'pattern'], plainForm === 'text', 'text'),
    ...wrong(['oneOf'], plainForm === 'text' || numbers.includes(plainForm), 'text and numbers'),
    ...(numbers.includes(plainForm) ? notNumbers(column.name, rules.oneOf ?? []) : []),
  ];
}

function notNumbers(column: string, oneOf: readonly string[]): readonly string[] {
  const others = oneOf.filter((text) => !/^[+-]?\d+(\.\d+)?$/u.test(text));
  return others.length === 0
    ? []
    : [`oneOf of ${showText(column)} lists ${showList(others)}, but the column holds numbers.`];
}
