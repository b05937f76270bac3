import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { demandInside, piecesOf } from '../byte-ranges.ts';
import { notNow } from '../object-errors.ts';
import { oneAhead } from '../one-ahead.ts';
import { passesByItself, s3ReadFault, wordsOf } from './s3-errors.ts';
import { type ArrivingBytes, getBytes } from './s3-get.ts';
import type { S3Limits } from './s3-limits.ts';
import type { ByteRange, StoredObject } from '../store.ts';

/** 256 KiB: what a scan takes at once. Copies of 1 MiB live through more collections and cost ~12 MB more. */
const copyBytes = 256 * 1024;

interface S3Source {
  readonly client: S3Client;
  readonly limits: S3Limits;
  /** Memory of `limits.subRangeBytes` that no read uses now; each read takes two and gives them back. */
  readonly spare: ArrayBuffer[];
}

/**
 * Yields [start, end) of the pinned version. Each sub-range arrives in memory as fast as S3 sends it, while the one
 * before it is consumed: a slow consumer holds back the next request, never an open connection. Chunks are copies, so
 * that the memory of two sub-ranges serves this read, and then the next.
 */
export async function* readS3Range(
  source: S3Source,
  object: StoredObject,
  range: ByteRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  demandInside(object, range);
  signal?.throwIfAborted();
  const buffers = takeTurns(source);
  const subRanges = oneAhead(piecesOf(range, source.limits.subRangeBytes), (piece, stopped) =>
    fetchSubRange(
      source,
      object,
      { range: piece, bytes: buffers.next(piece.end - piece.start), received: 0 },
      signal === undefined ? stopped : AbortSignal.any([stopped, signal]),
    ),
  );
  try {
    for await (const bytes of subRanges) {
      for (const chunk of piecesOf({ start: 0, end: bytes.length }, copyBytes)) {
        signal?.throwIfAborted();
        yield Buffer.from(bytes.subarray(chunk.start, chunk.end));
      }
    }
  } finally {
    buffers.giveBack();
  }
}

/** Two buffers in turn: the sub-range that arrives never takes the place of the one that is consumed. */
function takeTurns({ spare, limits }: S3Source): { next(length: number): Buffer; giveBack(): void } {
  const taken: ArrayBuffer[] = [];
  let turn = 1;
  return {
    next(length) {
      turn = 1 - turn;
      const memory = taken[turn] ?? spare.pop() ?? new ArrayBuffer(limits.subRangeBytes);
      taken[turn] = memory;
      return Buffer.from(memory, 0, length);
    },
    giveBack: () => void spare.push(...taken),
  };
}

/** The SDK retries requests but never bodies: after a failure the rest is asked for, from the byte already received. */
async function fetchSubRange(
  source: S3Source,
  object: StoredObject,
  arriving: ArrivingBytes,
  signal: AbortSignal,
): Promise<Buffer> {
  for (let errors = 1; ; errors += 1) {
    signal.throwIfAborted();
    try {
      await getBytes(source.client, object, arriving, signal);
      return arriving.bytes;
    } catch (error) {
      signal.throwIfAborted();
      if (!passesByItself(error)) throw s3ReadFault(object, error);
      if (errors >= source.limits.errorsPerSubRange) {
        const at = arriving.range.start + arriving.received;
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
