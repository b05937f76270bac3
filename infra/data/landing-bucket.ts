import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { dataBucket, type DataBucketProps } from './private-bucket.ts';

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
