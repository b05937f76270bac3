import { execute, maybeOne, transaction, type Db } from '../../db/client.ts';
import { isLockConflict } from '../../db/errors.ts';
import { findLoad } from '../loads/load.ts';
import { selectLoadForUpdate, updateFailure } from '../loads/loads-sql.ts';
import { deleteExpiredLease, selectLeaseOf, type StalledRow } from './sweep-sql.ts';
import { updateUndoFailed, type LostUndoRow } from '../undos/undo-executions-sql.ts';
import { deleteSilentWaiters, deleteWaitersOf } from '../leases/waiters-sql.ts';

/**
 * 0.5 s, below deadlock_timeout (1 s): a step locks its lease first and its load then, the other way round than here, and
 * must never be the one who is ended.
 */
const lockTimeoutMs = 500;

/** What became of a load that was left behind. */
export interface EndedLost {
  readonly failed: boolean;
  readonly leaseReleased: boolean;
  /** The execution that undid the load, where that is recorded as failed now. */
  readonly failedUndo: string | null;
}

/**
 * Ends a load whose execution is gone: its expired lease goes, and where it has no outcome it is FAILED, so that it can be
 * retried. Nothing is touched where it is alive after all: its lease was renewed or taken, another execution has it now, or
 * a step holds its lock. Staging and receipts stay.
 */
export async function endLost(db: Db, stalled: StalledRow): Promise<EndedLost> {
  const untouched = { failed: false, leaseReleased: false, failedUndo: null };
  try {
    return await transaction(db, { lockTimeoutMs }, async () => {
      const load = await findLoad(db, selectLoadForUpdate(stalled.load_id));
      if (load?.attempt !== stalled.attempt || load.execution !== stalled.execution) return untouched;
      if (!(await leaseIsGone(db, stalled))) return untouched;
      if (load.outcome !== null) {
        const { load_id: loadId, lease_execution: execution } = stalled;
        const isFailed = execution !== null && (await recordLost(db, { loadId, execution }));
        return { failed: false, leaseReleased: stalled.token !== null, failedUndo: isFailed ? execution : null };
      }
      await execute(db, deleteWaitersOf(stalled.execution));
      await execute(db, updateFailure({ execution: stalled.execution, code: 'EXECUTION_LOST', message: lostMessage }));
      return { failed: true, leaseReleased: stalled.token !== null, failedUndo: null };
    });
  } catch (error) {
    if (isLockConflict(error)) return untouched;
    throw error;
  }
}

/**
 * Records that an undo is lost whose execution ended before it had the table, or after it gave it back, or never began. Answers whether that is news: false
 * where it is undone, another execution goes on with it, or a step holds its lock.
 */
export async function endLostUndo(db: Db, lost: LostUndoRow): Promise<boolean> {
  const { load_id: loadId, execution } = lost;
  try {
    return await transaction(db, { lockTimeoutMs }, async () => {
      if (execution !== null) await execute(db, deleteWaitersOf(execution));
      return await recordLost(db, { loadId, execution });
    });
  } catch (error) {
    if (isLockConflict(error)) return false;
    throw error;
  }
}

async function recordLost(
  db: Db,
  undo: { readonly loadId: number; readonly execution: string | null },
): Promise<boolean> {
  const message = undo.execution === null ? unbegunUndo : lostUndo;
  const lost = updateUndoFailed({ ...undo, code: 'EXECUTION_LOST', message });
  return (await maybeOne(db, lost)) !== null;
}

/** An hour: several times as long as a sign of life lasts, so that nobody is waited for who is forgotten here. */
const silentSeconds = 3_600;

/** Forgets waiters that nobody told the end of; answers how many. */
export async function forgetSilentWaiters(db: Db): Promise<number> {
  return await execute(db, deleteSilentWaiters(silentSeconds));
}

async function leaseIsGone(db: Db, { load_id: loadId, target, token }: StalledRow): Promise<boolean> {
  if (token === null) return (await maybeOne(db, selectLeaseOf(loadId))) === null;
  return (await execute(db, deleteExpiredLease(target, token))) === 1;
}

const lostUndo = 'its execution has ended, and nobody was told why; asking for it again goes on where it stopped';

const unbegunUndo =
  'it was asked for, and no execution of it ever began; nothing is undone, and asking for it again begins it';

const lostMessage =
  'its execution has ended, and nobody was told why; loading the same object again goes on where it stopped';
