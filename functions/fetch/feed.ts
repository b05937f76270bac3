import { showText } from '../words/did-you-mean.ts';
import type { Fetch } from '../compile/schedule/feed-shape.ts';
import { datasetForKey } from '../compile/declaration/takes.ts';
import { fetchedName } from '../compile/schedule/fetched-name.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import type { FetchEvent } from './event.ts';
import { FetchRefused } from './faults.ts';

/** What is to be fetched for one scheduled time, and where it goes. */
export interface Feed {
  readonly dataset: Dataset;
  readonly fetch: Fetch;
  readonly prefix: string;
  /** The same for the same scheduled time. */
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly scheduledTime: string;
}

/** @throws FetchRefused where the event names no dataset that is fetched, or its file would be loaded as another's */
export function feedOf({ dataset: name, scheduledTime }: FetchEvent, datasets: readonly Dataset[]): Feed {
  const dataset = datasets.find((each) => each.name === name);
  const fetch = dataset?.fetch;
  if (dataset === undefined || fetch === undefined || dataset.prefix === null) {
    const what = dataset === undefined ? 'is not declared' : 'has no fetch in its declaration';
    throw new FetchRefused(
      `dataset ${showText(name)} ${what}, though a schedule asks for its file: deploy again, so that the schedules are those of the datasets`,
    );
  }
  const key = dataset.prefix + fetchedName(fetch, scheduledTime);
  const owner = datasetForKey(key, datasets);
  if (owner !== dataset) {
    throw new FetchRefused(
      `dataset ${name} would fetch ${key}, which belongs to dataset ${owner?.name}, whose prefix is longer. Change fetch.as or one of the prefixes`,
    );
  }
  return { dataset, fetch, prefix: dataset.prefix, key, scheduledTime: scheduledTime.toISOString() };
}
