import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket, CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { dataBucket, type DataBucketProps } from './private-bucket.ts';

/** Where files land: a bucket of the stack's own, or one that is there. */
export interface Landing {
  readonly bucket: IBucket;
  /** Encrypts what lies in it; null where S3's own key does, or nobody said. */
  readonly key: IKey | null;
}

/**
 * Where files land. Versioned, so that a load reads the version it was started for, whatever is uploaded meanwhile.
 * It tells EventBridge of each object by the bucket's own property; the higher-level switch would add a custom resource.
 */
export class LandingBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    super(scope, id);
    this.bucket = dataBucket(this, 'Bucket', props);
    (this.bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }
}
