import type { Executions } from '../protocol/executions.ts';
import { TryAgain } from '../protocol/errors.ts';
import { uploadRequest } from '../protocol/upload-request.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { takes } from '../compile/declaration/takes.ts';
import { many, one, type Db } from '../db/client.ts';
import { selectListings, selectOldestListing, type Listed, type ListingRow } from '../ledger/sweeping/listings-sql.ts';
import { unknownObjects } from '../ledger/sweeping/unknown-objects.ts';
import type { Sources } from '../objects/sources.ts';
import type { ListedObject, ObjectStore } from '../objects/store.ts';
import { goRound } from './listing.ts';

/** What importing needs. */
export interface ImportDeps {
  readonly db: Db;
  readonly store: ObjectStore;
  readonly landing: string;
  /** What loads may be retried of; the landing bucket is among them. */
  readonly sources: Sources;
  /** All that are declared: an object belongs to the one with the longest prefix that fits. */
  readonly datasets: readonly Dataset[];
  readonly executions: Pick<Executions, 'start' | 'lookAt'>;
  readonly now: () => number;
  readonly millisecondsLeft: () => number;
}

/** Counts of one run; `left`: found unknown and not started, for the next run. */
export interface Imported {
  readonly listed: number;
  readonly unknown: number;
  readonly started: number;
  readonly left: number;
  /** False: the time was over before everything was listed; the next run goes on there. */
  readonly listedAll: boolean;
}

/** 500 executions a run: Step Functions lets through some hundred a second, and what is left comes 15 minutes later. */
export const startsAtMost = 500;

/**
 * Starts an execution for each object under the datasets' prefixes that no load knows. The claim is unique, so one that
 * is started twice, or whose event comes after all, does no harm.
 */
export async function importUnknown(
  { datasets, youngestMilliseconds }: { datasets: readonly Dataset[]; youngestMilliseconds: number },
  deps: ImportDeps,
): Promise<Imported> {
  const counts = { listed: 0, unknown: 0, started: 0, left: 0 };
  let mayStart = startsAtMost;
  const startedBefore = deps.now() - youngestMilliseconds;
  for (const { dataset, ...listed } of await readListings(datasets, deps)) {
    const listedAll = await goRound({ ...listed, dataset: dataset.name }, deps, async (page) => {
      counts.listed += page.length;
      const taken = page.filter(
        (object) => takes(dataset, object, deps.datasets) && Date.parse(object.lastModified) <= startedBefore,
      );
      const unknownTo = { dataset: dataset.name, bucket: deps.landing };
      const left = new Set<ListedObject>();
      for (const object of await unknownObjects(deps.db, unknownTo, taken)) {
        counts.unknown += 1;
        if (counts.started < mayStart && (await starts(dataset, object, deps.executions))) counts.started += 1;
        else {
          // full, or Step Functions asked to slow down
          mayStart = counts.started;
          counts.left += 1;
          left.add(object);
        }
      }
      return page.findIndex((object) => left.has(object));
    });
    if (!listedAll) return { ...counts, listedAll };
  }
  return { ...counts, listedAll: true };
}

/** How many hours ago each of these datasets was last listed to its end; of the longest ago. */
export async function readOldestListing(
  datasets: readonly Dataset[],
  { db, landing }: Pick<ImportDeps, 'db' | 'landing'>,
): Promise<number> {
  const { hours } = await one<{ hours: number }>(db, selectOldestListing(listedOf(datasets, landing)));
  return hours;
}

/** Those that have a prefix, and where the last run stopped; first those that nobody has looked at for the longest. */
async function readListings(
  datasets: readonly Dataset[],
  { db, landing }: ImportDeps,
): Promise<readonly (Omit<Listed, 'dataset'> & { readonly dataset: Dataset; readonly after: string | null })[]> {
  const listed = listedOf(datasets, landing);
  const byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  const rows = await many<ListingRow>(db, selectListings(listed));
  return rows.flatMap(({ place, after_key: after }) => {
    const found = listed[place];
    const dataset = byName.get(found?.dataset ?? '');
    return found === undefined || dataset === undefined ? [] : [{ ...found, dataset, after }];
  });
}

function listedOf(datasets: readonly Dataset[], bucket: string): readonly Listed[] {
  return datasets.flatMap(({ name, prefix }) => (prefix === null ? [] : [{ dataset: name, bucket, prefix }]));
}

async function starts(
  dataset: Dataset,
  { bucket, key }: ListedObject,
  executions: ImportDeps['executions'],
): Promise<boolean> {
  try {
    await executions.start(uploadRequest({ bucket, key }, dataset));
    return true;
  } catch (error) {
    if (error instanceof TryAgain) return false;
    throw error;
  }
}
