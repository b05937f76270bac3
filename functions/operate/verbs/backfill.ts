import { z } from 'zod';
import { ignoredName } from '../../protocol/ignored-names.ts';
import { uploadRequest } from '../../protocol/upload-request.ts';
import { shellWord } from '../../core/typed-again.ts';
import { columns, count, plural } from '../../words/quantities.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { takes } from '../../compile/declaration/takes.ts';
import { many } from '../../db/client.ts';
import { selectJustStarted } from '../../ledger/operations/operations-sql.ts';
import { unknownObjects } from '../../ledger/sweeping/unknown-objects.ts';
import type { LandedObject, OperateDeps } from '../deps.ts';
import { momentOf, momentSchema } from '../moments.ts';
import { defineVerb } from '../verb.ts';

/** 15 min: an execution claims its object seconds after its start, but may be throttled. */
const claimMinutes = 15;
/** A page of an S3 listing. */
const pageObjects = 1_000;
/** 30 s: a page of a thousand objects is compared with the ledger, and the start under way may be throttled and come again. */
const reserveMilliseconds = 30_000;

const startedSchema = z.strictObject({ key: z.string(), dataset: z.string(), executionId: z.string() });

/** Starts loads for objects of the landing bucket that no load knows: their events were lost, or came before Landfall. */
export const backfill = defineVerb({
  name: 'backfill',
  changes: true,
  input: z.strictObject({
    /** What the keys begin with; empty: all of them. */
    prefix: z.string(),
    since: momentSchema,
    /** Only keys behind this one. */
    after: z.string().min(1).nullable().default(null),
    most: z.int().min(1).max(1_000, 'at most 1000 at once').default(100),
  }),
  output: z.strictObject({
    prefix: z.string(),
    since: z.string(),
    started: z.array(startedSchema),
    /** Unknown objects that were not started in this call. */
    left: z.int(),
    /** Objects that no dataset takes. */
    unclaimed: z.int(),
    /** The key after which the next call goes on, where this one ran out of time; null: everything was looked at. */
    goesOnAfter: z.string().nullable(),
  }),
  async run({ prefix, since, after, most }, deps) {
    const from = momentOf(since, deps.now());
    const justStarted = await readJustStarted(deps);
    const started: z.infer<typeof startedSchema>[] = [];
    let left = 0;
    let unclaimed = 0;
    let goesOnAfter: string | null = null;
    const isOver = (): boolean => deps.millisecondsLeft() < reserveMilliseconds;
    for await (const page of pages(deps, prefix, after)) {
      const uploads = page.filter(
        ({ uploadKey, lastModified }) => Date.parse(lastModified) >= from.getTime() && ignoredName(uploadKey) === null,
      );
      for (const [dataset, objects] of byDataset(uploads, deps.datasets)) {
        if (dataset === null) unclaimed += objects.length;
        else
          for (const object of await unknownObjects(
            deps.db,
            { dataset: dataset.name, bucket: deps.objects.bucket },
            objects,
          )) {
            if (isOver()) left += 1;
            else if (await runs(justStarted.get(object.key), deps)) continue;
            else if (started.length >= most) left += 1;
            else started.push(await start(object, dataset, deps));
          }
      }
      if (!isOver()) continue;
      goesOnAfter = page.at(-1)?.uploadKey ?? null;
      break;
    }
    return { prefix, since: from.toISOString(), started, left, unclaimed, goesOnAfter };
  },
  show({ prefix, since, started, left, unclaimed, goesOnAfter }, { command }) {
    const begun = columns(started.map(({ key, dataset }) => [`  ${dataset}`, key]));
    const nobody = unclaimed === 0 ? '' : `${plural(unclaimed, 'object')} that no dataset takes\n`;
    const same = `backfill ${shellWord(prefix)} --since ${since}`;
    const again = left === 0 ? '' : `  next        ${command(same)} goes on: ${count(left)} left\n`;
    const rest =
      goesOnAfter === null
        ? ''
        : `  next        ${command(`${same} --after ${shellWord(goesOnAfter)}`)} looks at the rest: the time of this call was over\n`;
    const head = started.length === 0 ? 'nothing to start' : `${plural(started.length, 'load')} started`;
    return `${head}: objects since ${since} that no load knows\n${begun}${nobody}${again}${rest}`;
  },
});

/** Executions of earlier calls by the key they are for: they may not have claimed it yet. */
async function readJustStarted({ db }: OperateDeps): Promise<ReadonlyMap<string, string>> {
  const rows = await many<{ key: string; execution: string }>(db, selectJustStarted(claimMinutes));
  return new Map(rows.map(({ key, execution }) => [key, execution]));
}

async function runs(executionId: string | undefined, { executions }: OperateDeps): Promise<boolean> {
  return executionId !== undefined && (await executions.lookAt(executionId))?.isRunning === true;
}

/** Everything that is listed, in pages. */
async function* pages(
  { objects }: OperateDeps,
  prefix: string,
  after: string | null,
): AsyncGenerator<readonly LandedObject[]> {
  let page: LandedObject[] = [];
  for await (const object of objects.list(prefix, after)) {
    page.push(object);
    if (page.length < pageObjects) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Null: no dataset takes them. */
function byDataset(
  page: readonly LandedObject[],
  datasets: readonly Dataset[],
): ReadonlyMap<Dataset | null, readonly LandedObject[]> {
  const groups = new Map<Dataset | null, LandedObject[]>();
  for (const object of page) {
    const { uploadKey: key, sizeBytes } = object;
    const taker = datasets.find((dataset) => takes(dataset, { key, sizeBytes }, datasets)) ?? null;
    const group = groups.get(taker);
    if (group === undefined) groups.set(taker, [object]);
    else group.push(object);
  }
  return groups;
}

async function start(
  object: LandedObject,
  dataset: Dataset,
  { executions }: OperateDeps,
): Promise<z.infer<typeof startedSchema>> {
  return {
    key: object.key,
    dataset: dataset.name,
    executionId: await executions.start(uploadRequest(object, dataset)),
  };
}
