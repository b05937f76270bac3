import { Readable } from 'node:stream';
import { DeleteObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { objectUrl } from '../../core/object-url.ts';
import { s3WriteFault } from './s3-errors.ts';
import type { S3Limits } from './s3-limits.ts';
import type { ObjectRef } from '../store.ts';

/** What is said of an object beside its name and its bytes. */
export type PutParams = Pick<PutObjectCommandInput, 'ContentType' | 'Metadata' | 'IfNoneMatch'>;

/**
 * Uploads in parts, two in memory at a time; S3 shows the object only when it is complete, and a failed upload leaves no
 * parts behind. Answers s3://bucket/key. An error of `body` comes back as it is.
 */
export async function putS3(
  { client, limits }: { readonly client: S3Client; readonly limits: S3Limits },
  ref: ObjectRef,
  body: AsyncIterable<Buffer> | Buffer,
  params: PutParams,
): Promise<string> {
  const source = Buffer.isBuffer(body) ? { body, failure: () => null } : watched(body);
  const upload = new Upload({
    client,
    params: { Bucket: ref.bucket, Key: ref.key, Body: source.body, ...params },
    partSize: limits.partBytes,
    queueSize: 2,
    leavePartsOnError: false,
  });
  try {
    await upload.done();
    return objectUrl(ref);
  } catch (error) {
    const failure = source.failure();
    throw failure === null ? s3WriteFault(ref, error) : failure.error;
  }
}

/** S3 says alike whether there was something. */
export async function removeS3(client: S3Client, ref: ObjectRef): Promise<void> {
  try {
    await client.send(new DeleteObjectCommand({ Bucket: ref.bucket, Key: ref.key }));
  } catch (error) {
    throw s3WriteFault(ref, error, 'deleted');
  }
}

/** Remembers that it was the body that failed, and not S3. */
function watched(body: AsyncIterable<Buffer>): { body: Readable; failure: () => { error: unknown } | null } {
  let failure: { error: unknown } | null = null;
  const chunks = async function* (): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* body;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  return { body: Readable.from(chunks(), { objectMode: false }), failure: () => failure };
}
