import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openS3Store } from '../../../functions/objects/s3/s3-store.ts';
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

  it('may be asked for by ETag and size, which is all that an event without a version id tells', async () => {
    evil.headHeaders['x-amz-version-id'] = 'v1';
    expect((await store().head({ ...ref, versionId: `etag:${evilEtag}:4` })).versionId).toBe('v1');
    await expect(store().head({ ...ref, versionId: `etag:${evilEtag}:5` })).rejects.toMatchObject({
      code: 'OBJECT_CHANGED',
    });
    await expect(store().head({ ...ref, versionId: 'etag:another:4' })).rejects.toMatchObject({
      code: 'OBJECT_CHANGED',
    });
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

  it.each<[number, string, { name?: string; code?: string; message: RegExp }]>([
    [404, 'NoSuchBucket', { code: 'OBJECT_GONE', message: /its bucket does not; check the name, the account/ }],
    [404, 'NoSuchKey', { code: 'OBJECT_GONE', message: /check the name, or put the file there again/ }],
    [403, 'AccessDenied', { code: 'OBJECT_DENIED', message: /s3:GetObject.*403 AccessDenied/ }],
    [403, 'InvalidObjectState', { code: 'OBJECT_ARCHIVED', message: /restore it/ }],
    [400, 'KMS.DisabledException', { code: 'OBJECT_DENIED', message: /KMS key.*is enabled/ }],
    [
      403,
      'InvalidAccessKeyId',
      { name: 'Error', message: /403 InvalidAccessKeyId. Check AWS_PROFILE, or AWS_ACCESS_KEY_ID/ },
    ],
    [
      403,
      'SignatureDoesNotMatch',
      { name: 'Error', message: /Check AWS_PROFILE.*AWS_ENDPOINT_URL leads to the store/ },
    ],
    [403, 'RequestTimeTooSkewed', { name: 'Error', message: /Set the clock of this machine/ }],
    [400, 'ExpiredToken', { name: 'Error', message: /have expired: log in again/ }],
    [400, 'AuthorizationHeaderMalformed', { name: 'Error', message: /Set AWS_REGION to the region of the bucket/ }],
  ])('with %i and no body is explained by a GET of one byte: %s', async (status, code, { message, ...expected }) => {
    evil.headStatus = status;
    evil.plan([{ kind: 'status', status, code }]);
    await expect(store().head({ ...ref, versionId: 'v7' })).rejects.toMatchObject({
      ...expected,
      message: expect.stringMatching(message),
    });
    expect(evil.gets).toMatchObject([{ range: 'bytes=0-0', url: expect.stringContaining('versionId=v7') }]);
  });

  it('that a GET cannot explain says what is known', async () => {
    evil.headStatus = 403;
    await expect(store().head(ref)).rejects.toMatchObject({ code: 'OBJECT_DENIED' });
    expect(evil.openAnswers()).toBe(0);
  });

  it('because nobody listens is tried again', async () => {
    const port = await closedPort();
    const connection = { ...evil.connection, endpoint: `http://127.0.0.1:${port}` };
    const nobody = openS3Store({ connection, limits: { requestAttempts: 1 } });
    await expect(nobody.head(ref)).rejects.toMatchObject({
      name: 'TryAgain',
      message: expect.stringMatching(/ECONNREFUSED.*If that stays, check the network, AWS_ENDPOINT_URL and AWS_REGION/),
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
