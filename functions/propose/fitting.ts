import type { CatalogueColumn } from '../compile/catalogue/catalogue.ts';
import { typeFacts } from '../compile/catalogue/column-types.ts';
import { showText } from '../words/did-you-mean.ts';
import { count, plural } from '../words/quantities.ts';
import type { ColumnStatistics, Kind } from './columns/column-statistics.ts';

/** What the cells of a file come to in a table that is there. */
export interface Fitting {
  /** Words that stand for NULL in columns that hold no text. */
  readonly nulls: readonly string[];
  /** Columns that do not take some of their cells, each in words. */
  readonly misfits: readonly string[];
}

/** Kinds of cells by the plain form of the column that takes all of them. */
const taken: Readonly<Record<string, readonly Kind[]>> = {
  int2: ['integer'],
  int4: ['integer'],
  int8: ['bigint'],
  numeric: ['exponents'],
  float8: ['exponents'],
  boolean: ['boolean'],
  date: ['date'],
  time: ['time'],
  timestamp: ['timestamp', 'timestamptz'],
  timestamptz: ['timestamptz', 'timestamp'],
  uuid: ['uuid'],
};

/** @param fills the column of the table that each column of the file fills; null: none */
export function fittingOf(
  columns: readonly CatalogueColumn[],
  fills: readonly (string | null)[],
  statistics: readonly ColumnStatistics[],
): Fitting {
  const nulls = new Set<string>();
  const misfits = fills.flatMap((name, i) => {
    const column = columns.find((candidate) => candidate.name === name);
    const seen = statistics[i];
    if (column === undefined || seen === undefined) return [];
    const kinds = taken[typeFacts(column).plainForm];
    if (kinds === undefined || seen.filled === 0 || isAmong(seen.kinds, kinds)) return notNull(column, seen);
    if (!isAmong(seen.kindsButNulls, kinds)) return [...notNull(column, seen), misfit(column, seen)];
    for (const word of seen.nullWords.keys()) nulls.add(word);
    return notNull(column, seen);
  });
  return { nulls: [...nulls], misfits };
}

function isAmong(found: readonly Kind[], kinds: readonly Kind[]): boolean {
  return kinds.some((kind) => found.includes(kind));
}

function misfit({ name, type }: CatalogueColumn, { oddCellButNulls, oddCell, kinds }: ColumnStatistics): string {
  const odd = oddCellButNulls ?? oddCell;
  if (odd === null) return `${name} is ${type}, and its cells are ${kinds[0] ?? 'text'}`;
  return `${name} is ${type}, and record ${count(odd.record)} has ${showText(odd.text)} in it`;
}

function notNull({ name, notNull: isNeeded }: CatalogueColumn, { nulls }: ColumnStatistics): readonly string[] {
  return isNeeded && nulls > 0 ? [`${name} is NOT NULL, and ${plural(nulls, 'record')} have no value in it`] : [];
}
