import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { maybeOne } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { updateDeclined } from '../../ledger/loads/held-sql.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { reportRequest } from '../../ledger/operations/declined-reports.ts';
import { dropStagingOf } from '../../ledger/staging/staging.ts';
import type { OperateDeps } from '../deps.ts';
import { OperationRefused, UsageError, noSuchLoad } from '../errors.ts';
import { runningRetry } from '../retried.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** A person's no: a load that is held ends REJECTED, with the reason; nothing of it is merged. */
export const decline = defineVerb({
  name: 'decline',
  changes: true,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: z.strictObject({
    loadId: z.int(),
    /** declined: now. already: it was before. */
    done: z.enum(['declined', 'already']),
    outcome: z.string(),
    code: z.string(),
    message: z.string(),
  }),
  async run({ loadId }, deps, why, by) {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    const declined = { loadId, outcome: 'REJECTED', code: 'DECLINED' };
    if (load.code === 'DECLINED') return { ...declined, done: 'already' as const, message: load.message ?? '' };
    if (load.outcome !== 'HELD') throw new OperationRefused(whyNot(load));
    if (why === null) throw new UsageError(['say why with --reason TEXT: who sent the file has to know']);
    if (load.approvedAt !== null && (await runningRetry(loadId, deps)) !== null)
      throw new OperationRefused(
        `load ${loadId} was approved by ${printable(load.approvedBy ?? '')} and goes on: landfall cancel ${loadId} ends it`,
      );
    const message = `declined by ${printable(by)}: ${printable(why)}`;
    const ended = await maybeOne<{ attempt: number }>(deps.db, updateDeclined(loadId, message));
    if (ended === null)
      throw new OperationRefused(`load ${loadId} ended at this moment: look at it (landfall explain ${loadId})`);
    await dropStaging({ loadId, attempt: ended.attempt }, deps);
    // where it is not begun now, the sweep does it
    await deps.executions.start(reportRequest(load));
    return { ...declined, done: 'declined' as const, message };
  },
  show({ loadId, done, message }, { command }) {
    const said = done === 'declined' ? 'is now' : 'was already';
    return `load ${loadId} ${said} ${printable(message)}; nothing of it is in the table\n  next        correct the file and load it; or ${command(`retry ${loadId}`)} loads the same object again, as a load of its own\n`;
  },
});

/** A courtesy to the disk: where the server refuses it (a lock, tables of another role), the sweep or the next load of the object does it. */
async function dropStaging(load: { loadId: number; attempt: number }, { db }: OperateDeps): Promise<void> {
  try {
    await dropStagingOf(db, load);
  } catch (error) {
    if (sqlState(error) === null) throw error;
  }
}

function whyNot({ loadId, outcome, approvedBy }: Load): string {
  if (outcome === null) return `load ${loadId} has not ended, so it is not held: landfall cancel ${loadId} ends it`;
  const approved = approvedBy === null ? '' : `, approved by ${printable(approvedBy)}`;
  return `load ${loadId} is ${outcome}${approved}, not held: there is nothing to decline`;
}
