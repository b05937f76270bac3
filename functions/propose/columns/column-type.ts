import { count } from '../../words/quantities.ts';
import { showText } from '../../words/did-you-mean.ts';
import type { ColumnStatistics, Kind } from './column-statistics.ts';

/** The type of a column, as PostgreSQL calls it, and why it is that one. */
export interface ProposedType {
  readonly type: string;
  readonly why: string;
}

const words: Readonly<Record<Kind, string>> = {
  integer: 'whole numbers',
  bigint: 'whole numbers beyond integer',
  whole: 'whole numbers beyond bigint',
  decimal: 'decimal numbers',
  exponents: 'numbers with exponents',
  boolean: 'true or false',
  date: 'dates',
  time: 'times',
  timestamp: 'moments without an offset',
  timestamptz: 'moments with an offset',
  uuid: 'UUIDs',
};

/** The narrowest type that holds every cell as it is. One that is special, like numeric(10,2), would be a guess at files to come. */
export function proposeType(column: ColumnStatistics): ProposedType {
  if (column.filled === 0) return { type: 'text', why: 'no record has a value in it' };
  const [kind] = column.kinds;
  if (kind === undefined) return { type: 'text', why: whyText(column) };
  const held = {
    type: typeOf(kind, column),
    why: `${words[kind]} in ${column.filled === 1 ? 'its only cell' : `all ${count(column.filled)} cells`}`,
  };
  return column.emptyTexts === 0
    ? held
    : { type: 'text', why: `${held.why} but ${count(column.emptyTexts)} that are an empty text in quotes` };
}

/** The type that it would have were words that often mean NULL declared as such; null: no other. */
export function typeButNulls(column: ColumnStatistics): string | null {
  const [kind] = column.kindsButNulls;
  return kind === undefined || column.kinds.length > 0 || column.emptyTexts > 0 ? null : typeOf(kind, column);
}

function typeOf(kind: Kind, { isExactAsDouble }: ColumnStatistics): string {
  if (kind === 'whole' || kind === 'decimal') return 'numeric';
  // numeric holds any number with an exponent, double precision those that were one
  if (kind === 'exponents') return isExactAsDouble ? 'double precision' : 'numeric';
  return kind === 'boolean' || kind === 'uuid' ? kind : typeNames[kind];
}

const typeNames = {
  integer: 'integer',
  bigint: 'bigint',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
} as const;

function whyText({ oddCell, before }: ColumnStatistics): string {
  const [kind] = before;
  if (oddCell === null || oddCell.record === 1 || kind === undefined) return 'text';
  if (before.length > 5) return 'text';
  return `record ${count(oddCell.record)} has ${showText(oddCell.text)}, all before it ${words[kind]}`;
}
