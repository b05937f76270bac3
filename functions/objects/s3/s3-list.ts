import { ListObjectsV2Command, type _Object, type S3Client } from '@aws-sdk/client-s3';
import { plainEtag } from '../etag.ts';
import { s3ListFault } from './s3-errors.ts';
import type { ListedObject, Listing } from '../store.ts';

/** The newest versions under a prefix: S3 lists no other, and no version's id. */
export async function* listS3(
  client: S3Client,
  { bucket, prefix, after, pageObjects = 1_000 }: Listing,
): AsyncGenerator<readonly ListedObject[], void, undefined> {
  let from: string | undefined;
  do {
    const answer = await client
      .send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          StartAfter: after,
          MaxKeys: pageObjects,
          ContinuationToken: from,
          // XML has no way to write some characters that keys may hold
          EncodingType: 'url',
        }),
      )
      .catch((error: unknown) => {
        throw s3ListFault({ bucket, prefix }, error);
      });
    const isEncoded = answer.EncodingType === 'url';
    const listed = (answer.Contents ?? []).flatMap((object) => listedObject(bucket, object, isEncoded));
    if (listed.length > 0) yield listed;
    from = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
  } while (from !== undefined);
}

/** A key that ends in / is a folder that some tools write. */
function listedObject(
  bucket: string,
  { Key, ETag, Size, LastModified }: _Object,
  isEncoded: boolean,
): readonly ListedObject[] {
  if (Key === undefined || ETag === undefined || LastModified === undefined) return [];
  const key = isEncoded ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
  if (key.endsWith('/')) return [];
  const lastModified = LastModified.toISOString();
  return [{ bucket, key, versionId: null, etag: plainEtag(ETag), sizeBytes: Size ?? 0, lastModified }];
}
