import { execute, one, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import type { BatchCounts, BatchRow } from '../ledger/batches/batches-sql.ts';
import { countStanding, insertNew, updateChanged, upsert, type RecordRange } from './sql.ts';

/** The target took fewer rows than it was offered, without an error: a trigger swallowed some. */
export class ShortWrite extends Error {
  override readonly name = 'ShortWrite';
}

/** What became of rows that were offered. */
export type Written = Pick<BatchCounts, 'inserted' | 'updated' | 'unchanged' | 'stale'>;

/** Of no row. */
export const nothing: Written = { inserted: 0, updated: 0, unchanged: 0, stale: 0 };

/** Both together. */
export function sum(some: Written, other: Written): Written {
  return {
    inserted: some.inserted + other.inserted,
    updated: some.updated + other.updated,
    unchanged: some.unchanged + other.unchanged,
    stale: some.stale + other.stale,
  };
}

/** As classified: new rows by a plain INSERT, changed ones by an UPDATE of what still differs. */
export async function writeFast(range: RecordRange, batch: BatchRow, { db }: { db: Db }): Promise<BatchCounts> {
  return await withOwnSettings(db, async () => {
    const inserted = batch.planned_new === 0 ? 0 : await insertPlainly(range, db);
    if (inserted !== batch.planned_new) throw new ShortWrite(`${inserted} of ${batch.planned_new} new rows arrived`);
    return total(batch, { ...nothing, inserted }, await writeChanged(range, batch.planned_changed, db));
  });
}

/** Staging has no statistics: left alone the planner looks each record's verdict up by itself instead of hashing them. */
async function insertPlainly(range: RecordRange, db: Db): Promise<number> {
  await db.query('set local enable_nestloop = off');
  const inserted = await execute(db, insertNew(range));
  await db.query('set local enable_nestloop = on');
  return inserted;
}

/** Somebody inserted one of the keys meanwhile: new rows go through ON CONFLICT, which judges each against what is there. */
export async function writeSafely(range: RecordRange, batch: BatchRow, { db }: { db: Db }): Promise<BatchCounts> {
  return await withOwnSettings(db, async () => {
    const fresh = await writeNew(range, batch.planned_new, db);
    return total(batch, fresh, await writeChanged(range, batch.planned_changed, db));
  });
}

/** New records through ON CONFLICT. */
export async function writeNew(range: RecordRange, rows: number, db: Db): Promise<Written> {
  return rows === 0 ? nothing : await judgeAgain(range, 'n', { rows, written: 0 }, db);
}

/** Rows that the update did not find differing were changed or deleted since the classifying: those are judged again. */
export async function writeChanged(range: RecordRange, rows: number, db: Db): Promise<Written> {
  if (rows === 0) return nothing;
  const updated = await execute(db, updateChanged(range));
  if (updated === rows) return { ...nothing, updated };
  const again = await judgeAgain(range, 'c', { rows, written: updated }, db);
  return { ...again, updated: again.updated + updated };
}

/**
 * ON CONFLICT writes what is missing or still differs. What it leaves stood in the target: equal (unchanged), or kept by
 * the conflict rule (stale). Under plain upsert nothing may be kept that differs, so that is a short write.
 */
async function judgeAgain(
  range: RecordRange,
  disposition: 'n' | 'c',
  offered: { rows: number; written: number },
  db: Db,
): Promise<Written> {
  const { inserted, updated } = await one<{ inserted: number; updated: number }>(db, upsert(range, disposition));
  const left = offered.rows - offered.written - inserted - updated;
  if (left === 0) return { ...nothing, inserted, updated };
  const { missing, equal } = await one<{ missing: number; equal: number }>(db, countStanding(range, disposition));
  if (missing > 0) throw new ShortWrite(`${missing} rows are not in the target after they were written`);
  const unchanged = Math.min(left, Math.max(0, equal - offered.written - inserted - updated));
  if (range.contract.conflict.rule === 'upsert' && unchanged < left) {
    throw new ShortWrite(`${left - unchanged} rows still differ after they were written`);
  }
  return { inserted, updated, unchanged, stale: left - unchanged };
}

function total(batch: BatchRow, fresh: Written, changed: Written): BatchCounts {
  return {
    inserted: fresh.inserted + changed.inserted,
    updated: fresh.updated + changed.updated,
    unchanged: fresh.unchanged + changed.unchanged + batch.planned_unchanged,
    stale: fresh.stale + changed.stale + batch.planned_stale,
    rejected: 0,
    ruleCounts: [],
    kept: { bytes: 0, unkept: 0 },
  };
}
