import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { openS3Store } from '../../../functions/objects/s3/s3-store.ts';

// What fauxqs does not do: keys encoded as S3 encodes them when asked, tokens, refusals.

let server: Server;
afterEach(() => void server.close());

async function store(answer: (query: URLSearchParams) => { status?: number; body: string }) {
  server = createServer((request, response) => {
    const { status = 200, body } = answer(new URL(request.url ?? '/', 'http://x').searchParams);
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return openS3Store({ connection: { endpoint, region: 'eu-central-1', credentials }, limits: { requestAttempts: 1 } });
}

const contents = (key: string): string =>
  `<Contents><Key>${key}</Key><LastModified>2024-07-01T10:00:00.000Z</LastModified><ETag>&quot;e1&quot;</ETag><Size>7</Size></Contents>`;
const page = (rest: string): string =>
  `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType>${rest}</ListBucketResult>`;

test('keys are decoded where S3 says that it encoded them, folders are left out, and the token leads on', async () => {
  const asked: (string | null)[] = [];
  const { list } = await store((query) => {
    asked.push(query.get('continuation-token'));
    return query.get('continuation-token') === null
      ? {
          body: page(
            `<IsTruncated>true</IsTruncated><NextContinuationToken>t+1/=</NextContinuationToken>${contents('orders/')}${contents('orders/a+b%2Bc%0A%252B.csv')}`,
          ),
        }
      : { body: page(`<IsTruncated>false</IsTruncated>${contents('orders/%C3%BC%01.csv')}`) };
  });
  const objects = await Readable.from(list({ bucket: 'landing', prefix: 'orders/' })).toArray();
  expect(asked).toEqual([null, 't+1/=']);
  expect(objects).toEqual([
    [
      {
        bucket: 'landing',
        key: 'orders/a b+c\n%2B.csv',
        versionId: null,
        etag: 'e1',
        sizeBytes: 7,
        lastModified: '2024-07-01T10:00:00.000Z',
      },
    ],
    [expect.objectContaining({ key: 'orders/ü\u0001.csv' })],
  ]);
});

test.each([
  [403, 'AccessDenied', 'Error', 'Allow s3:ListBucket on the bucket'],
  [404, 'NoSuchBucket', 'Error', 'cannot be listed: 404 NoSuchBucket'],
  [503, 'SlowDown', 'TryAgain', 'could not be read just now'],
])('%i %s is a(n) %s', async (status, code, name, words) => {
  const { list } = await store(() => ({ status, body: `<Error><Code>${code}</Code><Message>no</Message></Error>` }));
  await expect(Readable.from(list({ bucket: 'landing', prefix: 'orders/' })).toArray()).rejects.toMatchObject({
    name,
    message: expect.stringContaining(words),
  });
});
