import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openS3Store } from '../../../functions/objects/s3-store.ts';
import { type EvilS3, evilEtag, startEvilS3 } from './evil-s3.ts';

const ref = { bucket: 'landing', key: 'orders.csv' };
let evil: EvilS3;
beforeEach(async () => {
  evil = await startEvilS3(Buffer.from('a\n1\n'));
});
afterEach(() => evil.close());

const store = () => openS3Store({ connection: evil.connection, limits: { requestAttempts: 1 } });

describe('the version of an S3 object', () => {
  it('is its VersionId', async () => {
    evil.headHeaders['x-amz-version-id'] = '3/L4kqtJlcpXroDTDmJ';
    expect(await store().head(ref)).toEqual({
      ...ref,
      versionId: '3/L4kqtJlcpXroDTDmJ',
      etag: evilEtag,
      sizeBytes: 4,
      sequencer: null,
      lastModified: '2024-07-01T10:00:00.000Z',
    });
  });

  it.each([
    ['keeps no versions', ''],
    ['stopped keeping versions, where `null` names whatever lies there', 'null'],
  ])('is ETag and size where the bucket %s', async (_, versionId) => {
    evil.headHeaders['x-amz-version-id'] = versionId;
    expect((await store().head(ref)).versionId).toBe(`etag:${evilEtag}:4`);
    expect((await store().head({ ...ref, versionId: 'null' })).versionId).toBe(`etag:${evilEtag}:4`);
  });

  it('cannot be told without an ETag', async () => {
    evil.headHeaders['etag'] = '';
    await expect(store().head(ref)).rejects.toMatchObject({ code: 'OBJECT_INVALID' });
  });
});

describe('an archived object', () => {
  it.each([
    { 'x-amz-storage-class': 'GLACIER' },
    { 'x-amz-storage-class': 'DEEP_ARCHIVE', 'x-amz-restore': 'ongoing-request="true"' },
    { 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': 'ARCHIVE_ACCESS' },
  ])('is refused before a byte is asked for: %j', async (headers) => {
    Object.assign(evil.headHeaders, headers);
    await expect(store().head(ref)).rejects.toMatchObject({
      code: 'OBJECT_ARCHIVED',
      message: expect.stringContaining('s3://landing/orders.csv'),
    });
  });

  it.each([
    {
      'x-amz-storage-class': 'GLACIER',
      'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"',
    },
    { 'x-amz-storage-class': 'GLACIER_IR' },
    { 'x-amz-storage-class': 'INTELLIGENT_TIERING' },
  ])('that can be read at once is not one: %j', async (headers) => {
    Object.assign(evil.headHeaders, headers);
    expect((await store().head(ref)).sizeBytes).toBe(4);
  });
});

describe('a HEAD that fails', () => {
  it.each([
    [403, { code: 'OBJECT_DENIED', message: expect.stringContaining('without s3:ListBucket') }],
    [404, { code: 'OBJECT_GONE' }],
    [405, { code: 'OBJECT_GONE' }],
    [
      503,
      { name: 'TryAgain', message: expect.stringContaining('s3://landing/orders.csv could not be read just now (503') },
    ],
    [400, { name: 'Error', message: expect.stringContaining('s3://landing/orders.csv cannot be read: 400') }],
  ])('with %i says what it means', async (status, expected) => {
    evil.headStatus = status;
    await expect(store().head(ref)).rejects.toMatchObject(expected);
  });

  it('because nobody listens is tried again', async () => {
    const port = await closedPort();
    const connection = { ...evil.connection, endpoint: `http://127.0.0.1:${port}` };
    const nobody = openS3Store({ connection, limits: { requestAttempts: 1 } });
    await expect(nobody.head(ref)).rejects.toMatchObject({
      name: 'TryAgain',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(nobody.put(ref, Buffer.from('x'), 'text/csv')).rejects.toMatchObject({
      name: 'TryAgain',
      message: expect.stringContaining('s3://landing/orders.csv could not be written just now'),
    });
  });

  it('because there are no credentials says how to get some', async () => {
    const none = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
    const connection = {
      ...evil.connection,
      credentials: () => Promise.reject(none),
    };
    await expect(openS3Store({ connection }).head(ref)).rejects.toThrow(
      /No AWS credentials were found: set AWS_PROFILE/,
    );
  });
});

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
