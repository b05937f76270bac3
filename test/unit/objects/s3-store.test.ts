import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectS3, isSingleMachine } from '../../../functions/objects/s3/s3-client.ts';
import { s3Limits } from '../../../functions/objects/s3/s3-limits.ts';
import { openS3Store } from '../../../functions/objects/s3/s3-store.ts';
import { storeFor } from '../../../functions/objects/store-for.ts';
import { storeConformance } from './conformance.ts';
import { patternBytes, readAll } from './read-all.ts';
import { type LocalS3, startS3 } from './s3-server.ts';

const bucket = 'landing-bucket';

storeConformance('S3 store', async () => {
  const { connection, close } = await startS3(bucket);
  const client = connectS3(connection, s3Limits);
  return {
    store: openS3Store({ connection }),
    ref: (name) => ({ bucket, key: `orders/${name}` }),
    async remove(ref) {
      await client.send(new DeleteObjectCommand({ Bucket: ref.bucket, Key: ref.key }));
    },
    async close() {
      client.destroy();
      await close();
    },
  };
});

describe('S3 keys that no file system has', () => {
  let s3: LocalS3;
  beforeAll(async () => {
    s3 = await startS3(bucket);
  });
  afterAll(() => s3.close());

  it.each(['a/../b.csv', './x.csv', 'a//b.csv', 'folder/', '/leading'])('takes the key %j as it is', async (key) => {
    const store = openS3Store({ connection: s3.connection });
    await store.put({ bucket, key }, patternBytes(20), 'text/csv');
    const object = await store.head({ bucket, key });
    expect((await readAll(store, object)).equals(patternBytes(20))).toBe(true);
  });

  it('says that the bucket is missing, on reading and on writing', async () => {
    const store = openS3Store({ connection: s3.connection });
    const ref = { bucket: 'no-such-bucket', key: 'x.csv' };
    await expect(store.head(ref)).rejects.toMatchObject({ code: 'OBJECT_GONE' });
    await expect(store.put(ref, patternBytes(5), 'text/csv')).rejects.toThrow(
      /^s3:\/\/no-such-bucket\/x\.csv cannot be written: 404 NoSuchBucket: .*Create the bucket, or name another$/,
    );
  });
});

describe('the usual environment of AWS tools', () => {
  it('AWS_ENDPOINT_URL, region and credentials are honoured, with buckets in the path on localhost', async () => {
    const s3 = await startS3(bucket);
    const { port } = new URL(s3.endpoint);
    vi.stubEnv('AWS_ENDPOINT_URL', `http://localhost:${port}`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    try {
      const store = await storeFor(bucket);
      expect(await store.put({ bucket, key: 'k.csv' }, patternBytes(9), 'text/csv')).toBe('s3://landing-bucket/k.csv');
      expect((await store.head({ bucket, key: 'k.csv' })).sizeBytes).toBe(9);
      expect(await storeFor('another-bucket')).toBe(store);
    } finally {
      vi.unstubAllEnvs();
      await s3.close();
    }
  });

  it.each([
    ['http://127.0.0.1:4566', true],
    ['http://[::1]:4566', true],
    ['http://localhost:4566', true],
    ['http://s3.localhost:4566', true],
    ['http://minio:9000', true],
    ['https://s3.eu-central-1.amazonaws.com', false],
    ['https://account.r2.cloudflarestorage.com', false],
    [undefined, false],
  ])('the endpoint %s is a single machine: %s', (endpoint, single) => {
    expect(isSingleMachine(endpoint)).toBe(single);
  });
});
