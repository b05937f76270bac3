import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Landing, openLanding } from '../../../functions/objects/s3/s3-landing.ts';
import { type LocalS3, startS3 } from './s3-server.ts';

const bucket = 'landing-bucket';
const options = { contentType: 'text/csv', metadata: { 'landfall-etag': '"a"' }, onlyIfAbsent: false };

async function* chunks(text: string): AsyncGenerator<Buffer, void, undefined> {
  yield Buffer.from(text);
}

describe('the landing bucket', () => {
  let s3: LocalS3;
  let landing: Landing;
  beforeAll(async () => {
    s3 = await startS3(bucket);
    landing = openLanding(bucket, { connection: s3.connection });
  });
  afterAll(() => s3.close());

  test('tells the metadata of an object, and null where there is none', async () => {
    expect(await landing.put('tells/ünï code+%.csv', chunks('id\n'), options)).toEqual({ bytes: 3 });
    expect(await landing.metadata('tells/ünï code+%.csv')).toEqual({ 'landfall-etag': '"a"' });
    expect(await landing.metadata('tells/another.csv')).toBeNull();
  });

  test('tells which of the matching keys was written last, whatever their order', async () => {
    await landing.put('newest/b.csv', chunks('1'), options);
    await landing.put('newest/c.txt', chunks('1'), options);
    // S3 tells whole seconds
    await sleep(1_100);
    await landing.put('newest/a.csv', chunks('1'), options);
    await landing.put('newest.csv', chunks('1'), options);
    const isCsv = (key: string): boolean => key.endsWith('.csv');
    expect(await landing.newestUnder('newest/', isCsv)).toBe('newest/a.csv');
    expect(await landing.newestUnder('newest/', (key) => key.endsWith('.txt'))).toBe('newest/c.txt');
    expect(await landing.newestUnder('newest/', () => false)).toBeNull();
    expect(await landing.newestUnder('nothing/', isCsv)).toBeNull();
  });

  test('throws the error of a body as it is, and keeps nothing of it', async () => {
    const broken = async function* (): AsyncGenerator<Buffer, void, undefined> {
      yield Buffer.alloc(9 * 1024 * 1024);
      throw new RangeError('the source failed');
    };
    await expect(landing.put('broken.csv', broken(), options)).rejects.toThrow(new RangeError('the source failed'));
    expect(await landing.metadata('broken.csv')).toBeNull();
  });
});

test.each([
  [true, '*'],
  [false, undefined],
])('an object that must be new (%s) is written with If-None-Match %s', async (onlyIfAbsent, header) => {
  const conditions: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    conditions.push(request.headers['if-none-match']);
    request.resume().once('end', () => response.writeHead(200, { etag: '"e"' }).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const landing = openLanding(bucket, { connection: { endpoint, region: 'eu-central-1', credentials } });
  await landing.put('new.csv', chunks('id\n'), { ...options, onlyIfAbsent });
  expect(conditions).toEqual([header]);
  server.closeAllConnections();
  server.close();
});
