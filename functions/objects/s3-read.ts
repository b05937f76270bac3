import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { chunkBytes, demandInside, piecesOf } from './byte-ranges.ts';
import { notNow } from './object-errors.ts';
import { oneAhead } from './one-ahead.ts';
import { passesByItself, s3ReadFault, wordsOf } from './s3-errors.ts';
import { getBytes } from './s3-get.ts';
import type { S3Limits } from './s3-limits.ts';
import type { ByteRange, StoredObject } from './store.ts';

interface S3Source {
  readonly client: S3Client;
  readonly limits: S3Limits;
}

/**
 * Yields [start, end) of the pinned version. Each sub-range arrives in memory as fast as S3 sends it, while the one
 * before it is consumed: a slow consumer holds back the next request, never an open connection.
 */
export async function* readS3Range(
  source: S3Source,
  object: StoredObject,
  range: ByteRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  demandInside(object, range);
  signal?.throwIfAborted();
  const subRanges = oneAhead(piecesOf(range, source.limits.subRangeBytes), (piece, stopped) =>
    fetchSubRange(source, object, piece, signal === undefined ? stopped : AbortSignal.any([stopped, signal])),
  );
  for await (const bytes of subRanges) {
    for (const chunk of piecesOf({ start: 0, end: bytes.length }, chunkBytes)) {
      signal?.throwIfAborted();
      yield bytes.subarray(chunk.start, chunk.end);
    }
  }
}

/** The SDK retries requests but never bodies: after a failure the rest is asked for, from the byte already received. */
async function fetchSubRange(
  source: S3Source,
  object: StoredObject,
  range: ByteRange,
  signal: AbortSignal,
): Promise<Buffer> {
  const arrived = { range, bytes: Buffer.allocUnsafeSlow(range.end - range.start), received: 0 };
  for (let errors = 1; ; errors += 1) {
    signal.throwIfAborted();
    try {
      await getBytes(source.client, object, arrived, signal);
      return arrived.bytes;
    } catch (error) {
      signal.throwIfAborted();
      if (!passesByItself(error)) throw s3ReadFault(object, error);
      if (errors >= source.limits.errorsPerSubRange) {
        const at = range.start + arrived.received;
        throw notNow(object, `${errors} failures, now at byte ${at}, the last: ${wordsOf(error)}`, error);
      }
      await pause(source.limits, errors, signal);
    }
  }
}

/** Doubles from failure to failure; the jitter keeps the workers of one load from coming back together. */
async function pause(limits: S3Limits, errors: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(limits.backoffMilliseconds * 2 ** (errors - 1), limits.longestBackoffMilliseconds);
  try {
    await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
