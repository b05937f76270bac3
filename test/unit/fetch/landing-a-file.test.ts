import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { openLanding } from '../../../functions/objects/s3/s3-landing.ts';
import type { Measured } from '../../../functions/runtime/metrics.ts';
import { startBuckets } from '../../support/s3-bucket.ts';
import { patternBytes } from '../objects/read-all.ts';
import { bucket, type FeedUnderTest, keyOf, startFeed } from './feed.ts';
import { status, whole } from './feed-server.ts';

let feed: FeedUnderTest;
beforeAll(async () => {
  feed = await startFeed();
});
afterEach(() => feed.empty());
afterAll(() => feed.close());

const csv = 'id,note\n1,a\n';
const lastModified = 'Mon, 01 Jul 2024 01:00:00 GMT';

describe('a file of a URL', () => {
  test('lies under the prefix of its dataset, named by the scheduled time, byte for byte', async () => {
    feed.server.answers(whole(csv, { etag: '"a"' }));
    const object = `s3://${bucket}/${keyOf(1)}`;
    expect(await feed.fetch()).toEqual({ result: 'LANDED', object, bytes: csv.length, attempts: 1 });
    expect(await feed.keys()).toEqual([keyOf(1)]);
    expect((await feed.read(keyOf(1))).toString()).toBe(csv);
    expect(feed.server.asked.map(({ path }) => path)).toEqual(['/orders.csv?token=hidden']);
    expect(feed.server.asked[0]?.headers['accept-encoding']).toBe('identity');
  });

  test('says where it came from, and nothing of the query', async () => {
    feed.server.answers(whole(csv, { etag: '"a"', 'last-modified': lastModified }));
    await feed.fetch();
    const client = new S3Client({ ...feed.s3.connection, forcePathStyle: true });
    const { Metadata, ContentType } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(1) }));
    client.destroy();
    expect(ContentType).toBe('text/csv');
    expect(Metadata).toEqual({
      'landfall-scheduled-time': '2024-07-01T02:00:00.000Z',
      'landfall-source': expect.stringMatching(/^[0-9a-f]{64}$/u),
      'landfall-etag': '"a"',
      'landfall-last-modified': lastModified,
    });
  });

  test('of 20 MiB comes in parts', async () => {
    const content = patternBytes(20 * 1024 * 1024 + 7);
    feed.server.answers(whole(content));
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', bytes: content.length });
    expect((await feed.read(keyOf(1))).equals(content)).toBe(true);
    expect(await feed.unfinishedUploads()).toBe(0);
  });

  test('whose length is not told is taken where its chunks say that it is whole', async () => {
    feed.server.answers((response) => void response.writeHead(200).end(csv));
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', bytes: csv.length });
  });

  test('that is empty is landed too: its load says so', async () => {
    feed.server.answers(whole(''));
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', bytes: 0 });
    expect(await feed.keys()).toEqual([keyOf(1)]);
  });
});

test('a fetch is counted for its dataset: a file that came, with its bytes; one that did not change; not the same event twice', async () => {
  const measured: Measured[] = [];
  const emit = (each: Measured): void => void measured.push(each);
  feed.server.answers(whole(csv, { etag: '"a"' }));
  await feed.fetch({ emit });
  await feed.fetch({ emit });
  feed.server.answers(status(304));
  await feed.fetch({ emit, day: 2 });
  feed.server.answers(status(404));
  await feed.fetch({ emit, day: 3 }).catch(() => undefined);
  expect(measured).toEqual([
    { dataset: 'orders', values: { FilesFetched: 1, BytesFetched: csv.length } },
    { dataset: 'orders', values: {} },
    { dataset: 'orders', values: { FetchesUnchanged: 1 } },
  ]);
});

describe('the same event again', () => {
  test('lands nothing and asks nobody', async () => {
    feed.server.answers(whole(csv));
    await feed.fetch();
    feed.server.answers(whole('another'));
    expect(await feed.fetch()).toEqual({ result: 'LANDED_BEFORE', object: `s3://${bucket}/${keyOf(1)}` });
    expect(feed.server.asked).toEqual([]);
    expect((await feed.read(keyOf(1))).toString()).toBe(csv);
  });

  test('at the same moment gives its object up where S3 says that the other was first', async () => {
    const buckets = await startBuckets();
    buckets.answer = ({ method }) => (method === 'PUT' ? { status: 412, code: 'PreconditionFailed' } : null);
    const { AWS_ENDPOINT_URL: endpoint = '' } = buckets.environment;
    const landing = openLanding(bucket, { connection: { ...feed.s3.connection, endpoint } });
    feed.server.answers(whole(csv));
    expect(await feed.fetch({ landing })).toMatchObject({ result: 'LANDED_BEFORE' });
    await buckets.close();
  });

  test('is a new version where the name holds no time and the time is another', async () => {
    const dataset = feed.dataset({ as: 'orders.csv' });
    feed.server.answers(whole(csv), whole('later'));
    await feed.fetch({ dataset });
    expect(await feed.fetch({ dataset })).toMatchObject({ result: 'LANDED_BEFORE' });
    expect(await feed.fetch({ dataset, day: 2 })).toMatchObject({ result: 'LANDED' });
    expect(await feed.keys()).toEqual(['orders/orders.csv']);
    expect((await feed.read('orders/orders.csv')).toString()).toBe('later');
  });
});

describe('a file that did not change', () => {
  test('is asked for by ETag and date of the last one, and lands nothing on 304', async () => {
    feed.server.answers(whole(csv, { etag: 'W/"a"', 'last-modified': lastModified }), status(304));
    await feed.fetch();
    expect(await feed.fetch({ day: 2 })).toEqual({ result: 'UNCHANGED' });
    expect(await feed.fetch({ day: 3 })).toEqual({ result: 'UNCHANGED' });
    expect(feed.server.asked.map(({ headers }) => [headers['if-none-match'], headers['if-modified-since']])).toEqual([
      [undefined, undefined],
      ['W/"a"', lastModified],
      ['W/"a"', lastModified],
    ]);
    expect(await feed.keys()).toEqual([keyOf(1)]);
  });

  test('is known by its ETag where the server knows no conditions', async () => {
    feed.server.answers(whole(csv, { etag: '"a"' }));
    await feed.fetch();
    expect(await feed.fetch({ day: 2 })).toEqual({ result: 'UNCHANGED' });
  });

  test('is compared with the last that landed, among other files of the prefix', async () => {
    feed.server.answers(whole(csv, { etag: '"a"' }));
    await feed.fetch();
    feed.server.answers(whole('later', { etag: '"b"' }), status(304));
    await feed.fetch({ day: 2 });
    const landing = openLanding(bucket, { connection: feed.s3.connection });
    const stranger = { contentType: 'text/csv', metadata: { 'landfall-etag': '"x"' }, onlyIfAbsent: false };
    await landing.put('orders/orders-by-hand.csv', chunks('x'), stranger);
    expect(await feed.fetch({ day: 3 })).toEqual({ result: 'UNCHANGED' });
    expect(feed.server.asked.at(-1)?.headers['if-none-match']).toBe('"b"');
  });

  test('is fetched again where the URL is another one', async () => {
    feed.server.answers(whole(csv, { etag: '"a"' }));
    await feed.fetch();
    const dataset = feed.dataset({ url: `${feed.server.origin}/orders.csv?token=other` });
    expect(await feed.fetch({ dataset, day: 2 })).toMatchObject({ result: 'LANDED' });
    expect(feed.server.asked.at(-1)?.headers['if-none-match']).toBeUndefined();
  });
});

describe('an event is refused', () => {
  test('that names no dataset, or one that is not fetched', async () => {
    const { fetch: _, ...other } = feed.dataset();
    await expect(feed.fetch({ datasets: [] })).rejects.toThrow(/^dataset "orders" is not declared, .*: deploy again/u);
    await expect(feed.fetch({ datasets: [other] })).rejects.toThrow(/^dataset "orders" has no fetch .*: deploy again/u);
  });

  test('whose file would be loaded as that of another dataset', async () => {
    const dated = defineDataset({ name: 'dated', prefix: 'orders/2024-07-01/', table: 'public.dated', key: ['id'] });
    const datasets = [feed.dataset({ as: '{date}/orders.csv' }), dated];
    await expect(feed.fetch({ datasets })).rejects.toThrow(
      'dataset orders would fetch orders/2024-07-01/orders.csv, which belongs to dataset dated, whose prefix is longer',
    );
    expect(await feed.keys()).toEqual([]);
  });
});

async function* chunks(text: string): AsyncGenerator<Buffer, void, undefined> {
  yield Buffer.from(text);
}
