import { z } from 'zod';
import { whyNotHere } from '../../contract/dataset-of.ts';
import { missingList } from '../../contract/declared/lookups.ts';
import { datasetNamed } from '../../datasets/named.ts';
import { printable } from '../../core/printable.ts';
import { maybeOne } from '../../db/client.ts';
import { updateApproval } from '../../ledger/loads/held-sql.ts';
import { findLoad, type Load } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { retryRequest } from '../../ledger/operations/retries.ts';
import { foreignBucket } from '../../objects/sources.ts';
import { second } from '../../words/quantities.ts';
import type { OperateDeps } from '../deps.ts';
import { OperationRefused, noSuchLoad } from '../errors.ts';
import { runningRetry } from '../retried.ts';
import { isRunning, readLeases } from '../running.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

const approved = z.strictObject({
  loadId: z.int(),
  /** started: an execution merges it. already: an earlier yes did, or does. */
  done: z.enum(['started', 'already']),
  outcome: z.string().nullable(),
  /** Of what goes on; null: it has ended. */
  executionId: z.string().nullable(),
  /** Who said yes first, and when. */
  approvedBy: z.string(),
  approvedAt: z.string(),
});

/** A person's yes: a load that is held goes on, in an execution of its own, and asks again where it would do more by now. */
export const approve = defineVerb({
  name: 'approve',
  changes: true,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: approved,
  run: async ({ loadId }, deps, _why, by) => await sayYes(loadId, deps, by),
  show({ loadId, done, outcome, executionId, approvedBy, approvedAt }, { command }) {
    const watch = `\n  next        ${command(`explain ${loadId}`)} shows how far it is, and whether it asks again\n`;
    if (done === 'started')
      return `load ${loadId} is approved and goes on: execution ${printable(executionId ?? '')}${watch}`;
    const yes = `load ${loadId} was approved already, by ${printable(approvedBy)} at ${second(approvedAt)}`;
    if (executionId === null) return `${yes}, and is ${outcome}: nothing to do\n`;
    return `${yes}, and goes on: execution ${printable(executionId)}${watch}`;
  },
});

async function sayYes(loadId: number, deps: OperateDeps, by: string): Promise<z.infer<typeof approved>> {
  const load = await findLoad(deps.db, selectLoad(loadId));
  if (load === null) throw new OperationRefused(noSuchLoad(loadId));
  const foreign = foreignBucket(load.object, deps.objects.sources);
  if (foreign !== null) throw new OperationRefused(`load ${loadId} was not loaded by this stack: ${foreign.message}`);
  const standing = yesOf(load);
  if (standing !== null) {
    const already = { loadId, done: 'already' as const, outcome: load.outcome, ...standing };
    if (load.outcome === 'LOADED') return { ...already, executionId: null };
    const executionId = await goesOn(load, deps);
    if (executionId !== null) return { ...already, executionId };
  }
  const isBroken = standing !== null && !load.gated && (load.outcome === null || load.outcome === 'FAILED');
  if (load.outcome !== 'HELD' && !isBroken) throw new OperationRefused(whyNot(load));
  // before the yes is written down: what is begun then would end the load, or nothing would be
  const here = whyNotHere(load.request, deps) ?? (await listAway(load, deps));
  if (here !== null)
    throw new OperationRefused(
      `load ${loadId} ${isBroken ? 'was approved, and cannot go on here' : 'stays held, and no yes was recorded'}: ${here}${isBroken ? '' : `; landfall decline ${loadId} --reason TEXT ends it`}`,
    );
  // an earlier yes began at this moment: it is looked at anew
  if (!isBroken && (await maybeOne(deps.db, updateApproval(loadId, by))) === null)
    return await sayYes(loadId, deps, by);
  const executionId = await deps.executions.start({ ...retryRequest(load), force: false, yesTo: loadId });
  const yes = isBroken ? standing : { approvedBy: by, approvedAt: deps.now().toISOString() };
  return { loadId, done: 'started' as const, outcome: load.outcome, executionId, ...yes };
}

/** What goes on compiles the contract again, and would end the load where a list of its dataset is away. */
async function listAway({ request }: Load, deps: OperateDeps): Promise<string | null> {
  const dataset = datasetNamed(request.dataset ?? '', deps.datasets);
  // what a command read from a file is in its request
  const missing = dataset === null ? null : await missingList(dataset);
  return missing === null ? null : `${missing}. Put it back, and approve again`;
}

type Yes = { readonly approvedBy: string; readonly approvedAt: string };

function yesOf({ approvedBy, approvedAt }: Load): Yes | null {
  return approvedBy === null || approvedAt === null ? null : { approvedBy, approvedAt: approvedAt.toISOString() };
}

/** The execution that works on a load that was approved, or is about to; null: an earlier one broke off, and nobody does. */
async function goesOn({ loadId, outcome, execution }: Load, deps: OperateDeps): Promise<string | null> {
  const started = outcome === null || outcome === 'HELD' ? await runningRetry(loadId, deps) : null;
  if (started !== null || outcome !== null) return started;
  return (await isRunning({ load_id: loadId, outcome, execution }, await readLeases(deps), deps)) ? execution : null;
}

/** Nothing waits for a yes here. */
function whyNot({ loadId, outcome, code, message, approvedBy }: Load): string {
  const anew = `landfall retry ${loadId} loads its object again, as a load of its own`;
  if (outcome === 'REJECTED' && code === 'DECLINED')
    return `load ${loadId} was declined (${printable(message ?? '')}), and that stands: ${anew}`;
  if (outcome === null && approvedBy === null)
    return `load ${loadId} has not ended, so nothing waits for a yes: look how far it is (landfall explain ${loadId})`;
  if (approvedBy !== null && (outcome === null || outcome === 'FAILED'))
    return `load ${loadId} was approved, and stopped when it was merged: landfall retry ${loadId} goes on where it stopped`;
  return `load ${loadId} is ${outcome} and waits for no yes: landfall explain ${loadId} says what became of it`;
}
