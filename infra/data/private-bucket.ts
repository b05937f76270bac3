import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
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
  const bucket = privateBucket(scope, id, {
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
  });
  logAccess(bucket, accessLogs, `${scope.node.id.toLowerCase()}/`);
  return bucket;
}

/**
 * Written out, by the bucket's own property and a statement: `serverAccessLogsBucket` grants by an ACL in an app without the
 * CDK's feature flags for it, which S3 refuses where the owner of a bucket owns every object.
 */
function logAccess(bucket: Bucket, accessLogs: Bucket, prefix: string): void {
  (bucket.node.defaultChild as CfnBucket).loggingConfiguration = {
    destinationBucketName: accessLogs.bucketName,
    logFilePrefix: prefix,
  };
  accessLogs.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [accessLogs.arnForObjects(`${prefix}*`)],
      conditions: {
        ArnLike: { 'aws:SourceArn': bucket.bucketArn },
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      },
    }),
  );
}
