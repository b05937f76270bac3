import { loadCodes } from '../../../protocol/load-codes.ts';
import type { ColumnRules } from '../../../core/rules/column-rules.ts';
import type { PlainForm } from '../../../core/contract.ts';
import { showList, showText } from '../../../words/did-you-mean.ts';
import type { Catalogue, CatalogueColumn } from '../../catalogue/catalogue.ts';
import { typeFacts } from '../../catalogue/column-types.ts';
import { ungraded } from './graded-rules.ts';
import { boundKind } from './bounds.ts';
import { findColumn, isFilledByServer, refuseMisfits, unknownColumn } from '../declared-words.ts';
import type { Problem } from '../problems.ts';
import type { Dataset } from '../schema.ts';

/** Refuses rules on columns that the target lacks, or that do not fit the column's type; all of them at once. */
export function requireRules(dataset: Dataset, catalogue: Catalogue, ofSql: readonly Problem[]): void {
  const ofColumns = Object.entries(dataset.columns.rules).flatMap(([name, rules]) =>
    problemsOfColumn(catalogue, name, rules).map((message): Problem => ({ at: ['columns', 'rules', name], message })),
  );
  refuseMisfits(loadCodes.RULE, dataset, [...ofColumns, ...ofSql]);
}

function problemsOfColumn(
  catalogue: Catalogue,
  name: string,
  rules: Dataset['columns']['rules'][string],
): readonly string[] {
  const column = findColumn(catalogue, name);
  if (column === undefined) return [`a rule is for ${showText(name)}, but ${unknownColumn(catalogue, name)}`];
  if (isFilledByServer(column))
    return [`a rule is for ${showText(name)}, but PostgreSQL fills that column itself. Use a CHECK.`];
  return [...misfits(column, ungraded(rules)), ...uniqueBesideItself(catalogue, name, rules.unique)];
}

/** What a table that refers to itself takes is judged from parents to children, and not again by what is unique. */
function uniqueBesideItself(catalogue: Catalogue, name: string, unique: boolean | undefined): readonly string[] {
  return unique === true && catalogue.foreignKeys.some(({ selfReferencing }) => selfReferencing)
    ? [`unique of ${showText(name)}: not for a table with a foreign key to itself. Use a unique index on the table.`]
    : [];
}

const numbers: readonly PlainForm[] = ['int2', 'int4', 'int8', 'numeric', 'float8'];
const moments: readonly PlainForm[] = ['date', 'timestamp', 'timestamptz'];

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
  const isNumber = numbers.includes(plainForm);
  const listed = rules.lookup !== undefined && 'values' in rules.lookup ? rules.lookup.values : [];
  const isMoment = moments.includes(plainForm);
  return [
    ...wrong(['min', 'max'], isNumber || isMoment, 'numbers, dates and timestamps'),
    ...wrong(['minLength', 'maxLength', 'pattern'], plainForm === 'text', 'text'),
    ...wrong(['oneOf'], plainForm === 'text' || isNumber, 'text and numbers'),
    ...(listed.length === 0
      ? []
      : wrong(['lookup'], plainForm === 'text' || isNumber, 'text and numbers where it is a list')),
    ...wrong(['unique'], column.orderable, 'types whose values can be sorted'),
    ...wrong(['distinctAtLeast'], column.orderable, 'types whose values can be sorted'),
    ...wrong(['notFuture', 'notPast'], isMoment, 'dates and timestamps'),
    ...(isNumber || isMoment ? wrongBounds(column, plainForm, rules) : []),
    ...(isNumber ? notNumbers(column.name, rules.oneOf ?? []) : []),
  ];
}

/** What a bound of each kind of column may be, with an example. */
function wrongBounds(column: CatalogueColumn, plainForm: PlainForm, rules: ColumnRules): readonly string[] {
  const [kinds, like] =
    plainForm === 'date'
      ? [['day'], 'a day, like "2024-12-31"']
      : plainForm === 'timestamp'
        ? [['day', 'moment'], 'a day or a moment without an offset, like "2024-12-31 23:59:59"']
        : plainForm === 'timestamptz'
          ? [['day', 'moment', 'zonedMoment'], 'a day or a moment, like "2024-12-31 23:59:59+01:00"']
          : [['number'], 'a decimal number, like "0.5"'];
  return (['min', 'max'] as const).flatMap((rule) => {
    const bound = rules[rule];
    return bound === undefined || kinds.includes(boundKind(bound) ?? '')
      ? []
      : [`${rule} of ${showText(column.name)} is ${showText(bound)}, but its type is ${column.type}: write ${like}.`];
  });
}

function notNumbers(column: string, oneOf: readonly string[]): readonly string[] {
  const others = oneOf.filter((text) => !/^[+-]?\d+(\.\d+)?$/u.test(text));
  return others.length === 0
    ? []
    : [`oneOf of ${showText(column)} lists ${showList(others)}, but the column holds numbers.`];
}
