import { Duration } from 'aws-cdk-lib';
import { type Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { privateBucket } from './private-bucket.ts';

/** Who read and wrote the other buckets, as S3 tells it. S3 delivers its logs to no bucket with a key of one's own. */
export class AccessLogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = privateBucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      // a year: what an audit asks for; longer costs for ever
      lifecycleRules: [{ expiration: Duration.days(365) }],
    });
    acknowledge(this.bucket, { 'AwsSolutions-S1': 'it holds the access logs; its own would fill it by themselves' });
  }
}
