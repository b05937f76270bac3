import { TryAgain } from '../../protocol/errors.ts';
import { printable } from '../../core/printable.ts';
import { execute, maybeOne, one, transaction, type Db } from '../../db/client.ts';
import { leaseSeconds } from '../leases/lease.ts';
import { insertLease, type LeaseRow, replaceLease, selectLease, terminateBackends } from '../leases/leases-sql.ts';
import { deleteWaiter, upsertWaiter } from '../leases/waiters-sql.ts';
import { type Wanted, waitersBefore, waitersBeforeTidied } from '../leases/waiters.ts';
import { findLoad, type Load } from '../loads/load.ts';
import { selectLoad, selectLoadForUpdate } from '../loads/loads-sql.ts';
import { assertUndoable } from './undoable.ts';
import { updateUndoSought } from './undo-executions-sql.ts';
import { updateUndoAttempt, updateUndoBegun } from './undos-sql.ts';

/** Who wants to undo a load. */
export type WantedUndo = Omit<Wanted, 'isStrict'>;

/** The load's table is taken, or others have it or come first: as for a load. */
export type TakenTable =
  | { readonly kind: 'taken'; readonly attempt: number }
  | { readonly kind: 'waits'; readonly place: number; readonly stillSeconds: number; readonly looks: number };

/**
 * Takes the lease of the load's target, to undo it: in line with the loads that wait for it, as old as the load's object.
 * @throws UndoRefused where it may not be undone by now
 */
export async function takeTable(db: Db, asked: WantedUndo): Promise<TakenTable> {
  const wanted = { ...asked, isStrict: () => false };
  const before = await waitersBeforeTidied(db, wanted);
  if (before.length === 0) await endDeadBackends(db, wanted);
  return await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
    const load = await readLocked(db, wanted.loadId);
    const lease = await maybeOne<LeaseRow>(db, selectLease(load.target));
    if (lease?.execution === wanted.execution && lease.load_id === wanted.loadId)
      return { kind: 'taken', attempt: lease.attempt };
    await assertUndoable(db, load);
    await execute(db, updateUndoSought(load.loadId, wanted.execution));
    const inLine = await waitersBefore(db, wanted);
    const isHeld = lease !== null && !isFree(lease, wanted);
    if (isHeld || inLine.length > 0) {
      const { looks } = await one<{ looks: number }>(db, upsertWaiter(wanted));
      const stillSeconds = isHeld ? lease.held_seconds : (inLine[0]?.quiet_seconds ?? 0);
      return { kind: 'waits', place: inLine.length, stillSeconds, looks };
    }
    await execute(db, deleteWaiter(wanted.loadId, wanted.execution));
    return { kind: 'taken', attempt: await take(db, wanted, { load, lease }) };
  });
}

async function readLocked(db: Db, loadId: number): Promise<Load> {
  const load = await findLoad(db, selectLoadForUpdate(loadId));
  if (load === null) throw new Error(`the ledger has no load ${loadId}`);
  return load;
}

async function take(
  db: Db,
  { owner, execution }: WantedUndo,
  { load, lease: old }: { readonly load: Load; readonly lease: LeaseRow | null },
): Promise<number> {
  const attempt = load.attempt + 1;
  const lease = { target: load.target, loadId: load.loadId, attempt, execution, owner, seconds: leaseSeconds };
  const taken = await maybeOne(db, old === null ? insertLease(lease) : replaceLease(lease, old.token));
  if (taken === null) throw new TryAgain(`another load took the lease of ${printable(load.target)} at the same moment`);
  await execute(db, updateUndoAttempt(load.loadId, attempt));
  await execute(db, updateUndoBegun(load.loadId));
  return attempt;
}

/** Statements of an undo or a load that was killed may still run in the server. */
async function endDeadBackends(db: Db, wanted: WantedUndo): Promise<void> {
  const load = await findLoad(db, selectLoad(wanted.loadId));
  if (load === null) return;
  const lease = await maybeOne<LeaseRow>(db, selectLease(load.target));
  if (lease === null || lease.execution === wanted.execution || !isFree(lease, wanted)) return;
  await execute(db, terminateBackends(lease.load_id, lease.attempt + 1));
}

function isFree(lease: LeaseRow, { ownerIsAlive }: WantedUndo): boolean {
  return lease.expired || (lease.owner !== null && !ownerIsAlive(lease.owner));
}
