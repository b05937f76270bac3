import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { maybeOne } from '../../db/client.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { retryRequest } from '../../ledger/operations/retries.ts';
import { foreignBucket } from '../../objects/sources.ts';
import type { OperateDeps } from '../deps.ts';
import { OperationRefused, noSuchLoad } from '../errors.ts';
import { giveBackTable } from '../give-back.ts';
import { runningRetry } from '../retried.ts';
import { isRunning, readLeases } from '../running.ts';
import { selectNewestOfObject } from '../sql.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

/** A new execution for the object of a load: it resumes, or begins anew where the load was refused or `force` says so. */
export const retry = defineVerb({
  name: 'retry',
  changes: true,
  input: z.strictObject({
    loadId: loadIdSchema,
    /** Compares every row of the object again, whatever became of it: a load of its own. */
    force: z.boolean().default(false),
  }),
  output: z.strictObject({
    loadId: z.int(),
    executionId: z.string(),
    /** An earlier retry runs still: nothing was started. */
    already: z.boolean(),
    /** What is started is a load of its own, which gets a number of its own. */
    anew: z.boolean(),
  }),
  async run({ loadId, force }, deps) {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    const foreign = foreignBucket(load.object, deps.objects.sources);
    if (foreign !== null) throw new OperationRefused(`load ${loadId} was not loaded by this stack: ${foreign.message}`);
    const earlier = await runningRetry(loadId, deps);
    const ended = load.outcome !== null && load.outcome !== 'FAILED';
    if (earlier !== null) return { loadId, executionId: earlier, already: true, anew: ended };
    if (!force) refuseWhatHelpsNot(load);
    await refuseWhatOthersDo(load, deps);
    await giveBackTable(loadId, deps);
    return {
      loadId,
      executionId: await deps.executions.start({ ...retryRequest(load), force }),
      already: false,
      anew: force || ended,
    };
  },
  show({ loadId, executionId, already, anew }, { command }) {
    const begun = anew
      ? `the object of load ${loadId} is loaded again, as a load of its own`
      : `load ${loadId} goes on`;
    const said = already ? `load ${loadId} is being retried already` : begun;
    const next = anew
      ? `${command('status')} shows the new load`
      : `${command(`explain ${loadId}`)} shows how far it is`;
    return `${said}: execution ${printable(executionId)}\n  next        ${next}\n`;
  },
});

/** Going on would end in the same way. */
function refuseWhatHelpsNot({ loadId, outcome, code }: Load): void {
  const anew = `landfall retry ${loadId} --force compares every row of its object again, as a load of its own`;
  if (outcome === 'LOADED') throw new OperationRefused(`load ${loadId} is LOADED: there is nothing to retry. ${anew}`);
  if (outcome === 'HELD')
    throw new OperationRefused(
      `load ${loadId} is held: landfall approve ${loadId} merges it, landfall decline ${loadId} --reason TEXT ends it. ${anew}, and takes its place`,
    );
  if (outcome === 'FAILED' && code === 'RECONCILIATION_MISMATCH') {
    throw new OperationRefused(
      `the counts of load ${loadId} do not balance, and going on would count the same again. Once you know why: ${anew}`,
    );
  }
}

async function refuseWhatOthersDo({ loadId, outcome, execution }: Load, deps: OperateDeps): Promise<void> {
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
