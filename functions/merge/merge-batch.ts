import type { RecordRange } from '../conflict/range-sql.ts';
import { ReconciliationMismatch, StagingLost } from '../protocol/errors.ts';
import { offeredDispositions, recordsOf, writingDispositions } from '../core/dispositions.ts';
import { assertTargetUnchanged } from '../contract/target-unchanged.ts';
import type { Sql } from '../core/sql.ts';
import { type Db, execute, maybeOne, one, transaction, type TransactionLimits } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { mayBeOfRow } from '../db/own-code.ts';
import { assertEpoch } from '../ledger/loads/attempts.ts';
import type { BatchRow } from '../ledger/batches/batches-sql.ts';
import { selectPlannedOfLine } from '../ledger/batches/line-batches-sql.ts';
import {
  selectBatchForUpdate,
  selectNextBatchForUpdate,
  selectPlannedOfPart,
  updateBatchReceipt,
  type BatchReceipt,
} from '../ledger/batches/parts-sql.ts';
import { holdLease } from '../ledger/leases/lease.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { nextPart, plannedPart, recordRange, touchesRows, writesNothing } from './part.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { lockTarget } from './sql.ts';
import { vanish } from './vanish/vanish.ts';
import { writeCarefully } from './write-carefully.ts';
import { leftAlone, plannedCounts, ShortWrite, writeFast, writeSafely } from './write.ts';

/**
 * Where the contract says nothing. Shorter than deadlock_timeout, so that the loader is every deadlock's loser: with 100-200 ms
 * live traffic had no victim in 12 s, without it 8 to 10 (PostgreSQL 17.10, 150 transactions a second).
 */
const defaultLockTimeoutMs = 200;

/** Of a transaction that merges records of the load. */
export function mergeLimits({ contract }: PlannedLoad): TransactionLimits {
  const { lockTimeoutMs = defaultLockTimeoutMs } = contract.traffic ?? {};
  return { lockTimeoutMs, workMemMb: 64 };
}

/** A unique_violation of the arbiter: another session inserted the same key since the classifying. */
export const UNIQUE_VIOLATION = '23505';

/**
 * What is next of a batch that is free, in one transaction: lease, staging epoch, receipt, target, counters. First as it was
 * classified, plainly and fast; where somebody else was first, once more with ON CONFLICT; where the target itself
 * refuses rows, by bisection. Answers null where no batch is left.
 */
export async function mergeNextBatch(load: PlannedLoad, rows: PartRows, deps: RecordDeps): Promise<Merged | null> {
  const tried: { batch: number | null } = { batch: null };
  try {
    const write: Write = (range, batch, d) => {
      tried.batch = batch.batch;
      return writeFast(range, batch, d);
    };
    return await inTransaction(load, { select: selectNextBatchForUpdate(load.loadId), rows, write }, deps);
  } catch (error) {
    if (tried.batch === null || !needsAnotherWay(error)) throw error;
    deps.log.info('batch is judged again', { batch: tried.batch, sqlState: sqlState(error) });
    return await mergeAgain(load, { batch: tried.batch, rows, error }, deps);
  }
}

async function mergeAgain(
  load: PlannedLoad,
  { batch, rows, error }: { readonly batch: number; readonly rows: PartRows; readonly error: unknown },
  deps: RecordDeps,
): Promise<Merged | null> {
  const select = selectBatchForUpdate(load.loadId, batch);
  try {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    return await inTransaction(load, { select, rows, write: writeSafely }, deps);
  } catch (again) {
    if (!needsAnotherWay(again)) throw again;
    const write: Write = (range, row, d) => writeCarefully(range, row, load, d);
    return await inTransaction(load, { select, rows, write }, deps);
  }
}

/** Whether a row may be why, so that a slower way may find it. */
export function needsAnotherWay(error: unknown): boolean {
  return mayBeOfRow(error) || error instanceof ShortWrite;
}

/** How the records of a part are written. */
export type Write = (range: RecordRange, part: BatchRow, deps: RecordDeps) => Promise<BatchReceipt>;

/** What one transaction did. */
export interface Merged {
  readonly rows: number;
  /** Of those the ones that the target has new or changed. */
  readonly written: number;
  /** Its batch changes rows that others may be using. */
  readonly changes: boolean;
}

/** How many rows a transaction takes that changes some, and one that only inserts. */
export interface PartRows {
  readonly changing: number;
  readonly inserting: number;
}

interface Way {
  readonly select: Sql;
  readonly rows: PartRows;
  readonly write: Write;
}

async function inTransaction(
  load: PlannedLoad,
  { select, rows, write }: Way,
  deps: RecordDeps,
): Promise<Merged | null> {
  const { db } = deps;
  return await transaction(db, mergeLimits(load), async () => {
    await holdLease(db, load);
    const batch = await maybeOne<BatchRow>(db, select);
    if (batch === null) return null;
    const changes = touchesRows(batch);
    if (batch.merged_at !== null) return { rows: 0, written: 0, changes };
    return await mergeOneOf(load, batch, { most: changes ? rows.changing : rows.inserting, write }, deps);
  });
}

/**
 * What is next of a batch that is locked, `most` records of it or fewer, with its receipt. Inside of a transaction that holds the lease.
 */
export async function mergeOneOf(
  load: PlannedLoad,
  batch: BatchRow,
  { most, write }: { readonly most: number; readonly write: Write },
  deps: RecordDeps,
): Promise<Merged> {
  const { db } = deps;
  const next = nextPart(batch, most);
  const known = plannedPart(batch, next);
  const { part, receipt } =
    known !== null && writesNothing(known)
      ? { part: known, receipt: receiptOfNothing(known) }
      : await mergePart(load, known ?? next, { isPlanned: known !== null, write }, deps);
  if (!part.vanishing) assertBalance(part, receipt);
  const records = part.to_record - part.from_record;
  await execute(
    db,
    updateBatchReceipt(load.loadId, load.attempt, { batch: batch.batch, records, through: part.to_record, receipt }),
  );
  return { rows: records, written: recordsOf(receipt.counts, writingDispositions), changes: touchesRows(batch) };
}

/** Of staging whose verdicts stand: what is planned of the part, where its batch does not say it, and its rows. */
async function mergePart(
  load: PlannedLoad,
  next: BatchRow,
  { isPlanned, write }: { readonly isPlanned: boolean; readonly write: Write },
  deps: RecordDeps,
): Promise<{ readonly part: BatchRow; readonly receipt: BatchReceipt }> {
  const { db } = deps;
  await assertEpoch(db, load);
  if (load.gatedEpoch !== load.epoch)
    throw new StagingLost(`the verdicts of load ${load.loadId} belong to lost staging`);
  const part = isPlanned ? next : { ...next, ...(await plannedOf(db, load, next)) };
  if (writesNothing(part)) return { part, receipt: receiptOfNothing(part) };
  const range = recordRange(load, part);
  await execute(db, lockTarget(range));
  await assertTargetUnchanged(db, load);
  if (part.vanishing) return { part, receipt: await vanish(load, part, db) };
  const receipt = await write(range, part, deps);
  return { part, receipt: { ...receipt, sums: await reconcile(load, { range, part, receipt }, db) } };
}

async function plannedOf(db: Db, { loadId }: PlannedLoad, part: BatchRow): Promise<Pick<BatchRow, 'planned'>> {
  return await one(db, part.lined ? selectPlannedOfLine(loadId, part) : selectPlannedOfPart(loadId, part));
}

function receiptOfNothing(part: BatchRow): BatchReceipt {
  return { counts: leftAlone(part), ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
}

/** Invariant 4: rows offered = rows that came back under some disposition. */
function assertBalance(part: BatchRow, { counts }: BatchReceipt): void {
  const offered = recordsOf(plannedCounts(part), offeredDispositions);
  const returned = recordsOf(counts, offeredDispositions) + counts.rejected;
  if (offered === returned) return;
  throw new ReconciliationMismatch(
    `batch ${part.batch}: ${offered} rows were offered to the target and ${returned} came back`,
  );
}
