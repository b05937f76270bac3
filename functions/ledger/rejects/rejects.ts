import type { Sql } from '../../core/sql.ts';
import { type Db, execute, one } from '../../db/client.ts';
import { writeFound } from '../../db/sheltered.ts';
import {
  deleteSliceRejects,
  insertPlacedRejects,
  insertRejects,
  type PlacedRejects,
  type SliceBase,
  updateSliceRejects,
  updateValidatedEpoch,
} from './rejects-sql.ts';

/** Forgets what an earlier validation of the slice found. */
export async function forgetSliceRejects(db: Db, base: SliceBase): Promise<void> {
  await execute(db, deleteSliceRejects(base));
}

/**
 * Quarantines records whose bytes lie in the database (rejects-sql.ts says what `query` selects); answers how many.
 * @param isSheltered as in db/sheltered.ts.
 */
export async function quarantine(db: Db, base: SliceBase, query: Sql, isSheltered: boolean): Promise<number> {
  return await writeFound(db, isSheltered, { query, write: (found) => insertRejects(base, found) });
}

/**
 * Quarantines one page of records whose bytes were read again, each with its cells as the file has them (sources-sql.ts); throws
 * when one of them is not among the breaches.
 */
export async function quarantinePlaced(db: Db, base: SliceBase, breaches: Sql, page: PlacedRejects): Promise<void> {
  const written = await execute(db, insertPlacedRejects(base, breaches, page));
  if (written !== page.records.length) {
    throw new Error(
      `${page.records.length} rejects of slice ${base.slice} were read again, but ${written} were written`,
    );
  }
}

/** Counts the slice's rejects into its receipt; answers how many there are. A null epoch: it is not judged yet. */
export async function countSliceRejects(db: Db, base: SliceBase, epoch: string | null): Promise<number> {
  const { rejected } = await one<{ rejected: number }>(db, updateSliceRejects(base, epoch));
  return rejected;
}

/** Notes that refilled staging is complete; answers the rejects that stand since the gate. */
export async function recordRefill(db: Db, base: SliceBase, epoch: string): Promise<number> {
  const { rejected } = await one<{ rejected: number }>(db, updateValidatedEpoch(base, epoch));
  return rejected;
}
