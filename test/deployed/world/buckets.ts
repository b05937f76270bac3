import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { connectS3 } from '../../../functions/objects/s3/s3-client.ts';
import { s3Limits } from '../../../functions/objects/s3/s3-limits.ts';
import { ownConnection } from './account.ts';

/** A client for the LocalStack, with the project's own addressing. */
export function s3At(endpoint: string): S3Client {
  const connection = ownConnection(endpoint);
  return connectS3(connection, s3Limits);
}

/** Makes a bucket of which EventBridge is told nothing, where it is not there already. */
export async function createBucket(s3: S3Client, bucket: string, options: { versioned: boolean }): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  });
  if (!options.versioned) return;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}
