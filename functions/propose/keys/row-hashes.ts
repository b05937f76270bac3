import { cellHash, joinedHash } from '../columns/cell-hash.ts';

/** Of so many cells hashes are kept: 32 MiB. */
const mostCells = 4 * 1024 * 1024;
const leastRows = 1_000;

/** Hashes of the cells of the first records, and of any records that are asked later. NULL is NaN. */
export class RowHashes {
  readonly columns: number;
  /** Records that were seen; of the first `kept` the hashes are here. */
  records = 0;
  readonly #most: number;
  readonly #kept: Float64Array[];

  constructor(columns: number, most = Math.max(leastRows, Math.floor(mostCells / Math.max(1, columns)))) {
    this.columns = columns;
    this.#most = most;
    this.#kept = Array.from({ length: columns }, () => new Float64Array(Math.min(most, 1_024)));
  }

  get kept(): number {
    return Math.min(this.records, this.#most);
  }

  /** Nothing was left out. */
  get isAll(): boolean {
    return this.records <= this.#most;
  }

  /** The record's hashes, in an array that the next call writes anew. */
  observe(cells: readonly (Buffer | null)[], wanted: (column: number) => boolean): Float64Array {
    const isKept = this.records < this.#most;
    for (let column = 0; column < this.columns; column += 1) {
      if (!isKept && !wanted(column)) continue;
      const cell = cells[column] ?? null;
      const hash = cell === null ? Number.NaN : cellHash(cell);
      this.#row[column] = hash;
      if (isKept) this.#keep(column, hash);
    }
    this.records += 1;
    return this.#row;
  }

  /** Of a column the hashes that were kept. */
  of(column: number): Float64Array {
    return (this.#kept[column] as Float64Array).subarray(0, this.kept);
  }

  readonly #row = new Float64Array(1_600);

  #keep(column: number, hash: number): void {
    const hashes = this.#kept[column] as Float64Array;
    if (this.records >= hashes.length) {
      const larger = new Float64Array(Math.min(this.#most, hashes.length * 2));
      larger.set(hashes);
      this.#kept[column] = larger;
    }
    (this.#kept[column] as Float64Array)[this.records] = hash;
  }
}

/** The hash of some cells of a record together. */
export function hashOfCells(row: ArrayLike<number>, columns: readonly number[]): number {
  return columns.reduce((hash, column) => joinedHash(hash, row[column] as number), columns.length);
}
