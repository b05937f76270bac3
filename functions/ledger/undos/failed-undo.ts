import { execute, many, maybeOne, transaction, type Db } from '../../db/client.ts';
import type { UndoFailure } from '../../words/undo-failure-message.ts';
import { deleteLeaseOf } from '../leases/leases-sql.ts';
import { forgetWaitersOf } from '../leases/waiters.ts';
import { readLoad } from '../loads/load.ts';
import { updateUndoFailed } from './undo-executions-sql.ts';
import { selectJournalled, selectUndo, type UndoRow } from './undos-sql.ts';

/** As of a load that failed (loads/failure.ts): a transaction of the execution may still run in the server and hold the lease. */
const lockTimeoutMs = 60_000;

/** An execution of an undo that ended before it had. */
export interface EndedUndo {
  readonly loadId: number;
  readonly execution: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Records that an undo broke off, unless it is undone or another execution goes on with it: the table is given back, and it waits for none any
 * more, so that the next load need not wait. Runs twice without harm.
 */
export async function recordUndoFailed(db: Db, ended: EndedUndo): Promise<void> {
  await forgetWaitersOf(db, ended.execution);
  await transaction(db, { lockTimeoutMs }, async () => {
    await execute(db, updateUndoFailed(ended));
    await execute(db, deleteLeaseOf(ended.loadId, ended.execution));
  });
}

/** What a message tells of an undo that this execution left unended; null where there is nothing to tell: it has ended, or another execution goes on. */
export async function readUndoFailure(
  db: Db,
  { loadId, execution }: { readonly loadId: number; readonly execution: string | null },
): Promise<UndoFailure | null> {
  const undo = await maybeOne<UndoRow>(db, selectUndo(loadId));
  if (undo === null || undo.failed_at === null || undo.execution !== execution) return null;
  const { dataset, target } = await readLoad(db, loadId);
  const journalled = await many<{ rows: number }>(db, selectJournalled(loadId));
  const left = journalled.reduce((all, { rows }) => all + rows, 0);
  const { code, message, asked_by: askedBy, restored, removed, returned, kept } = undo;
  const done = restored + removed + returned;
  return { loadId, dataset, target, code: code ?? 'UNKNOWN', message, askedBy, execution, done, kept, left };
}
