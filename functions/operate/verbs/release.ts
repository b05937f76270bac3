import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { plural } from '../../words/quantities.ts';
import { LEASE_LOST } from '../../protocol/errors.ts';
import { recordFailed } from '../../ledger/loads/failure.ts';
import { recordUndoFailed } from '../../ledger/undos/failed-undo.ts';
import { findLoad } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import type { OperateDeps } from '../deps.ts';
import { OperationRefused, UsageError } from '../errors.ts';
import { bringBackHere } from '../bring-back-here.ts';
import { giveBack } from '../give-back.ts';
import { isRunning, isUndoing, leaseState, readLeases } from '../running.ts';
import type { HeldLease } from '../sql.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** Gives a table back that nobody works on any more, so that the next load need not wait for the lease's end. */
export const release = defineVerb({
  name: 'release',
  changes: true,
  input: z
    .strictObject({
      target: z.string().min(1).nullable().default(null),
      loadId: loadIdSchema.nullable().default(null),
      /** Also where its load runs: that load fails with LeaseLost at its next write. */
      force: z.boolean().default(false),
    })
    .refine(({ target, loadId }) => (target === null) !== (loadId === null), 'name a table or a load, not both'),
  output: z.strictObject({
    target: z.string().nullable(),
    loadId: z.int().nullable(),
    released: z.boolean(),
    /** It was alive. */
    forced: z.boolean(),
    /** Of the table, that a load had dropped: brought back now. */
    indexes: z.int(),
  }),
  async run({ target, loadId, force }, deps, why) {
    const lease = (await readLeases(deps)).find((one) => one.target === target || one.load_id === loadId);
    if (lease === undefined) {
      const indexes = target === null ? 0 : await bringBackHere(target, deps);
      return { target, loadId, released: false, forced: false, indexes };
    }
    const alive = await isAlive(lease, deps);
    if (alive && !force) {
      throw new OperationRefused(
        `load ${lease.load_id} works on ${printable(lease.target)}: cancel it first (landfall cancel ${lease.load_id}). --force --reason TEXT takes the table away all the same; the load then fails with LeaseLost and writes nothing more`,
      );
    }
    if (alive && why === null)
      throw new UsageError(['--force takes a table from a load that runs: say why with --reason TEXT']);
    await giveBack(lease, deps);
    if (alive) await endedBy(lease, deps, why);
    const indexes = alive ? 0 : await bringBackHere(lease.target, deps);
    return { target: lease.target, loadId: lease.load_id, released: true, forced: alive, indexes };
  },
  show({ target, loadId, released, forced, indexes }, { command }) {
    const back =
      indexes === 0
        ? ''
        : `  indexes     ${plural(indexes, 'index')} that a load had dropped ${indexes === 1 ? 'is' : 'are'} back\n`;
    if (!released)
      return `nobody holds ${target === null ? `a table for load ${loadId}` : printable(target)}: nothing to give back\n${back}`;
    const lost = forced ? `; load ${loadId} fails with LeaseLost and writes nothing more` : '';
    return `${printable(target ?? '')} is free again${lost}\n${back}  next        ${command(`explain ${loadId}`)} shows what became of its load\n`;
  },
});

/** What runs of it may not begin it anew: its execution finds it ended, under the name of what would have ended it. */
async function endedBy(lease: HeldLease, { db }: OperateDeps, why: string | null): Promise<void> {
  const load = await findLoad(db, selectLoad(lease.load_id));
  if (load === null || load.execution === null) return;
  const message = `${printable(lease.target)} was taken from it by release --force: ${why ?? ''}`;
  if (lease.undoes) {
    const { execution } = lease;
    await recordUndoFailed(db, { loadId: lease.load_id, execution, code: LEASE_LOST, message });
    return;
  }
  await recordFailed(db, { execution: load.execution, code: LEASE_LOST, message });
}

/** A load that has ended keeps no table, whatever its lease says. */
async function isAlive(lease: HeldLease, deps: OperateDeps): Promise<boolean> {
  if (leaseState(lease, deps) !== 'held') return false;
  if (lease.undoes) return await isUndoing(lease, deps);
  const load = await findLoad(deps.db, selectLoad(lease.load_id));
  if (load === null) return false;
  const { outcome, execution } = load;
  return await isRunning({ load_id: lease.load_id, outcome, execution }, [lease], deps);
}
