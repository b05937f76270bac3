/** Where the lines behind an object's records say what it holds. Cells count from 1. */
export interface TrailerTotals {
  /** Which of those lines, from 1. */
  readonly line: number;
  /** The cell with the number of records. */
  readonly records?: number;
  /** By column, as the table or the file's header names it: the cell with its sum. */
  readonly sums?: Readonly<Record<string, number>>;
}
