import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { plainEtag, s3VersionId } from '../etag.ts';
import { keepMemoryFlat } from '../flat-memory.ts';
import { objectChanged } from '../object-errors.ts';
import { BrokenAnswer, wordsOf } from './s3-errors.ts';
import type { ByteRange, StoredObject } from '../store.ts';

/** A sub-range on its way: `received` bytes of it are in place, whatever becomes of the rest. */
export interface ArrivingBytes {
  readonly range: ByteRange;
  readonly bytes: Buffer;
  received: number;
}

/**
 * One GET for what is still missing; resolves when all of it is in place. The answer must be 206 with exactly the range,
 * total size and ETag that were asked for; the body is counted, and always read to its end or destroyed.
 */
export async function getBytes(
  client: S3Client,
  object: StoredObject,
  arriving: ArrivingBytes,
  signal: AbortSignal,
): Promise<void> {
  const missing = { start: arriving.range.start + arriving.received, end: arriving.range.end };
  const answer = await client.send(
    new GetObjectCommand({
      Bucket: object.bucket,
      Key: object.key,
      VersionId: s3VersionId(object.versionId),
      IfMatch: object.etag === null ? undefined : `"${object.etag}"`,
      Range: `bytes=${missing.start}-${missing.end - 1}`,
    }),
    { abortSignal: signal },
  );
  const body = answer.Body;
  if (!(body instanceof Readable)) throw new BrokenAnswer('the answer had no body');
  try {
    demandRange(object, missing, answer);
    await receive(arriving, body);
  } finally {
    body.destroy();
  }
}

function demandRange(object: StoredObject, missing: ByteRange, answer: GetObjectCommandOutput): void {
  const status = answer.$metadata.httpStatusCode;
  if (answer.ETag !== undefined && plainEtag(answer.ETag) !== object.etag) {
    throw objectChanged(object, `its ETag is now ${plainEtag(answer.ETag)}, not ${object.etag}`);
  }
  if (status !== 206) throw new BrokenAnswer(`the server ignored the range and answered ${status} instead of 206`);
  const wanted = `bytes ${missing.start}-${missing.end - 1}/${object.sizeBytes}`;
  if (answer.ContentRange !== wanted) {
    throw new BrokenAnswer(
      `the server sent "${answer.ContentRange ?? 'no Content-Range'}" where "${wanted}" was asked for`,
    );
  }
}

async function receive(arriving: ArrivingBytes, body: Readable): Promise<void> {
  const receivedBefore = arriving.received;
  for await (const chunk of keepMemoryFlat(brokenOff(body))) {
    if (arriving.received + chunk.length > arriving.bytes.length) {
      arriving.received = receivedBefore;
      throw new BrokenAnswer('the server sent more bytes than the range has');
    }
    chunk.copy(arriving.bytes, arriving.received);
    arriving.received += chunk.length;
  }
  if (arriving.received < arriving.bytes.length) {
    throw new BrokenAnswer(`the answer ended early, at byte ${arriving.range.start + arriving.received}`);
  }
}

/** Whatever ends a body before its end (reset, time-out, bad framing) is the network's doing: the rest is asked for again. */
async function* brokenOff(body: Readable): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw new BrokenAnswer(`the answer broke off: ${wordsOf(error)}`, { cause: error });
  }
}
