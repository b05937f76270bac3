/** What becomes of records that are no rows as the header has them. */
export interface RowRules {
  /** All of its cells are empty, none of them between quotes. */
  readonly blank: 'skip' | 'reject' | 'keep';
  /** It has fewer cells than the header: the others are NULL, else it is a reject. */
  readonly padsShort: boolean;
  /** It has more: they are left out, else it is a reject. */
  readonly cutsLong: boolean;
  /** It is the header again: it is passed over, else it is a reject. */
  readonly skipsHeaders: boolean;
}

/** Every record is one, and has to have as many cells as the header. */
export const strictRows: RowRules = { blank: 'keep', padsShort: false, cutsLong: false, skipsHeaders: false };

/** So many cells, NULL where it has none. */
export function reshaped(cells: readonly (Buffer | null)[], columns: number): readonly (Buffer | null)[] {
  return cells.length >= columns
    ? cells.slice(0, columns)
    : [...cells, ...Array<null>(columns - cells.length).fill(null)];
}
