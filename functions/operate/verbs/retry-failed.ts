import { z } from 'zod';
import { needsForce } from '../../protocol/passing-causes.ts';
import { printable } from '../../core/printable.ts';
import { shellWord } from '../../core/typed-again.ts';
import { columns, count, plural } from '../../words/quantities.ts';
import { didYouMean, showText } from '../../words/did-you-mean.ts';
import { many } from '../../db/client.ts';
import { type Load, readLoad } from '../../ledger/loads/load.ts';
import { startRetry } from '../../ledger/operations/retries.ts';
import { selectFailedSince, type FailedRow } from '../../ledger/operations/retries-sql.ts';
import { foreignBucket } from '../../objects/sources.ts';
import type { OperateDeps } from '../deps.ts';
import { OperationRefused } from '../errors.ts';
import { giveBackTable } from '../give-back.ts';
import { momentOf, momentSchema } from '../moments.ts';
import { shortName } from '../../words/object-name.ts';
import { selectDatasets } from '../sql.ts';
import { defineVerb } from '../verb.ts';

/** Going on would end in the same way, or somebody ended it on purpose: `retry LOAD` takes such a one by itself. */
const oneByOne = new Set(['CANCELLED', 'RECONCILIATION_MISMATCH', 'ReconciliationMismatch']);
/** Loads of one answer: no outage has so many that anybody would look at them at once. */
const loadsAtMost = 10_000;
/** 30 s: the start under way may be throttled and come again. */
const reserveMilliseconds = 30_000;

const startedSchema = z.strictObject({
  loadId: z.int(),
  dataset: z.string(),
  bucket: z.string(),
  key: z.string(),
  executionId: z.string(),
});

/** Goes on with every load that failed since a time: after an outage they are many. */
export const retryFailed = defineVerb({
  name: 'retry-failed',
  changes: true,
  input: z.strictObject({
    since: momentSchema,
    dataset: z.string().min(1).nullable().default(null),
    most: z.int().min(1).max(1_000, 'at most 1000 at once').default(100),
  }),
  output: z.strictObject({
    since: z.string(),
    dataset: z.string().nullable(),
    started: z.array(startedSchema),
    /** Retries of them that run still: nothing was started. */
    already: z.int(),
    /** Failed loads that were not started in this call. */
    left: z.int(),
    /** Failed loads that are only retried one by one. */
    passedOver: z.array(z.strictObject({ loadId: z.int(), code: z.string() })),
  }),
  async run({ since, dataset, most }, deps, why, by) {
    const from = momentOf(since, deps.now());
    const found = selectFailedSince({ since: from, dataset, limit: loadsAtMost });
    const answer = { started: [] as z.infer<typeof startedSchema>[], already: 0, left: 0 };
    const passedOver: { loadId: number; code: string }[] = [];
    const failed = await many<FailedRow>(deps.db, found);
    if (failed.length === 0 && dataset !== null) await demandDataset(dataset, deps);
    for (const { load_id: loadId, code, execution } of failed) {
      if (oneByOne.has(code ?? '') || needsForce(code)) passedOver.push({ loadId, code: code ?? '' });
      else if (answer.started.length >= most || deps.millisecondsLeft() < reserveMilliseconds) answer.left += 1;
      else if (execution !== null && (await deps.executions.lookAt(execution))?.isRunning === true) answer.already += 1;
      else {
        const load = await readLoad(deps.db, loadId);
        const foreign = foreignBucket(load.object, deps.objects.sources);
        if (foreign !== null) passedOver.push({ loadId, code: foreign.code });
        else answer.started.push(await begin(load, deps, { why, by }));
      }
    }
    return { since: from.toISOString(), dataset, ...answer, passedOver };
  },
  show({ since, dataset, started, already, left, passedOver }, { folder, command }) {
    const of = dataset === null ? '' : ` of ${printable(dataset)}`;
    const head = started.length === 0 ? 'nothing to go on with' : `${plural(started.length, 'load')} begun again`;
    const begun = columns(started.map((load) => [`  ${load.loadId}`, load.dataset, shortName(load, folder)]));
    const running = already === 0 ? '' : `${plural(already, 'load')} being retried already\n`;
    const codes = passedOver.map(({ loadId, code }) => `  ${loadId}  ${printable(code)}\n`).join('');
    const others =
      passedOver.length === 0
        ? ''
        : `${plural(passedOver.length, 'load')} for you to look at, one by one (${command('explain LOAD')}):\n${codes}`;
    const same = `retry --failed --since ${since}${dataset === null ? '' : ` --dataset ${shellWord(dataset)}`}`;
    const again = left === 0 ? '' : `  next        ${command(same)} goes on: ${count(left)} left\n`;
    return `${head}: FAILED since ${since}${of}\n${begun}${running}${others}${again}`;
  },
});

/** A mistyped name would look as if nothing had failed. */
async function demandDataset(name: string, { db, datasets }: OperateDeps): Promise<void> {
  const loaded = (await many<{ dataset: string }>(db, selectDatasets())).map(({ dataset }) => dataset);
  const known = new Set([...loaded, ...datasets.map((declared) => declared.name)]);
  if (known.has(name)) return;
  throw new OperationRefused(
    `no dataset is called ${showText(name)}, and the ledger has no load of one.${didYouMean(name, [...known])}`,
  );
}

async function begin(
  load: Load,
  deps: OperateDeps,
  asked: { readonly why: string | null; readonly by: string },
): Promise<z.infer<typeof startedSchema>> {
  const { loadId } = load;
  await giveBackTable(loadId, deps);
  const executionId = await startRetry(deps.db, load, {
    ...asked,
    start: async (request) => await deps.executions.start(request),
  });
  const { bucket, key } = load.object;
  return { loadId, dataset: load.dataset, bucket, key, executionId };
}
