import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { recordFailed } from '../../ledger/loads/failure.ts';
import { maybeOne } from '../../db/client.ts';
import { recordUndoFailed } from '../../ledger/undos/failed-undo.ts';
import { selectUndo, type UndoRow } from '../../ledger/undos/undos-sql.ts';
import { findLoad } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { OperationRefused, noSuchLoad } from '../errors.ts';
import { readLeases } from '../running.ts';
import type { OperateDeps } from '../deps.ts';
import type { HeldLease } from '../sql.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

const cancelled = z.strictObject({
  loadId: z.int(),
  /** stopped: its execution was told to end. recorded: nobody ran it any more, and the ledger says so now. ended: it had ended before. */
  done: z.enum(['stopped', 'recorded', 'ended']),
  /** It is its undo that was to end. Absent: it is the load. */
  undo: z.literal(true).optional(),
  outcome: z.string().nullable(),
});

/** Ends a load's execution; what was merged stays, and a retry goes on from there. */
export const cancel = defineVerb({
  name: 'cancel',
  changes: true,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: cancelled,
  async run({ loadId }, deps, why): Promise<z.infer<typeof cancelled>> {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    const { outcome, execution } = load;
    const lease = (await readLeases(deps)).find((one) => one.load_id === loadId);
    if (outcome !== null && lease?.undoes !== true) {
      const waiting = await waitingUndo(loadId, deps);
      return waiting === null ? { loadId, done: 'ended', outcome } : await cancelUndo(waiting, deps, why);
    }
    if (lease !== undefined && lease.owner !== null && deps.ownerIsAlive(lease.owner)) {
      const { pid, host } = lease.owner;
      throw new OperationRefused(
        `${lease.undoes ? `the undo of load ${loadId}` : `load ${loadId}`} runs in process ${pid} on ${printable(host)}: press Ctrl-C in its terminal (kill -INT ${pid} does the same)`,
      );
    }
    if (lease?.undoes === true)
      return await cancelUndo({ ...lease, mayRun: lease.owner === null && !lease.expired }, deps, why);
    const state = execution === null ? null : await deps.executions.lookAt(execution);
    if (state?.isRunning === true && execution !== null) {
      await deps.executions.stop(execution, why ?? 'cancelled by an operator');
      return { loadId, done: 'stopped', outcome: null };
    }
    if (state === null && lease !== undefined && lease.owner === null && !lease.expired) {
      throw new OperationRefused(
        `load ${loadId} may run in execution ${printable(execution ?? '(none)')}, which cannot be reached from here: cancel it where it runs (--stack NAME), or wait until its lease is over`,
      );
    }
    await recordFailed(deps.db, {
      execution: execution ?? '',
      code: 'CANCELLED',
      message: `it had stopped without a word, and was cancelled${why === null ? '' : ` (${why})`}; loading the same object again goes on where it stopped`,
    });
    return { loadId, done: 'recorded', outcome: 'FAILED' };
  },
  show({ loadId, done, outcome, undo }, { command }) {
    if (undo === true) {
      const what =
        done === 'stopped'
          ? `the undo of load ${loadId} is told to end`
          : `nobody ran the undo of load ${loadId} any more, and its table is free`;
      return `${what}; what is undone stays so\n  next        ${command(`undo ${loadId}`)} goes on where it stopped\n`;
    }
    const retry = `\n  next        ${command(`retry ${loadId}`)} goes on where it stopped\n`;
    switch (done) {
      case 'stopped':
        return `load ${loadId} is told to end; what it merged stays, and the ledger says CANCELLED in a moment${retry}`;
      case 'recorded':
        return `nobody ran load ${loadId} any more: it is FAILED (CANCELLED) now; what it merged stays${retry}`;
      case 'ended':
        return outcome === 'HELD'
          ? `load ${loadId} does not run: it is held\n  next        ${command(`decline ${loadId} --reason TEXT`)} ends it\n`
          : `load ${loadId} had ended already: ${outcome}\n`;
    }
  },
});

/** An execution that undoes a load. `mayRun`: where nobody here can know, its lease says so. */
type Undoing = Pick<HeldLease, 'load_id' | 'execution'> & { readonly mayRun: boolean };

/** One that waits for the table, so that no lease tells of it. Null: there is none, or it is a command's, of which nobody here knows. */
async function waitingUndo(loadId: number, { db, executions }: OperateDeps): Promise<Undoing | null> {
  const undo = await maybeOne<UndoRow>(db, selectUndo(loadId));
  if (undo === null || undo.execution === null || undo.ended_at !== null || undo.failed_at !== null) return null;
  const { execution } = undo;
  return (await executions.lookAt(execution)) === null ? null : { load_id: loadId, execution, mayRun: false };
}

/** Ends the execution that undoes a load; what is undone stays so, and asked again it goes on. */
async function cancelUndo(undoing: Undoing, deps: OperateDeps, why: string | null): Promise<z.infer<typeof cancelled>> {
  const { load_id: loadId, execution, mayRun } = undoing;
  const ended = { loadId, undo: true, outcome: 'LOADED' } as const;
  const state = await deps.executions.lookAt(execution);
  if (state?.isRunning === true) {
    await deps.executions.stop(execution, why ?? 'cancelled by an operator');
    return { ...ended, done: 'stopped' };
  }
  if (state === null && mayRun)
    throw new OperationRefused(
      `the undo of load ${loadId} may run in execution ${printable(execution)}, which cannot be reached from here: cancel it where it runs (--stack NAME), or wait until its lease is over`,
    );
  const message = `it had stopped without a word, and was cancelled${why === null ? '' : ` (${why})`}; asking for it again goes on where it stopped`;
  await recordUndoFailed(deps.db, { loadId, execution, code: 'CANCELLED', message });
  return { ...ended, done: 'recorded' };
}
