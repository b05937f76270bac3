import type { CatalogueColumn } from '../compile/catalogue/catalogue.ts';
import { typeFacts } from '../compile/catalogue/column-types.ts';
import { showText } from '../words/did-you-mean.ts';
import { agreeing, count, plural } from '../words/quantities.ts';
import type { ColumnStatistics, Kind } from './columns/column-statistics.ts';

/** What the cells of a file come to in a table that is there. */
export interface Fitting {
  /** Words that stand for NULL in columns that hold no text. */
  readonly nulls: readonly string[];
  /** Columns that do not take some of their cells. */
  readonly misfits: readonly Misfit[];
  /** Of columns whose type does not take some of their cells, or has nothing for an empty text: what steps of cleaning may help. */
  readonly unread: readonly { readonly at: number; readonly column: CatalogueColumn }[];
}

export interface Misfit {
  readonly column: string;
  readonly words: string;
  /** It is the type that does not take a cell, and no rule. */
  readonly isOfType: boolean;
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

/**
 * @param fills the column of the table that each column of the file fills; null: none
 * @param hasNullWords whether the file's format may say which words are NULL
 */
export function fittingOf(
  columns: readonly CatalogueColumn[],
  fills: readonly (string | null)[],
  { statistics, hasNullWords }: { readonly statistics: readonly ColumnStatistics[]; readonly hasNullWords: boolean },
): Fitting {
  const nulls = new Set<string>();
  const unread: { readonly at: number; readonly column: CatalogueColumn }[] = [];
  const misfits = fills.flatMap((name, at) => {
    const column = columns.find((candidate) => candidate.name === name);
    const seen = statistics[at];
    if (column === undefined || seen === undefined) return [];
    const kinds = taken[typeFacts(column).plainForm];
    if (kinds === undefined) return notNull(column, seen);
    const isTaken = seen.filled === 0 || isAmong(seen.kinds, kinds);
    const isTakenButNulls = hasNullWords && seen.filled > 0 && isAmong(seen.kindsButNulls, kinds);
    if (!(isTaken || isTakenButNulls) || seen.emptyTexts > 0) unread.push({ at, column });
    if (isTaken) return notNull(column, seen);
    if (!isTakenButNulls) return [...notNull(column, seen), misfit(column, seen, hasNullWords)];
    for (const word of seen.nullWords.keys()) nulls.add(word);
    return notNull(column, seen);
  });
  return { nulls: [...nulls], misfits, unread };
}

function isAmong(found: readonly Kind[], kinds: readonly Kind[]): boolean {
  return kinds.some((kind) => found.includes(kind));
}

function misfit(
  { name, type }: CatalogueColumn,
  { oddCellButNulls, oddCell, kinds, records }: ColumnStatistics,
  mayHaveFooter: boolean,
): Misfit {
  const odd = oddCellButNulls ?? oddCell;
  // the first odd one is the only one then. Nothing is chosen: of a file without a footer a record would be lost unseen
  const footer =
    mayHaveFooter && odd !== null && records > 1 && odd.record === records
      ? ', the last record: where each file ends in such a line, "trailerRows": 1 in the dataset leaves it out'
      : '';
  const words =
    odd === null
      ? `${name} is ${type}, and its cells are ${kinds[0] ?? 'text'}`
      : `${name} is ${type}, and record ${count(odd.record)} has ${showText(odd.text)} in it${footer}`;
  return { column: name, words, isOfType: true };
}

function notNull({ name, notNull: isNeeded }: CatalogueColumn, { nulls }: ColumnStatistics): readonly Misfit[] {
  if (!isNeeded || nulls === 0) return [];
  return [
    {
      column: name,
      words: `${name} is NOT NULL, and ${plural(nulls, 'record')} ${agreeing(nulls, 'has', 'have')} no value in it`,
      isOfType: false,
    },
  ];
}
