import { mediaTypes } from '../formats/format-of.ts';
import { TryAgain } from '../protocol/errors.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import type { Landing } from '../objects/s3/s3-landing.ts';
import type { Emit } from '../runtime/metrics.ts';
import { type ReadSecret, secretHeaders } from './credentials.ts';
import type { FetchEvent } from './event.ts';
import { AskedToWait } from './faults.ts';
import type { Line } from './exchange.ts';
import { feedOf, type Feed } from './feed.ts';
import { type Fetched, fetchMetrics } from './fetched.ts';
import { landedBefore, type Landed, metadataOf } from './landed.ts';
import type { FetchLimits } from './limits.ts';
import type { Network } from './network.ts';
import { pause } from './pause.ts';
import { openRemoteFile } from './remote-file.ts';
import { leavesTime } from './time-left.ts';

/** What fetch is given beside its event. */
export interface FetchDeps {
  readonly datasets: readonly Dataset[];
  readonly landing: Landing;
  readonly secrets: ReadSecret;
  readonly network: Network;
  readonly limits: FetchLimits;
  /** Aborted some seconds before the function is ended, so that an unfinished upload is given up in order. */
  readonly signal: AbortSignal;
  readonly millisecondsLeft: () => number;
  readonly emit: Emit;
}

/**
 * Brings the file of a dataset's URL into the landing bucket, where its arrival starts a load. The object is whole or not
 * there; the same event again lands nothing again.
 * @throws FetchRefused where somebody has to change something; TryAgain where Lambda's own retries may help
 */
export async function fetchFile(event: FetchEvent, deps: FetchDeps): Promise<Fetched> {
  const feed = feedOf(event, deps.datasets);
  const fetched = await fetchFeed(feed, deps);
  deps.emit({ dataset: feed.dataset.name, values: fetchMetrics(fetched) });
  return fetched;
}

async function fetchFeed(feed: Feed, deps: FetchDeps): Promise<Fetched> {
  const landed = await landedBefore(feed, deps.landing);
  if (landed.isDone) return { result: 'LANDED_BEFORE', object: deps.landing.url(feed.key) };
  const { limits, network, signal } = deps;
  const line: Line = { source: { dataset: feed.dataset.name, url: feed.fetch.url }, limits, network, signal };
  const { secret = null } = feed.fetch;
  const headers = secret === null ? {} : await secretHeaders(line.source, secret, deps.secrets);
  for (let attempts = 1; ; attempts += 1) {
    try {
      const done = await landFile({ feed, landed, line, headers, landing: deps.landing });
      return done.result === 'LANDED' ? { ...done, attempts } : done;
    } catch (error) {
      if (!(error instanceof TryAgain) || attempts >= limits.attempts) throw error;
      const asked = error instanceof AskedToWait ? error.milliseconds : 0;
      if (asked > limits.longestWaitMilliseconds || !leavesTime(asked, deps.millisecondsLeft())) throw error;
      await pause(line, attempts, asked);
    }
  }
}

interface Landable {
  readonly feed: Feed;
  readonly landed: Landed;
  readonly line: Line;
  readonly headers: Readonly<Record<string, string>>;
  readonly landing: Landing;
}

type LandedNow = Exclude<Fetched, { result: 'LANDED' }> | { result: 'LANDED'; object: string; bytes: number };

async function landFile({ feed, landed, line, headers, landing }: Landable): Promise<LandedNow> {
  const { fetch, dataset, key } = feed;
  const question = { ...fetch, secretHeaders: headers, secretName: fetch.secret ?? null };
  const file = await openRemoteFile(line, question, landed.known);
  if (file === null) return { result: 'UNCHANGED' };
  const put = await landing.put(key, file.bytes, {
    contentType: mediaTypes[dataset.format],
    metadata: metadataOf(feed, file),
    // two calls for one event may come to this point together: the second one's object is given up
    onlyIfAbsent: !landed.isTaken,
  });
  const object = landing.url(key);
  return put === null ? { result: 'LANDED_BEFORE', object } : { result: 'LANDED', object, bytes: put.bytes };
}
