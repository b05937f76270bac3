import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { connectS3, type S3Connection } from './s3-client.ts';
import { s3Limits } from './s3-limits.ts';

/**
 * A link that opens an object in a browser, with the rights of whoever asks for it and no longer than their credentials last. Nothing is
 * asked of S3: whether the object is there, and may be read, is seen when the link is opened. Null where the place is no s3://bucket/key.
 * @param seconds how long it may be opened, 7 days at most (Amazon S3 user guide, presigned URLs)
 */
export async function linkTo(place: string, seconds: number, connection: S3Connection = {}): Promise<string | null> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(place) ?? [];
  if (Bucket === undefined || Key === undefined) return null;
  const client = connectS3(connection, s3Limits);
  try {
    // shown, not saved: some stores answer another type than was put
    const command = new GetObjectCommand({ Bucket, Key, ResponseContentType: 'text/html; charset=utf-8' });
    return await getSignedUrl(client, command, { expiresIn: seconds });
  } finally {
    client.destroy();
  }
}
