import { LoadRejected, ReconciliationMismatch, StagingLost } from '../contract/errors.ts';
import { filledColumns } from '../core/staging.ts';
import { readFingerprint } from '../datasets/catalogue.ts';
import { execute, one, transaction } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { assertEpoch } from '../ledger/attempts.ts';
import { selectBatchForUpdate, updateBatchReceipt, type BatchCounts, type BatchRow } from '../ledger/batches-sql.ts';
import { holdLease } from '../ledger/lease.ts';
import type { PlannedLoad } from '../ledger/load.ts';
import type { MergeDeps } from './merge-lane.ts';
import { lockTarget, type RecordRange } from './sql.ts';
import { isRefusal, writeCarefully } from './write-carefully.ts';
import { ShortWrite, writeFast, writeSafely } from './write.ts';

export interface BatchToMerge {
  readonly load: PlannedLoad;
  readonly batch: number;
}

/**
 * Shorter than deadlock_timeout, so that the loader is every deadlock's loser: with 100-200 ms live traffic had no victim
 * in 12 s, without it 8 to 10 (PostgreSQL 17.10, 150 transactions a second).
 */
const lockTimeoutMs = 200;

/** A unique_violation of the arbiter: another session inserted the same key since the classifying. */
const UNIQUE_VIOLATION = '23505';

/**
 * One batch, one transaction: lease, staging epoch, receipt, target, counters. First as it was classified, plainly and
 * fast; where somebody else was first, once more with ON CONFLICT; where the target itself refuses rows, by bisection.
 */
export async function mergeBatch(toMerge: BatchToMerge, deps: MergeDeps): Promise<void> {
  try {
    await inTransaction(toMerge, deps, writeFast);
  } catch (error) {
    if (!isRefusal(error) && !(error instanceof ShortWrite)) throw error;
    deps.log.info('batch is judged again', { batch: toMerge.batch, sqlState: sqlState(error) });
    try {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      await inTransaction(toMerge, deps, writeSafely);
    } catch (again) {
      if (!isRefusal(again) && !(again instanceof ShortWrite)) throw again;
      await inTransaction(toMerge, deps, (range, batch, d) => writeCarefully(range, batch, toMerge.load, d));
    }
  }
}

type Write = (range: RecordRange, batch: BatchRow, deps: MergeDeps) => Promise<BatchCounts>;

async function inTransaction({ load, batch: number }: BatchToMerge, deps: MergeDeps, write: Write): Promise<void> {
  const { db } = deps;
  await transaction(db, { lockTimeoutMs, workMemMb: 64 }, async () => {
    await holdLease(db, load);
    const batch = await one<BatchRow>(db, selectBatchForUpdate(load.loadId, number));
    if (batch.merged_at !== null) return;
    const range = rangeOf(load, batch);
    const counts = writesNothing(batch) ? countsOf(batch) : await writeTo(range, batch, load, deps, write);
    assertBalance(batch, counts);
    await execute(db, updateBatchReceipt(load.loadId, number, load.attempt, counts));
  });
}

async function writeTo(range: RecordRange, batch: BatchRow, load: PlannedLoad, deps: MergeDeps, write: Write): Promise<BatchCounts> {
  const { db } = deps;
  await assertEpoch(db, load);
  if (load.gatedEpoch !== load.epoch) throw new StagingLost(`the verdicts of load ${load.loadId} belong to lost staging`);
  await execute(db, lockTarget(range));
  if ((await readFingerprint(db, load.contract.target)) !== load.contract.fingerprint) {
    throw new LoadRejected(
      'CONTRACT_CHANGED',
      `${load.target} was changed while load ${load.loadId} was merging: no further row is written; load the object again with --force once the change is done, it merges what differs`,
    );
  }
  return await write(range, batch, deps);
}

function rangeOf(load: PlannedLoad, batch: BatchRow): RecordRange {
  return {
    contract: load.contract,
    filled: filledColumns(load.fileColumns),
    loadId: load.loadId,
    slice: batch.slice,
    defaultDisposition: batch.default_disposition,
    fromRecord: batch.from_record,
    toRecord: batch.to_record,
  };
}

function writesNothing(batch: BatchRow): boolean {
  return batch.planned_new === 0 && batch.planned_changed === 0;
}

function countsOf(batch: BatchRow): BatchCounts {
  return { inserted: 0, updated: 0, unchanged: batch.planned_unchanged, stale: batch.planned_stale, rejected: 0, ruleCounts: [] };
}

/** Invariant 4: rows offered = rows that came back under some disposition. */
function assertBalance(batch: BatchRow, counts: BatchCounts): void {
  const offered = batch.planned_new + batch.planned_changed + batch.planned_unchanged + batch.planned_stale;
  const returned = counts.inserted + counts.updated + counts.unchanged + counts.stale + counts.rejected;
  if (offered === returned) return;
  throw new ReconciliationMismatch(`batch ${batch.batch}: ${offered} rows were offered to the target and ${returned} came back`);
}
