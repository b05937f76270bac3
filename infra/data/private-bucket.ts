import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What the buckets that hold data have in common. */
export interface DataBucketProps {
  readonly key: IKey;
  readonly accessLogs: Bucket;
}

/** A bucket that is nobody else's: TLS only, never public, versioned, and kept when the stack goes. */
export function privateBucket(scope: Construct, id: string, props: BucketProps): Bucket {
  return new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...props,
    lifecycleRules: [
      // parts of an upload that was given up cost money and are seen by nobody; a week outlasts any upload
      { abortIncompleteMultipartUploadAfter: Duration.days(7) },
      // a load reads the version it was started for: a quarter is longer than any load is retried
      { noncurrentVersionExpiration: Duration.days(90) },
      ...(props.lifecycleRules ?? []),
    ],
  });
}

/** One that holds data: encrypted with the key of the stack, asked once a bucket and not once an object; each access is logged. */
export function dataBucket(scope: Construct, id: string, { key, accessLogs }: DataBucketProps): Bucket {
  return privateBucket(scope, id, {
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    // the CDK's own types do not agree with each other under exactOptionalPropertyTypes
    serverAccessLogsBucket: accessLogs as IBucket,
    serverAccessLogsPrefix: `${scope.node.id.toLowerCase()}/`,
  });
}
