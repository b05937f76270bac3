import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { etagVersion, plainEtag, s3VersionId } from '../etag.ts';
import { keepMemoryFlat } from '../flat-memory.ts';
import { objectArchived, objectChanged, objectInvalid } from '../object-errors.ts';
import { connectS3, type S3Connection } from './s3-client.ts';
import { hasNoWords, isMissing, s3ReadFault } from './s3-errors.ts';
import { type S3Limits, s3Limits } from './s3-limits.ts';
import { listS3 } from './s3-list.ts';
import { readS3Range } from './s3-read.ts';
import { putS3, removeS3 } from './s3-put.ts';
import type { ObjectRef, ObjectStore, StoredObject } from '../store.ts';

/** S3, or what speaks its protocol. Without options everything comes from the environment, as for every AWS tool. */
export function openS3Store(
  options: { readonly connection?: S3Connection; readonly limits?: Partial<S3Limits> } = {},
): ObjectStore {
  const limits = { ...s3Limits, ...options.limits };
  const client = connectS3(options.connection ?? {}, limits);
  const source = { client, limits, spare: [] };
  return {
    head: (ref, { bucketIsThere = false } = {}) => head(client, ref, bucketIsThere),
    read: (object, range, { signal } = {}) => keepMemoryFlat(readS3Range(source, object, range, signal)),
    list: (listing) => listS3(client, listing),
    remove: (ref) => removeS3(client, ref),
    put: (ref, body, contentType) => putS3({ client, limits }, ref, body, { ContentType: contentType }),
  };
}

async function head(client: S3Client, ref: ObjectRef, bucketIsThere: boolean): Promise<StoredObject> {
  const answer = await ask(client, ref, bucketIsThere);
  if (isArchived(answer)) throw objectArchived(ref);
  if (answer.ETag === undefined || answer.ContentLength === undefined || answer.LastModified === undefined) {
    throw objectInvalid(
      ref,
      'has no ETag, length or date in the answer of its server, so no version of it can be pinned',
    );
  }
  const object = storedObject(ref, answer.ETag, answer.ContentLength, answer.LastModified, answer.VersionId);
  if (!isAsked(ref.versionId, object)) {
    throw objectChanged(ref, `it is now version ${object.versionId}, not ${ref.versionId}`);
  }
  return object;
}

/** A request that names only ETag and size (an event without a version id) means whatever version has these. */
function isAsked(versionId: string | null | undefined, { versionId: found, etag, sizeBytes }: StoredObject): boolean {
  if (versionId == null || versionId === 'null' || versionId === found) return true;
  return etag !== null && versionId === etagVersion(etag, sizeBytes);
}

async function ask(client: S3Client, ref: ObjectRef, bucketIsThere: boolean): Promise<HeadObjectCommandOutput> {
  try {
    return await client.send(
      new HeadObjectCommand({ Bucket: ref.bucket, Key: ref.key, VersionId: s3VersionId(ref.versionId) }),
    );
  } catch (error) {
    const isPlain = bucketIsThere && isMissing(error);
    throw s3ReadFault(ref, hasNoWords(error) && !isPlain ? await whyHeadFailed(client, ref, error) : error);
  }
}

/** An answer to HEAD has no body, so its status is all it says: a GET of one byte is refused for the same reason, in words. */
async function whyHeadFailed(client: S3Client, ref: ObjectRef, headError: unknown): Promise<unknown> {
  const VersionId = s3VersionId(ref.versionId);
  try {
    const answer = await client.send(
      new GetObjectCommand({ Bucket: ref.bucket, Key: ref.key, VersionId, Range: 'bytes=0-0' }),
    );
    await answer.Body?.transformToByteArray();
    return headError;
  } catch (error) {
    return hasNoWords(error) ? headError : error;
  }
}

/** A bucket whose versioning is suspended overwrites its version `null`: that names no content, so the etag does. */
function storedObject(
  ref: ObjectRef,
  etagHeader: string,
  sizeBytes: number,
  lastModified: Date,
  versionId: string | undefined,
): StoredObject {
  const etag = plainEtag(etagHeader);
  return {
    bucket: ref.bucket,
    key: ref.key,
    versionId: versionId === undefined || versionId === 'null' ? etagVersion(etag, sizeBytes) : versionId,
    etag,
    sizeBytes,
    sequencer: null,
    lastModified: lastModified.toISOString(),
  };
}

/** Restored copies of archived objects can be read; an object still being restored cannot. */
function isArchived(answer: HeadObjectCommandOutput): boolean {
  const inArchive =
    answer.StorageClass === 'GLACIER' || answer.StorageClass === 'DEEP_ARCHIVE' || answer.ArchiveStatus !== undefined;
  return inArchive && answer.Restore?.includes('ongoing-request="false"') !== true;
}
