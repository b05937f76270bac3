import type { RecordRange, Written } from '../conflict/range-sql.ts';
import { ReconciliationMismatch, StagingLost } from '../protocol/errors.ts';
import { offeredDispositions, recordsOf, writingDispositions } from '../core/dispositions.ts';
import { filledColumns } from '../core/staging.ts';
import { assertTargetUnchanged } from '../contract/target-unchanged.ts';
import type { Sql } from '../core/sql.ts';
import { execute, maybeOne, transaction } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { mayBeOfRow } from '../db/own-code.ts';
import { assertEpoch } from '../ledger/loads/attempts.ts';
import {
  selectBatchForUpdate,
  selectNextBatchForUpdate,
  updateBatchReceipt,
  type BatchReceipt,
  type BatchRow,
} from '../ledger/batches/batches-sql.ts';
import { holdLease } from '../ledger/leases/lease.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { lockTarget } from './sql.ts';
import { writeCarefully } from './write-carefully.ts';
import { leftAlone, plannedCounts, ShortWrite, writeFast, writeSafely } from './write.ts';

/**
 * Where the contract says nothing. Shorter than deadlock_timeout, so that the loader is every deadlock's loser: with 100-200 ms
 * live traffic had no victim in 12 s, without it 8 to 10 (PostgreSQL 17.10, 150 transactions a second).
 */
const defaultLockTimeoutMs = 200;

/** A unique_violation of the arbiter: another session inserted the same key since the classifying. */
const UNIQUE_VIOLATION = '23505';

/**
 * The next batch that is free, in one transaction: lease, staging epoch, receipt, target, counters. First as it was
 * classified, plainly and fast; where somebody else was first, once more with ON CONFLICT; where the target itself
 * refuses rows, by bisection. Answers false where no batch is left.
 */
export async function mergeNextBatch(load: PlannedLoad, deps: RecordDeps): Promise<boolean> {
  const tried: { batch: number | null } = { batch: null };
  try {
    return await inTransaction(load, deps, selectNextBatchForUpdate(load.loadId), (range, batch, d) => {
      tried.batch = batch.batch;
      return writeFast(range, batch, d);
    });
  } catch (error) {
    if (tried.batch === null || !needsAnotherWay(error)) throw error;
    deps.log.info('batch is judged again', { batch: tried.batch, sqlState: sqlState(error) });
    return await mergeAgain(load, tried.batch, error, deps);
  }
}

async function mergeAgain(load: PlannedLoad, batch: number, error: unknown, deps: RecordDeps): Promise<boolean> {
  const thisBatch = selectBatchForUpdate(load.loadId, batch);
  try {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    return await inTransaction(load, deps, thisBatch, writeSafely);
  } catch (again) {
    if (!needsAnotherWay(again)) throw again;
    return await inTransaction(load, deps, thisBatch, (range, row, d) => writeCarefully(range, row, load, d));
  }
}

function needsAnotherWay(error: unknown): boolean {
  return mayBeOfRow(error) || error instanceof ShortWrite;
}

type Write = (range: RecordRange, batch: BatchRow, deps: RecordDeps) => Promise<BatchReceipt>;

async function inTransaction(load: PlannedLoad, deps: RecordDeps, select: Sql, write: Write): Promise<boolean> {
  const { db } = deps;
  const { lockTimeoutMs = defaultLockTimeoutMs } = load.contract.traffic ?? {};
  return await transaction(db, { lockTimeoutMs, workMemMb: 64 }, async () => {
    await holdLease(db, load);
    const batch = await maybeOne<BatchRow>(db, select);
    if (batch === null) return false;
    if (batch.merged_at !== null) return true;
    const range = rangeOf(load, batch);
    const receipt = writesNothing(batch) ? receiptOfNothing(batch) : await writeTo(range, batch, load, deps, write);
    assertBalance(batch, receipt);
    await execute(db, updateBatchReceipt(load.loadId, batch.batch, load.attempt, receipt));
    return true;
  });
}

async function writeTo(
  range: RecordRange,
  batch: BatchRow,
  load: PlannedLoad,
  deps: RecordDeps,
  write: Write,
): Promise<BatchReceipt> {
  const { db } = deps;
  await assertEpoch(db, load);
  if (load.gatedEpoch !== load.epoch)
    throw new StagingLost(`the verdicts of load ${load.loadId} belong to lost staging`);
  await execute(db, lockTarget(range));
  await assertTargetUnchanged(db, load);
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
    uniform: uniformOf(batch),
  };
}

function uniformOf(batch: BatchRow): Written | null {
  const records = batch.to_record - batch.from_record;
  const planned = plannedCounts(batch);
  if (planned.new === records) return 'new';
  return planned.changed === records ? 'changed' : null;
}

function writesNothing(batch: BatchRow): boolean {
  return recordsOf(plannedCounts(batch), writingDispositions) === 0;
}

function receiptOfNothing(batch: BatchRow): BatchReceipt {
  return { counts: leftAlone(batch), ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
}

/** Invariant 4: rows offered = rows that came back under some disposition. */
function assertBalance(batch: BatchRow, { counts }: BatchReceipt): void {
  const offered = recordsOf(plannedCounts(batch), offeredDispositions);
  const returned = recordsOf(counts, offeredDispositions) + counts.rejected;
  if (offered === returned) return;
  throw new ReconciliationMismatch(
    `batch ${batch.batch}: ${offered} rows were offered to the target and ${returned} came back`,
  );
}
