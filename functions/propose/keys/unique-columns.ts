import { HashSet } from './hash-set.ts';
import { hashOfCells } from './row-hashes.ts';

/** Hashes that are held at once, of all candidates: about 256 MiB. */
export const mostHashes = 16 * 1024 * 1024;

interface Candidate {
  readonly columns: readonly number[];
  readonly seen: HashSet;
}

/**
 * Which of some sets of columns no two records share. A candidate is dropped with the first record that has what another one had;
 * where all of them are more than memory should hold, the last ones are put off.
 */
export class UniqueColumns {
  /** Those that were dropped for want of memory: nobody knows. */
  readonly putOff: (readonly number[])[] = [];
  #candidates: readonly Candidate[];
  #records = 0;
  readonly #most: number;

  constructor(candidates: readonly (readonly number[])[], most = mostHashes) {
    this.#most = most;
    this.#candidates = candidates.map((columns) => ({ columns, seen: new HashSet() }));
  }

  /** @param row the hashes of a record; NaN is NULL, which is in no key */
  observe(row: ArrayLike<number>): void {
    if (this.#candidates.length === 0) return;
    let dropped: Candidate | null = null;
    for (const candidate of this.#candidates) {
      if (isUnique(candidate, row)) continue;
      dropped = candidate;
      this.#candidates = this.#candidates.filter((other) => other !== candidate);
    }
    this.#records += 1;
    if (dropped === null) this.#putOff();
  }

  isOpen(column: number): boolean {
    return this.#candidates.some(({ columns }) => columns.includes(column));
  }

  /** Those that held up to now, in the order in which they were given. */
  get unique(): readonly (readonly number[])[] {
    return this.#candidates.map(({ columns }) => columns);
  }

  #putOff(): void {
    while (this.#candidates.length * this.#records > this.#most) {
      const last = this.#candidates.at(-1);
      if (last === undefined) return;
      this.putOff.unshift(last.columns);
      this.#candidates = this.#candidates.slice(0, -1);
    }
  }
}

function isUnique({ columns, seen }: Candidate, row: ArrayLike<number>): boolean {
  const [column = 0] = columns;
  if (columns.some((each) => Number.isNaN(row[each]))) return false;
  return seen.add(columns.length === 1 ? (row[column] as number) : hashOfCells(row, columns));
}
