/** Where the lines behind an object's records say what it holds. */
export interface TrailerTotals {
  /** Which of those lines, from 1. */
  readonly line: number;
  /** Where it has the number of records. */
  readonly records?: TrailerPlace;
  /** By column, as the table or the file's header names it: where it has its sum. */
  readonly sums?: Readonly<Record<string, TrailerPlace>>;
}

/**
 * A place in such a line. A number: the cell, from 1, where lines have cells. A text: of lines of fixed width its characters from 1,
 * first and last, `4-9`; of JSON the keys that lead to it, `totals.count`.
 */
export type TrailerPlace = number | string;

/** First and last of characters that a place names, from 1; null where it is no such text. */
export function charactersAt(place: string): readonly [first: number, last: number] | null {
  const [, first, last] = /^(\d{1,7})-(\d{1,7})$/.exec(place) ?? [];
  return Number(first) >= 1 && Number(last) >= Number(first) ? [Number(first), Number(last)] : null;
}
