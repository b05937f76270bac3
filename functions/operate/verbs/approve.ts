import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { maybeOne } from '../../db/client.ts';
import { updateApproval } from '../../ledger/loads/held-sql.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { retryRequest } from '../../ledger/operations/retries.ts';
import { foreignBucket } from '../../objects/sources.ts';
import { second } from '../../words/quantities.ts';
import { OperationRefused, noSuchLoad } from '../errors.ts';
import { runningRetry } from '../retried.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** A person's yes: a load that is held goes on, in an execution of its own, and asks again where it would do more by now. */
export const approve = defineVerb({
  name: 'approve',
  changes: true,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: z.strictObject({
    loadId: z.int(),
    /** started: an execution merges it. already: an earlier yes did, or does. */
    done: z.enum(['started', 'already']),
    outcome: z.string().nullable(),
    /** Of what goes on; null: it has ended. */
    executionId: z.string().nullable(),
    /** Who said yes first, and when. */
    approvedBy: z.string(),
    approvedAt: z.string(),
  }),
  async run({ loadId }, deps, _why, by) {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    const foreign = foreignBucket(load.object, deps.objects.sources);
    if (foreign !== null) throw new OperationRefused(`load ${loadId} was not loaded by this stack: ${foreign.message}`);
    const { outcome, approvedBy, approvedAt, execution } = load;
    if (approvedBy !== null && approvedAt !== null) {
      const already = { loadId, done: 'already' as const, outcome, approvedBy, approvedAt: approvedAt.toISOString() };
      if (outcome === 'LOADED') return { ...already, executionId: null };
      if (outcome === null) return { ...already, executionId: execution };
      const running = outcome === 'HELD' ? await runningRetry(loadId, deps) : null;
      if (running !== null) return { ...already, executionId: running };
    }
    if (outcome !== 'HELD') throw new OperationRefused(whyNot(load));
    if ((await maybeOne(deps.db, updateApproval(loadId, by))) === null)
      throw new OperationRefused(`load ${loadId} ended at this moment: look at it (landfall explain ${loadId})`);
    const executionId = await deps.executions.start({ ...retryRequest(load), force: false });
    return {
      loadId,
      done: 'started' as const,
      outcome,
      executionId,
      approvedBy: by,
      approvedAt: deps.now().toISOString(),
    };
  },
  show({ loadId, done, outcome, executionId, approvedBy, approvedAt }, { command }) {
    const watch = `\n  next        ${command(`explain ${loadId}`)} shows how far it is, and whether it asks again\n`;
    if (done === 'started')
      return `load ${loadId} is approved and goes on: execution ${printable(executionId ?? '')}${watch}`;
    const yes = `load ${loadId} was approved already, by ${printable(approvedBy)} at ${second(approvedAt)}`;
    if (executionId === null) return `${yes}, and is ${outcome}: nothing to do\n`;
    return `${yes}, and goes on: execution ${printable(executionId)}${watch}`;
  },
});

/** Nothing waits for a yes here. */
function whyNot({ loadId, outcome, code, message, approvedBy }: Load): string {
  const anew = `landfall retry ${loadId} loads its object again, as a load of its own`;
  if (outcome === 'REJECTED' && code === 'DECLINED')
    return `load ${loadId} was declined (${printable(message ?? '')}), and that stands: ${anew}`;
  if (outcome === null)
    return `load ${loadId} has not ended, so nothing waits for a yes: look how far it is (landfall explain ${loadId})`;
  if (outcome === 'FAILED' && approvedBy !== null)
    return `load ${loadId} was approved and failed: landfall retry ${loadId} goes on, and the yes counts still`;
  return `load ${loadId} is ${outcome} and waits for no yes: landfall explain ${loadId} says what became of it`;
}
