import type { ContractColumn, Leniency } from '../../core/contract.ts';
import { literal, type Sql, sql, trustedSql } from '../../core/sql.ts';
import { type Candidate, inputRules } from './input-rules.ts';
import { integer, normalisers, type Operand, type Rule, textArray } from './rule.ts';
import type { CellReading } from './slice-cells.ts';

/**
 * What a value of the staging type must still be to become a value of the column's own type: the cast to it then neither
 * raises nor changes anything. At most one reason a column, the first in this order. Columns that can break none have none.
 */
export function typeRules(operand: Operand, reading: CellReading): readonly Rule[] {
  const { leniencies } = reading;
  const candidates = [
    ...lengthRules(operand, leniencies),
    ...numericRules(operand, leniencies),
    ...fractionRules(operand, leniencies),
    ...labelRules(operand),
    ...inputRules(operand, reading),
  ];
  const { column, text } = operand;
  return candidates.map(({ code, breach, after, detail, helpers, mayRaise, ofNulls }, i) => ({
    code,
    column: column.name,
    breach: afterAll(candidates.slice(0, i), breach),
    bareBreach: breach,
    value: text,
    before: `${column.name}: `,
    after: ` ${after}`,
    ...(detail === undefined ? {} : { detail }),
    ...(helpers === undefined ? {} : { helpers }),
    ...(mayRaise === undefined ? {} : { mayRaise }),
    ...(ofNulls === undefined ? {} : { ofNulls }),
  }));
}

/** CASE keeps the order: what an earlier rule refused is not shown to the later ones. */
function afterAll(earlier: readonly Candidate[], breach: Sql): Sql {
  if (earlier.length === 0) return breach;
  const cases = earlier.map((rule) => sql`when ${rule.breach} then false`).reduce((all, next) => sql`${all} ${next}`);
  return sql`case ${cases} else ${breach} end`;
}

/** The number of bytes is known without reading the text, and never smaller than that of characters. */
function lengthRules({ column, value }: Operand, leniencies: readonly Leniency[]): readonly Candidate[] {
  if (column.maxLength === null) return [];
  const kept = leniencies.includes('truncateText') ? sql`pg_catalog.rtrim(${value}, ' ')` : value;
  const limit = integer(column.maxLength);
  const after = `is longer than ${column.maxLength} characters (${column.type})`;
  return [
    {
      code: 'TOO_LONG',
      breach: sql`pg_catalog.octet_length(${value}) operator(pg_catalog.>) ${limit} and pg_catalog.char_length(${kept}) operator(pg_catalog.>) ${limit}`,
      after,
      helpers: ['truncateText', 'trimBlanks'],
    },
  ];
}

function numericRules({ column, value }: Operand, leniencies: readonly Leniency[]): readonly Candidate[] {
  const { precision, scale } = column;
  if (column.plainForm !== 'numeric' || precision === null || scale === null) return [];
  const rounds = leniencies.includes('roundNumbers');
  const limit = sql`${literal(`1e${precision - scale}`)}::numeric`;
  const stored = rounds ? sql`pg_catalog.round(${value}, ${integer(scale)})` : value;
  const overflow: Candidate = {
    code: 'NUMERIC_OVERFLOW',
    // NaN is larger than any number, and stored as it is
    breach: sql`(${stored} operator(pg_catalog.>=) ${limit} or ${stored} operator(pg_catalog.<=) (operator(pg_catalog.-) ${limit}))
      and ${value} operator(pg_catalog.<>) 'NaN'::numeric`,
    after: `has more digits before the point than ${column.type} holds`,
  };
  const rounded: Candidate = {
    code: 'NUMERIC_SCALE',
    breach: sql`pg_catalog.scale(${value}) operator(pg_catalog.>) ${integer(scale)}
      and ${value} operator(pg_catalog.<>) pg_catalog.round(${value}, ${integer(scale)})`,
    after: `has more decimals than ${column.type} keeps`,
    helpers: ['roundNumbers'],
  };
  return rounds ? [overflow] : [overflow, rounded];
}

const fractionTypes: Readonly<Partial<Record<ContractColumn['plainForm'], (digits: number) => string>>> = {
  time: (digits) => `time(${digits})`,
  timestamp: (digits) => `timestamp(${digits})`,
  timestamptz: (digits) => `timestamp(${digits}) with time zone`,
};

/** time(p), timestamp(p): fewer digits of a second than the six that staging keeps. */
function fractionRules({ column, value }: Operand, leniencies: readonly Leniency[]): readonly Candidate[] {
  const type = fractionTypes[column.plainForm];
  if (type === undefined || column.scale === null || column.scale >= 6 || leniencies.includes('roundNumbers'))
    return [];
  return [
    {
      code: 'FRACTION_TOO_FINE',
      breach: sql`${value} operator(pg_catalog.<>) ${value}::${trustedSql(type(Math.trunc(column.scale)))}`,
      after: `has more digits of a second than ${column.type} keeps`,
      helpers: ['roundNumbers'],
    },
  ];
}

function labelRules({ column, value }: Operand): readonly Candidate[] {
  if (column.labels === null) return [];
  const breach =
    column.labels.length === 0
      ? sql`${value} is not null`
      : sql`${value} operator(pg_catalog.<>) all (${textArray(column.labels)})`;
  const after = `is not a label of ${column.type} (${listed(column.labels)})`;
  return [{ code: 'NOT_IN_ENUM', breach, after, helpers: normalisers }];
}

/** At most ten, so that a message stays readable. */
function listed(values: readonly string[]): string {
  return values.length <= 10 ? values.join(', ') : `${values.slice(0, 10).join(', ')} and ${values.length - 10} more`;
}
