import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FetchRefused } from '../../../functions/fetch/faults.ts';
import { signalBeforeEnd } from '../../../functions/fetch/time-left.ts';
import { openLanding } from '../../../functions/objects/s3/s3-landing.ts';
import { startBuckets } from '../../support/s3-bucket.ts';
import { patternBytes } from '../objects/read-all.ts';
import { bucket, type FeedUnderTest, impatient, keyOf, startFeed } from './feed.ts';
import { ranged, status, whole } from './feed-server.ts';

let feed: FeedUnderTest;
beforeAll(async () => {
  feed = await startFeed();
});
afterEach(() => feed.empty());
afterAll(() => feed.close());

const content = patternBytes(300_000);
const etag = '"a"';

const shortStall = { ...impatient, stallMilliseconds: 500 };

/** Neither an object nor a part of one: what did not come whole was never there. */
async function expectNothing(): Promise<void> {
  expect(await feed.keys()).toEqual([]);
  expect(await feed.unfinishedUploads()).toBe(0);
}

describe('a file that breaks off', () => {
  test.each(['cut', 'stall', 'end'] as const)('by a %s is gone on with where it stopped', async (breaksBy) => {
    feed.server.answers(ranged({ content, etag, sent: 100_000, breaksBy }), ranged({ content, etag }));
    const limits = breaksBy === 'stall' ? shortStall : impatient;
    expect(await feed.fetch({ limits })).toMatchObject({ result: 'LANDED', bytes: content.length, attempts: 1 });
    expect((await feed.read(keyOf(1))).equals(content)).toBe(true);
    const [, second] = feed.server.asked;
    const received = Number(/^bytes=(\d+)-$/u.exec(second?.headers.range ?? '')?.[1]);
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThanOrEqual(100_000);
    expect(second?.headers['if-range']).toBe(etag);
  });

  test('anywhere, and however often its patience allows, is the same file', async () => {
    const cuts = fc.array(fc.record({ sent: fc.nat(120_000), breaksBy: fc.constantFrom('cut', 'end') }), {
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(cuts, async (breaks) => {
        feed.server.answers(...breaks.map((each) => ranged({ content, etag, ...each })), ranged({ content, etag }));
        expect(await feed.fetch()).toMatchObject({ result: 'LANDED', attempts: 1 });
        expect(hash(await feed.read(keyOf(1)))).toBe(hash(content));
        await feed.empty();
      }),
      { numRuns: 15 },
    );
  });

  test('and changes in between is read again from its beginning, never mixed', async () => {
    const other = Buffer.from(content.toReversed());
    feed.server.answers(
      ranged({ content, etag, sent: 100_000, breaksBy: 'cut' }),
      ranged({ content: other, etag: '"b"' }),
      ranged({ content: other, etag: '"b"' }),
    );
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', attempts: 2 });
    expect((await feed.read(keyOf(1))).equals(other)).toBe(true);
  });

  test.each([
    ['another place', { 'content-range': `bytes 5-${content.length - 1}/${content.length}` }],
    ['another length', { 'content-range': `bytes 100000-${content.length}/${content.length + 1}` }],
    ['another ETag', { etag: '"b"' }],
  ])('is not gone on with in %s', async (_, wrong) => {
    const rest = content.subarray(100_000);
    const right = { etag, 'content-range': `bytes 100000-${content.length - 1}/${content.length}` };
    feed.server.answers(
      ranged({ content, etag, sent: 100_000, breaksBy: 'end' }),
      (response) => void response.writeHead(206, { ...right, ...wrong }).end(rest),
      whole(content),
    );
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', attempts: 2 });
    expect((await feed.read(keyOf(1))).equals(content)).toBe(true);
  });

  test.each([
    ['no ranges', { etag }],
    ['no ETag', { 'accept-ranges': 'bytes' }],
    ['a weak ETag', { 'accept-ranges': 'bytes', etag: `W/${etag}` }],
  ])('is read again from its beginning where the server has %s', async (_, headers) => {
    feed.server.answers(
      (response, { cut }) => {
        response.writeHead(200, { ...headers, 'content-length': String(content.length) });
        response.write(content.subarray(0, 100_000), cut);
      },
      whole(content, headers),
    );
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', attempts: 2 });
    expect(feed.server.asked.map((asked) => asked.headers.range)).toEqual([undefined, undefined]);
    expect((await feed.read(keyOf(1))).equals(content)).toBe(true);
  });

  test('always is tried again by Lambda, and nothing of it is there', async () => {
    feed.server.answers(ranged({ content, etag, sent: 10, breaksBy: 'end' }));
    await expect(feed.fetch()).rejects.toMatchObject({
      name: 'TryAgain',
      message: expect.stringMatching(
        /^dataset orders cannot be fetched from https:\/\/feeds\.example\.com:\d+\/orders\.csv just now: the file broke off at byte \d+ of 300000 \(.*\), for the 4th time\. Nothing was landed; it is tried again, at the latest at the next scheduled time$/u,
      ),
    });
    await expectNothing();
  });

  test('in its chunks is not taken for a whole one', async () => {
    feed.server.answers((response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(content, () => response.socket?.end());
    });
    await expect(feed.fetch()).rejects.toThrow(/just now: the file broke off at byte \d+ \(/u);
    await expectNothing();
  });

  test('after parts of it are with S3 leaves none of them there', async () => {
    const buckets = await startBuckets();
    const { AWS_ENDPOINT_URL: endpoint = '' } = buckets.environment;
    const landing = openLanding(bucket, { connection: { ...feed.s3.connection, endpoint } });
    const large = patternBytes(18 * 1024 * 1024);
    feed.server.answers((response) => {
      response.writeHead(200, { 'content-length': String(large.length + 1) }).flushHeaders();
      response.write(large, () => response.socket?.end());
    });
    const limits = { ...impatient, attempts: 1 };
    await expect(feed.fetch({ limits, landing })).rejects.toThrow(/of 18874369 \(/u);
    // begun, parts, given up; and never completed
    const methods = buckets.asked
      .filter(({ method }) => method !== 'HEAD' && method !== 'GET')
      .map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['POST', 'PUT', 'DELETE']));
    expect(methods.filter((method) => method === 'POST')).toEqual(['POST']);
    expect(methods.at(-1)).toBe('DELETE');
    await buckets.close();
  });
});

describe('a server that lies about the length', () => {
  test('by more than it sends is found out', async () => {
    feed.server.answers((response) => {
      response.writeHead(200, { 'content-length': '12' });
      response.write('id\n1\n', () => response.socket?.end());
    });
    await expect(feed.fetch()).rejects.toThrow(/broke off at byte 5 of 12/u);
    await expectNothing();
  });

  test('by less than it sends is found out', async () => {
    feed.server.answers((response, _, request) => {
      request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nid\n1\n2\n');
      response.destroy();
    });
    await expect(feed.fetch()).rejects.toThrow(/just now/u);
    await expectNothing();
  });

  test('by telling none, nor where it ends, is refused', async () => {
    feed.server.answers((response, _, request) => {
      request.socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nid\n1\n');
      response.destroy();
    });
    await expect(feed.fetch()).rejects.toThrow(/tells neither its length nor where it ends.*send Content-Length/u);
    await expectNothing();
  });
});

describe('a file that is too large', () => {
  const limit = (maxBytes: number) => ({ dataset: feed.dataset({ maxBytes }) });

  test('by its length is refused before a byte of it is read', async () => {
    feed.server.answers((response) => response.writeHead(200, { 'content-length': '1001' }).flushHeaders());
    await expect(feed.fetch(limit(1000))).rejects.toThrow(
      /orders\.csv: it has 1001 bytes, and fetch\.maxBytes is 1000\. Raise it if the file is right\. Nothing was landed$/u,
    );
    await expectNothing();
  });

  test('by what comes is refused as soon as that is seen', async () => {
    feed.server.answers((response) => void response.writeHead(200).write(patternBytes(1001)));
    await expect(feed.fetch(limit(1000))).rejects.toThrow('more than 1000 bytes came, and fetch.maxBytes is 1000');
    await expectNothing();
  });

  test('only when it is unpacked is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    feed.server.answers(whole(bomb, { 'content-encoding': 'gzip' }));
    await expect(feed.fetch(limit(1_000_000))).rejects.toThrow('more than 1000000 bytes came');
    expect(bomb.length).toBeLessThan(10_000);
    await expectNothing();
  });

  test('by one byte less is not', async () => {
    feed.server.answers(whole(patternBytes(1000)));
    expect(await feed.fetch(limit(1000))).toMatchObject({ result: 'LANDED', bytes: 1000 });
  });
});

describe('a file that is encoded on its way', () => {
  const zipped = gzipSync(content);

  test('by gzip is unpacked, also where it breaks off', async () => {
    const half = Math.floor(zipped.length / 2);
    const encoded = { etag, 'content-encoding': 'gzip', 'accept-ranges': 'bytes' };
    feed.server.answers(
      (response) => {
        response.writeHead(200, { ...encoded, 'content-length': String(zipped.length) });
        response.write(zipped.subarray(0, half), () => response.socket?.end());
      },
      (response, { headers }) => {
        const start = Number(/\d+/u.exec(headers.range ?? '')?.[0]);
        const range = `bytes ${start}-${zipped.length - 1}/${zipped.length}`;
        response.writeHead(206, { ...encoded, 'content-range': range }).end(zipped.subarray(start));
      },
    );
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', bytes: content.length, attempts: 1 });
    expect((await feed.read(keyOf(1))).equals(content)).toBe(true);
  });

  test('by what is no gzip is refused, and by half of one', async () => {
    feed.server.answers(whole('id\n1\n', { 'content-encoding': 'gzip' }));
    await expect(feed.fetch()).rejects.toThrow(/says that it is gzip, and it is not: at byte 0 of what it sent, /u);
    feed.server.answers(whole(zipped.subarray(0, -9), { 'content-encoding': 'gzip' }));
    await expect(feed.fetch()).rejects.toThrow(
      /says that it is gzip, and it is not: at byte \d+ of what it sent, it ends there/u,
    );
    await expectNothing();
  });

  test('by gzip is refused where zeros stand between two members, not cut short there', async () => {
    const padded = Buffer.concat([zipped, Buffer.alloc(512), zipped]);
    feed.server.answers(whole(padded, { 'content-encoding': 'gzip' }));
    await expect(feed.fetch()).rejects.toThrow(`at byte ${zipped.length + 512} of what it sent, `);
    await expectNothing();
  });

  test('by anything else is refused', async () => {
    feed.server.answers(whole('?', { 'content-encoding': 'br' }));
    await expect(feed.fetch()).rejects.toThrow('encoded it as br, though it was asked not to. Only gzip can be undone');
    await expectNothing();
  });
});

describe('a server that is not there just now', () => {
  test('is asked again', async () => {
    feed.server.answers(status(503), whole('id\n1\n'));
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', attempts: 2 });
  });

  test.each([500, 502, 503, 429, 408])('and answers %i each time is left to the retries of Lambda', async (code) => {
    feed.server.answers(status(code));
    await expect(feed.fetch()).rejects.toMatchObject({
      name: 'TryAgain',
      message: expect.stringContaining(`just now: the server answered ${code} `),
    });
    expect(feed.server.asked.length).toBe(impatient.attempts);
    await expectNothing();
  });

  test('and says when to come back is asked then', async () => {
    const past = new Date(Date.now() - 60_000).toUTCString();
    feed.server.answers(status(429, { 'retry-after': past }), status(503, { 'retry-after': '1' }), whole('id\n1\n'));
    const begin = performance.now();
    expect(await feed.fetch({ limits: { ...impatient, attempts: 3 } })).toMatchObject({
      result: 'LANDED',
      attempts: 3,
    });
    expect(performance.now() - begin).toBeGreaterThan(990);
  });

  test.each([
    ['3600', 'for 3600 s'],
    [new Date(Date.now() + 7_200_000).toUTCString(), /for 7\d\d\d s/],
  ])('and wants a longer pause (%s) is left to the retries of Lambda at once', async (wanted, said) => {
    feed.server.answers(status(429, { 'retry-after': wanted }));
    const failure = feed.fetch();
    await expect(failure).rejects.toMatchObject({ name: 'TryAgain' });
    await expect(failure).rejects.toThrow(said);
    expect(feed.server.asked.length).toBe(1);
    await expectNothing();
  });

  test('and wants to be asked when the function is over is left to the retries of Lambda at once', async () => {
    feed.server.answers(status(503, { 'retry-after': '2' }));
    await expect(feed.fetch({ millisecondsLeft: () => 31_000 })).rejects.toMatchObject({ name: 'TryAgain' });
    expect(feed.server.asked.length).toBe(1);
  });

  test('and says when to come back in words of its own is asked as ever', async () => {
    feed.server.answers(status(503, { 'retry-after': 'soon' }), whole('id\n1\n'));
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED', attempts: 2 });
  });

  test('and says nothing is given up', async () => {
    feed.server.answers(() => undefined);
    await expect(feed.fetch({ limits: shortStall })).rejects.toThrow(
      'feeds.example.com could not be reached (no answer for 0.5 s)',
    );
  });

  test('and has no address is left to the retries of Lambda', async () => {
    const network = { ...feed.server.network, resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    await expect(feed.fetch({ network })).rejects.toMatchObject({
      name: 'TryAgain',
      message: expect.stringContaining('has no address (ENOTFOUND); if that stays, check the host of fetch.url'),
    });
  });

  test('at one of its addresses is reached at the next', async () => {
    // the server listens on 127.0.0.1 only
    const network = {
      ...feed.server.network,
      resolve: () => Promise.resolve(['127.0.0.2', '127.0.0.1']),
      allows: () => true,
    };
    feed.server.answers(whole('id\n1\n'));
    expect(await feed.fetch({ network })).toMatchObject({ result: 'LANDED', attempts: 1 });
  });
});

describe('the end of the function', () => {
  test('gives the upload up in order, in words', async () => {
    feed.server.answers(ranged({ content, etag, sent: 100_000, breaksBy: 'stall' }));
    const fetching = feed.fetch({ signal: signalBeforeEnd(15_200) });
    await expect(fetching).rejects.toThrow(FetchRefused);
    await expect(fetching).rejects.toThrow(/^the file did not come whole within 0 s, the time of this function\./u);
    await expectNothing();
  });
});

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
