import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Landing, openLanding } from '../../../functions/objects/s3/s3-landing.ts';
import { type S3Buckets, startBuckets } from '../../support/s3-bucket.ts';
import { patternBytes } from '../objects/read-all.ts';
import { bucket, type FeedUnderTest, startFeed } from './feed.ts';
import { whole } from './feed-server.ts';

let feed: FeedUnderTest;
beforeAll(async () => {
  feed = await startFeed();
});
afterEach(() => feed.empty());
afterAll(() => feed.close());

let buckets: S3Buckets;
let landing: Landing;
beforeEach(async () => {
  buckets = await startBuckets();
  const { AWS_ENDPOINT_URL: endpoint = '' } = buckets.environment;
  landing = openLanding(bucket, { connection: { ...feed.s3.connection, endpoint }, limits: { requestAttempts: 1 } });
});
afterEach(() => buckets.close());

describe('where S3 does not take the file', () => {
  test('its refusal is told in words, and the connection to the server is closed', async () => {
    buckets.answer = ({ method }) =>
      method === 'PUT' || method === 'POST' ? { status: 403, code: 'AccessDenied' } : null;
    const large = patternBytes(40 * 1024 * 1024);
    const closed = Promise.withResolvers<void>();
    feed.server.answers((response) => {
      response.once('close', () => closed.resolve());
      // the last byte never comes: who does not hang up waits for it
      response.writeHead(200, { 'content-length': String(large.length + 1) }).write(large);
    });
    await expect(feed.fetch({ landing })).rejects.toThrow(/cannot be written: 403 AccessDenied.*Allow s3:PutObject/u);
    await closed.promise;
  });

  test('just now, the file is fetched again', async () => {
    let refusals = 1;
    buckets.answer = ({ method }) => {
      if (method !== 'PUT' || refusals === 0) return null;
      refusals -= 1;
      return { status: 503, code: 'SlowDown' };
    };
    feed.server.answers(whole('id\n1\n'));
    expect(await feed.fetch({ landing })).toMatchObject({ result: 'LANDED', attempts: 2 });
    expect(feed.server.asked.length).toBe(2);
  });

  test('and does not say what is there, nothing is fetched', async () => {
    buckets.answer = ({ method }) => (method === 'HEAD' ? { status: 403, code: 'AccessDenied' } : null);
    feed.server.answers(whole('id\n1\n'));
    await expect(feed.fetch({ landing })).rejects.toThrow(/reading s3:\/\/landing-bucket\/orders\/.* is not allowed/u);
    expect(feed.server.asked).toEqual([]);
  });
});
