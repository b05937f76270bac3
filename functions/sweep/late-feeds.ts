import type { Dataset } from '../compile/declaration/schema.ts';
import { many, type Db } from '../db/client.ts';
import { selectFeedAges } from '../ledger/sweeping/sweep-sql.ts';

/** A dataset that says how often it is expected, and when it came last. */
export interface Feed {
  readonly dataset: string;
  readonly minutesSinceLastLoad: number;
  readonly isLate: boolean;
}

/** Every dataset that declares expectEveryHours; the others are never late. */
export async function readFeeds(
  db: Db,
  datasets: readonly (Dataset & { readonly expectEveryHours?: number | undefined })[],
): Promise<readonly Feed[]> {
  const hours = new Map(
    datasets.flatMap(({ name, expectEveryHours }) =>
      expectEveryHours === undefined ? [] : [[name, expectEveryHours]],
    ),
  );
  if (hours.size === 0) return [];
  const ages = await many<{ dataset: string; minutes: number }>(db, selectFeedAges([...hours.keys()]));
  return ages.map(({ dataset, minutes }) => ({
    dataset,
    minutesSinceLastLoad: minutes,
    isLate: minutes > 60 * (hours.get(dataset) ?? Infinity),
  }));
}
