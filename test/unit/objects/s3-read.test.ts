import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { S3Limits } from '../../../functions/objects/s3/s3-limits.ts';
import { openS3Store } from '../../../functions/objects/s3/s3-store.ts';
import type { StoredObject } from '../../../functions/objects/store.ts';
import { type EvilS3, evilEtag, type Fault, startEvilS3 } from './evil-s3.ts';
import { patternBytes, readAll, readUntilError } from './read-all.ts';

const content = patternBytes(5_000);
const subRanges = 5;
const whole = { start: 0, end: content.length };

/** A stall would take 10 s here: only the tests about stalls wait for one. */
const limits: Partial<S3Limits> = {
  subRangeBytes: content.length / subRanges,
  stallMilliseconds: 10_000,
  requestAttempts: 1,
  errorsPerSubRange: 4,
  backoffMilliseconds: 1,
  longestBackoffMilliseconds: 4,
};
const shortStall = { ...limits, stallMilliseconds: 150 };

const pinned: StoredObject = {
  bucket: 'landing',
  key: 'orders/2024.csv',
  versionId: 'v1.x/y+z',
  etag: evilEtag,
  sizeBytes: content.length,
  sequencer: null,
  lastModified: '2024-07-01T10:00:00.000Z',
};

let evil: EvilS3;
beforeAll(async () => {
  evil = await startEvilS3(content);
});
afterEach(async () => {
  await expect.poll(() => evil.openAnswers(), { interval: 10, timeout: 1_000 }).toBe(0);
  evil.plan([]);
  evil.gets.length = 0;
});
afterAll(() => evil.close());

const store = (with_: Partial<S3Limits> = limits) => openS3Store({ connection: evil.connection, limits: with_ });

/** Faults after which the rest is asked for again. */
const passing: Record<string, Fault> = {
  'a reset connection before the first byte': { kind: 'cut', share: 0 },
  'a reset connection in mid-body': { kind: 'cut', share: 0.6 },
  'a body that ends early but cleanly': { kind: 'short', share: 0.3 },
  'an empty body': { kind: 'short', share: 0 },
  'a body with a byte too many': { kind: 'surplus' },
  '503 SlowDown': { kind: 'status', status: 503, code: 'SlowDown' },
  '500 InternalError': { kind: 'status', status: 500, code: 'InternalError' },
  '400 RequestTimeout': { kind: 'status', status: 400, code: 'RequestTimeout' },
  '429': { kind: 'status', status: 429, code: 'TooManyRequests' },
  'the 502 page of a load balancer': { kind: 'html', status: 502 },
  'an ignored range (200)': { kind: 'ignoresRange' },
  'a Content-Range one byte off': { kind: 'wrongRange', start: 1, end: 1, total: 0 },
  'a Content-Range of another length': { kind: 'wrongRange', start: 0, end: -1, total: 0 },
  'a Content-Range of another total': { kind: 'wrongRange', start: 0, end: 0, total: 1 },
  'no Content-Range': { kind: 'noRange' },
};

describe('a read of S3 under faults that pass', () => {
  it.each(Object.keys(passing))('gives the right bytes after %s', async (name) => {
    evil.plan([passing[name] ?? null]);
    expect((await readAll(store(), pinned)).equals(content)).toBe(true);
    expect(evil.gets).toHaveLength(subRanges + 1);
  });

  it.each(Object.keys(passing))(
    'gives up with TryAgain, naming object and place, when %s happens every time',
    async (name) => {
      const fault = passing[name] ?? null;
      evil.plan([null, ...Array.from({ length: 4 }, () => fault)]);
      const { bytes, error } = await readUntilError(store().read(pinned, whole));
      expect(bytes.equals(content.subarray(0, 1_000))).toBe(true);
      expect(error).toMatchObject({
        name: 'TryAgain',
        message: expect.stringMatching(
          /^s3:\/\/landing\/orders\/2024\.csv could not be read just now \(4 failures, now at byte \d+, the last: /,
        ),
      });
      expect(evil.gets).toHaveLength(5);
    },
  );

  it('says what the last fault was', async () => {
    evil.plan(Array.from({ length: 4 }, (): Fault => ({ kind: 'ignoresRange' })));
    await expect(readAll(store(), pinned)).rejects.toThrow(
      's3://landing/orders/2024.csv could not be read just now (4 failures, now at byte 0, the last: the server ignored the range and answered 200 instead of 206); it is tried again',
    );
  });

  it('goes on at the byte already received', async () => {
    evil.plan([
      { kind: 'cut', share: 0.6 },
      { kind: 'short', share: 0.5 },
    ]);
    expect((await readAll(store(), pinned)).equals(content)).toBe(true);
    expect(evil.gets.slice(0, 3).map(({ range }) => range)).toEqual(['bytes=0-999', 'bytes=600-999', 'bytes=800-999']);
  });

  it('hangs up on an answer that it does not want, also while the read goes on', async () => {
    evil.plan([{ kind: 'ignoresRange' }]);
    for await (const chunk of store().read(pinned, whole)) {
      expect(chunk.equals(content.subarray(0, 1_000))).toBe(true);
      await expect.poll(() => evil.openAnswers(), { interval: 5, timeout: 1_000 }).toBe(0);
      break;
    }
  });

  it('pins version and ETag in every request', async () => {
    await readAll(store(), pinned, { start: 10, end: 2_500 });
    expect(evil.gets.map(({ range }) => range)).toEqual(['bytes=10-1009', 'bytes=1010-2009', 'bytes=2010-2499']);
    for (const get of evil.gets) {
      expect(get.ifMatch).toBe(`"${evilEtag}"`);
      expect(new URL(get.url, 'http://x').searchParams.get('versionId')).toBe(pinned.versionId);
    }
  });

  it('asks for no version where the bucket keeps none', async () => {
    await readAll(store(), { ...pinned, versionId: `etag:${evilEtag}:5000` });
    for (const get of evil.gets) {
      expect(get.ifMatch).toBe(`"${evilEtag}"`);
      expect(new URL(get.url, 'http://x').searchParams.get('versionId')).toBeNull();
    }
  });

  it('leaves what the SDK can retry to the SDK', async () => {
    const slowDown: Fault = { kind: 'status', status: 500, code: 'InternalError' };
    evil.plan([slowDown, slowDown]);
    const once = store({ ...limits, requestAttempts: 3, errorsPerSubRange: 1 });
    expect((await readAll(once, pinned)).equals(content)).toBe(true);
  });

  const share = fc.double({ min: 0, max: 0.999, noNaN: true });
  const anyFault: fc.Arbitrary<Fault> = fc.oneof(
    fc.record({ kind: fc.constantFrom('cut' as const, 'short' as const), share }),
    fc.constantFrom(...Object.values(passing)),
  );

  it('gives exactly the range for any plan of faults within the budget, else a right prefix and TryAgain', async () => {
    const plans = fc.array(fc.array(anyFault, { maxLength: 4 }), { minLength: subRanges, maxLength: subRanges });
    const places = fc.tuple(fc.nat(content.length), fc.nat(content.length));
    await fc.assert(
      fc.asyncProperty(plans, places, async (faults, [one, other]) => {
        const range = { start: Math.min(one, other), end: Math.max(one, other) };
        const asked = Math.ceil((range.end - range.start) / 1_000);
        const wanted = content.subarray(range.start, range.end);
        evil.plan(faults.flatMap((ofSubRange) => [...ofSubRange, null]));
        const { bytes, error } = await readUntilError(store().read(pinned, range));
        const failing = faults.slice(0, asked).findIndex((ofSubRange) => ofSubRange.length >= 4);
        if (failing === -1) {
          expect(error).toBeNull();
          expect(bytes.equals(wanted)).toBe(true);
        } else {
          expect(error).toMatchObject({ name: 'TryAgain' });
          expect(bytes.equals(wanted.subarray(0, failing * 1_000))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a stall', () => {
  it.each<Fault>([{ kind: 'silence' }, { kind: 'stall', share: 0 }, { kind: 'stall', share: 0.5 }])(
    'is ended and the read goes on: %j',
    async (fault) => {
      evil.plan([null, fault]);
      expect((await readAll(store(shortStall), pinned)).equals(content)).toBe(true);
    },
  );

  it('that never ends becomes TryAgain', async () => {
    evil.plan(Array.from({ length: 4 }, (): Fault => ({ kind: 'stall', share: 0.1 })));
    await expect(readAll(store(shortStall), pinned)).rejects.toMatchObject({ name: 'TryAgain' });
  });

  it('is not what a slow consumer is: it may take longer than the time-out for each chunk', async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of store(shortStall).read(pinned, { start: 0, end: 2_000 })) {
      chunks.push(chunk);
      await sleep(400);
    }
    expect(Buffer.concat(chunks).equals(content.subarray(0, 2_000))).toBe(true);
    expect(evil.gets).toHaveLength(2);
  });

  it('does not hold back an abort', async () => {
    evil.plan([{ kind: 'stall', share: 0.5 }]);
    const reason = new Error('stopped');
    const controller = new AbortController();
    const reading = readAll(store(), pinned, whole, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(reading).rejects.toBe(reason);
  });

  it('does not hold back a consumer that leaves', async () => {
    evil.plan([null, { kind: 'stall', share: 0.5 }]);
    for await (const chunk of store().read(pinned, whole)) {
      expect(chunk.equals(content.subarray(0, 1_000))).toBe(true);
      await expect.poll(() => evil.gets.length, { interval: 5 }).toBe(2);
      break;
    }
  });
});

describe('what does not pass ends the read at once', () => {
  it.each<[string, Fault, { name?: string; code?: string; message: RegExp }]>([
    [
      '412',
      { kind: 'status', status: 412, code: 'PreconditionFailed' },
      { code: 'OBJECT_CHANGED', message: /a new version took its place/ },
    ],
    ['another ETag', { kind: 'swapped' }, { code: 'OBJECT_CHANGED', message: /its ETag is now another/ }],
    [
      '416',
      { kind: 'status', status: 416, code: 'InvalidRange' },
      { code: 'OBJECT_CHANGED', message: /it is shorter than it was/ },
    ],
    [
      '404',
      { kind: 'status', status: 404, code: 'NoSuchKey' },
      { code: 'OBJECT_GONE', message: /does not exist \(any more\)/ },
    ],
    [
      'a removed version',
      { kind: 'status', status: 404, code: 'NoSuchVersion' },
      { code: 'OBJECT_GONE', message: /does not exist/ },
    ],
    [
      'a delete marker',
      { kind: 'status', status: 405, code: 'MethodNotAllowed' },
      { code: 'OBJECT_GONE', message: /does not exist/ },
    ],
    [
      '403',
      { kind: 'status', status: 403, code: 'AccessDenied' },
      { code: 'OBJECT_DENIED', message: /s3:GetObjectVersion.*without s3:ListBucket/ },
    ],
    [
      '403 of KMS',
      { kind: 'status', status: 403, code: 'AccessDenied', message: 'User is not authorized to perform: kms:Decrypt' },
      { code: 'OBJECT_DENIED', message: /Allow kms:Decrypt.*User is not authorized/ },
    ],
    [
      'a disabled key',
      { kind: 'status', status: 400, code: 'KMS.DisabledException' },
      { code: 'OBJECT_DENIED', message: /KMS key.*is enabled/ },
    ],
    [
      'an archived object',
      { kind: 'status', status: 403, code: 'InvalidObjectState' },
      { code: 'OBJECT_ARCHIVED', message: /restore it/ },
    ],
    [
      'an expired login',
      { kind: 'status', status: 400, code: 'ExpiredToken' },
      { name: 'Error', message: /log in again and run the same command/ },
    ],
  ])('%s', async (_, fault, { message, ...expected }) => {
    evil.plan([null, fault]);
    const { bytes, error } = await readUntilError(store().read(pinned, whole));
    expect(error).toMatchObject({ ...expected, message: expect.stringMatching(message) });
    expect(error).toMatchObject({ message: expect.stringContaining('s3://landing/orders/2024.csv') });
    expect(bytes.equals(content.subarray(0, 1_000))).toBe(true);
    expect(evil.gets).toHaveLength(2);
  });
});
