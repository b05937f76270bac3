import { z } from 'zod';
import type { LoadRequest } from '../../contract/states.ts';
import { maybeOne } from '../../db/client.ts';
import { findLoad, type Load } from '../../ledger/load.ts';
import { selectLoad } from '../../ledger/loads-sql.ts';
import type { OperateDeps } from '../deps.ts';
import { OperationRefused } from '../errors.ts';
import { giveBack } from '../give-back.ts';
import { noSuchLoad } from '../no-such-load.ts';
import { runningRetry } from '../retried.ts';
import { isRunning, readLeases } from '../running.ts';
import { selectNewestOfObject } from '../sql.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** A new execution for the object of a load: it resumes, or begins anew where the load was refused. */
export const retry = defineVerb({
  name: 'retry',
  summary: 'go on with a load that failed, or load again what was refused',
  changes: true,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: z.strictObject({
    loadId: z.int(),
    executionId: z.string(),
    /** An earlier retry runs still: nothing was started. */
    already: z.boolean(),
  }),
  async run({ loadId }, deps) {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    const earlier = await runningRetry(loadId, deps);
    if (earlier !== null) return { loadId, executionId: earlier, already: true };
    await refuseWhatNeedsNone(load, deps);
    await giveBackOf(loadId, deps);
    return { loadId, executionId: await deps.executions.start(requestOf(load)), already: false };
  },
  show({ loadId, executionId, already }, { command }) {
    const said = already ? `load ${loadId} is being retried already` : `load ${loadId} goes on`;
    return `${said}: execution ${executionId}\n  next        ${command(`explain ${loadId}`)} shows how far it is\n`;
  },
});

/** Where nobody recorded that its execution ended, the load holds its table still, and its own retry would wait for that. */
async function giveBackOf(loadId: number, deps: OperateDeps): Promise<void> {
  const lease = (await readLeases(deps)).find(({ load_id: holder }) => holder === loadId);
  if (lease !== undefined) await giveBack(lease, deps);
}

async function refuseWhatNeedsNone(load: Load, deps: OperateDeps): Promise<void> {
  const { loadId, outcome, execution } = load;
  if (outcome === 'LOADED') {
    throw new OperationRefused(
      `load ${loadId} is LOADED: there is nothing to retry. To compare every row again, load its object with --force`,
    );
  }
  if (await isRunning({ load_id: loadId, outcome, execution }, await readLeases(deps), deps)) {
    throw new OperationRefused(`load ${loadId} runs: wait for it, or cancel it first (landfall cancel ${loadId})`);
  }
  const newest = await maybeOne<{ load_id: number }>(deps.db, selectNewestOfObject(loadId));
  if (newest !== null && newest.load_id !== loadId) {
    throw new OperationRefused(
      `load ${loadId} was replaced by load ${newest.load_id} of the same object: look at that one (landfall explain ${newest.load_id})`,
    );
  }
}

/** The same object in the same version; without force, which would begin a new load instead of going on. */
function requestOf({ request, object }: Load): LoadRequest {
  const { bucket, key, versionId } = object;
  // Register keeps the event's sequencer beside the request; a person's request has none
  const { sequencer: _, ...asked } = request as LoadRequest & { sequencer?: string | null };
  return { ...asked, bucket, key, versionId, force: false };
}
