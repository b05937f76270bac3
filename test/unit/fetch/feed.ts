import { type Dataset, type DatasetInput, defineDataset } from '../../../functions/compile/declaration/schema.ts';
import type { Fetched } from '../../../functions/fetch/fetched.ts';
import type { FetchLimits } from '../../../functions/fetch/limits.ts';
import { type FetchDeps, fetchFile } from '../../../functions/fetch/step.ts';
import { openLanding } from '../../../functions/objects/s3/s3-landing.ts';
import { type LocalS3, startS3 } from '../objects/s3-server.ts';
import { type FeedServer, startFeedServer } from './feed-server.ts';

export const bucket = 'landing-bucket';

/** Quick to try again, and patient with a busy machine; a test of what never comes shortens the stall itself. */
export const impatient: FetchLimits = {
  connectMilliseconds: 10_000,
  stallMilliseconds: 10_000,
  redirects: 2,
  resumptions: 3,
  attempts: 2,
  backoffMilliseconds: 1,
  longestWaitMilliseconds: 3_000,
};

export interface FeedUnderTest {
  readonly server: FeedServer;
  readonly s3: LocalS3;
  /** Dataset orders, fetched from /orders.csv; `given` goes over its fetch. */
  dataset(given?: Partial<NonNullable<DatasetInput['fetch']>>): Dataset;
  /** Fetches for 2024-07-<day> 02:00. */
  fetch(given?: Partial<FetchDeps> & { readonly day?: number; readonly dataset?: Dataset }): Promise<Fetched>;
  /** Every key of the bucket. */
  keys(): Promise<readonly string[]>;
  /** Uploads in parts that were begun and neither ended nor given up. */
  unfinishedUploads(): Promise<number>;
  read(key: string): Promise<Buffer>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** The key of what is fetched on that day. */
export function keyOf(day: number): string {
  return `orders/orders-2024-07-0${day}T020000Z.csv`;
}

/** A server with a file, and an empty bucket. */
export async function startFeed(): Promise<FeedUnderTest> {
  const [server, s3] = await Promise.all([startFeedServer(), startS3(bucket)]);
  const landing = openLanding(bucket, { connection: s3.connection });
  const ask = async (path: string, method = 'GET'): Promise<Response> => {
    const answer = await fetch(`${s3.endpoint}/${bucket}${path}`, { method });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const keys = async (): Promise<readonly string[]> =>
    [...(await (await ask('?list-type=2')).text()).matchAll(/<Key>([^<]+)<\/Key>/gu)].map(([, key = '']) => key);
  const feed: FeedUnderTest = {
    server,
    s3,
    dataset: (given = {}) =>
      defineDataset({
        name: 'orders',
        prefix: 'orders/',
        table: 'public.orders',
        key: ['id'],
        schedule: { expression: 'rate(1 day)' },
        fetch: { url: `${server.origin}/orders.csv?token=hidden`, ...given },
      }),
    async fetch({ day = 1, dataset = feed.dataset(), ...given } = {}) {
      return await fetchFile(
        { dataset: 'orders', scheduledTime: new Date(Date.UTC(2024, 6, day, 2)) },
        {
          datasets: [dataset],
          landing,
          secrets: (name) => Promise.reject(new Error(`nobody may ask for the secret ${name}`)),
          network: server.network,
          limits: impatient,
          signal: new AbortController().signal,
          millisecondsLeft: () => 900_000,
          emit: () => undefined,
          ...given,
        },
      );
    },
    keys,
    unfinishedUploads: async () => [...(await (await ask('?uploads')).text()).matchAll(/<UploadId>/gu)].length,
    read: async (key) => Buffer.from(await (await ask(`/${key}`)).arrayBuffer()),
    async empty() {
      for (const key of await keys()) await ask(`/${key}`, 'DELETE');
    },
    async close() {
      await server.close();
      await s3.close();
    },
  };
  return feed;
}
