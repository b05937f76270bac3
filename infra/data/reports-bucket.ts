import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { dataBucket, type DataBucketProps } from './private-bucket.ts';

/** Where reports and rejects files go: not the landing bucket, or each report would start a load. */
export class ReportsBucket extends Construct {
  readonly bucket: Bucket;
  /** What the functions are told: s3://bucket/prefix. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    super(scope, id);
    this.bucket = dataBucket(this, 'Bucket', props);
    this.url = `s3://${this.bucket.bucketName}/reports`;
  }
}
