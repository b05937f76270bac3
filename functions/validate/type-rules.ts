import type { RejectCode } from '../contract/reject-codes.ts';
import type { ContractColumn, Leniency } from '../core/contract.ts';
import { literal, type Sql, sql, trustedSql } from '../core/sql.ts';
import { qualifiedType, typeSql } from '../core/type-name.ts';
import { MAX_JSON_DEPTH, mayBeJson, nestsTooDeeply } from './json-depth.ts';
import { hasUndeclaredOrder, holdsDates, namesTheMoment, withoutSize } from './pinned-readings.ts';
import { integer, type Operand, type Rule, textArray } from './rule.ts';

interface Candidate {
  readonly code: RejectCode;
  readonly breach: Sql;
  readonly after: string;
  readonly detail?: Sql;
  readonly mayRaise?: true;
}

/**
 * What a value of the staging type must still be to become a value of the column's own type: the cast to it then neither
 * raises nor changes anything. At most one reason a column, the first in this order. Columns that can break none have none.
 */
export function typeRules(operand: Operand, leniencies: readonly Leniency[]): readonly Rule[] {
  const candidates = [
    ...lengthRules(operand, leniencies),
    ...numericRules(operand, leniencies),
    ...fractionRules(operand, leniencies),
    ...labelRules(operand),
    ...inputRules(operand, leniencies),
  ];
  const { column, text } = operand;
  return candidates.map(({ code, breach, after, detail, mayRaise }, i) => ({
    code,
    column: column.name,
    breach: afterAll(candidates.slice(0, i), breach),
    bareBreach: breach,
    value: text,
    before: `${column.name}: `,
    after: ` ${after}`,
    ...(detail === undefined ? {} : { detail }),
    ...(mayRaise === undefined ? {} : { mayRaise }),
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
    },
  ];
}

function labelRules({ column, value }: Operand): readonly Candidate[] {
  if (column.labels === null) return [];
  const breach =
    column.labels.length === 0
      ? sql`${value} is not null`
      : sql`${value} operator(pg_catalog.<>) all (${textArray(column.labels)})`;
  return [{ code: 'NOT_IN_ENUM', breach, after: `is not a label of ${column.type} (${listed(column.labels)})` }];
}

/** PostgreSQL's own judgement, where only it knows: types staged as text, and domains. */
function inputRules({ column, value }: Operand, leniencies: readonly Leniency[]): readonly Candidate[] {
  if (!column.judgedAsInput && !column.isDomain) return [];
  const text = asInput(column, value);
  return [
    ...(mayBeJson(column)
      ? [
          {
            code: 'JSON_DEPTH' as const,
            breach: nestsTooDeeply(text),
            after: `is nested deeper than ${MAX_JSON_DEPTH} levels`,
          },
        ]
      : []),
    ...(holdsDates(column)
      ? [
          {
            code: 'INVALID_INPUT' as const,
            breach: namesTheMoment(text),
            after: 'holds a word whose meaning depends on when it is read',
          },
          {
            code: 'INVALID_INPUT' as const,
            breach: hasUndeclaredOrder(text),
            after: 'has a date that does not begin with its year: day and month could be either way round',
          },
        ]
      : []),
    {
      code: column.isDomain ? 'DOMAIN' : 'INVALID_INPUT',
      breach: sql`not pg_catalog.pg_input_is_valid(${text}, ${literal(qualifiedType(column.type))})`,
      after: column.isDomain ? `is no value of the domain ${column.type}` : `is not of type ${column.type}`,
      detail: inputError(text, column.type),
      mayRaise: true,
    },
    ...changedByInput(text, column, leniencies),
  ];
}

/**
 * As the input of a domain. Dates and times as JSON has them: under a DateStyle other than ISO they are printed with the
 * abbreviation of a zone, and `IST` is read as another zone than the one that printed it.
 */
function asInput({ stagingType, plainForm }: ContractColumn, value: Sql): Sql {
  if (stagingType === 'text') return value;
  return plainForm === 'timestamp' || plainForm === 'timestamptz' || plainForm === 'date'
    ? sql`(pg_catalog.to_jsonb(${value}) operator(pg_catalog.#>>) '{}'::pg_catalog.text[])`
    : sql`${value}::pg_catalog.text`;
}

/**
 * Types that only PostgreSQL judges and whose input rounds or cuts to their size without a word: numeric(4,2)[], interval(0),
 * money. A value must be the same one without the size. Sizes inside domains and composite types are not seen.
 */
function changedByInput(text: Sql, column: ContractColumn, leniencies: readonly Leniency[]): readonly Candidate[] {
  if (column.isDomain || leniencies.includes('roundNumbers')) return [];
  const after = `would be rounded or cut to become ${column.type}`;
  if (column.type === 'money') {
    const number = sql`${text} operator(pg_catalog.~) '^[+-]?[0-9]+([.][0-9]+)?$'`;
    const breach = sql`case when ${number} then ${text}::numeric operator(pg_catalog.<>) ${text}::pg_catalog.money::numeric else false end`;
    return [{ code: 'INVALID_INPUT', breach, after }];
  }
  const unsized = withoutSize(column.type);
  if (unsized === column.type) return [];
  const breach = sql`${text}::${typeSql(unsized)} operator(pg_catalog.<>) ${text}::${typeSql(column.type)}`;
  return [{ code: 'INVALID_INPUT', breach, after }];
}

/** What pg_input_error_info says, with its SQLSTATE. */
export function inputError(text: Sql, type: string): Sql {
  return sql`(select pg_catalog.concat(pg_catalog.left(error.message, 120), ' (', error.sql_error_code, ')')
    from pg_catalog.pg_input_error_info(${text}, ${literal(qualifiedType(type))}) as error)`;
}

/** At most ten, so that a message stays readable. */
function listed(values: readonly string[]): string {
  return values.length <= 10 ? values.join(', ') : `${values.slice(0, 10).join(', ')} and ${values.length - 10} more`;
}
