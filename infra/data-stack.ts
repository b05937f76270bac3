import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { AccessLogBucket } from './access-log-bucket.ts';
import { DataKey } from './data-key.ts';
import { LandingBucket } from './landing-bucket.ts';
import { Network } from './network.ts';
import { ReportsBucket } from './reports-bucket.ts';
import type { Settings } from './settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
}

/** What outlives any deployment: files, reports, their key, and the network. Kept when the stack goes, and it does not go by accident. */
export class DataStack extends Stack {
  readonly key: Key;
  readonly landing: Bucket;
  readonly reports: ReportsBucket;
  /** Null where the functions run outside any VPC. */
  readonly network: Network | null;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, {
      description: 'Landfall: what files and reports are kept in',
      terminationProtection: true,
      ...props,
    });
    this.key = new DataKey(this, 'Key').key;
    const accessLogs = new AccessLogBucket(this, 'AccessLogs').bucket;
    this.landing = new LandingBucket(this, 'Landing', { key: this.key, accessLogs }).bucket;
    this.reports = new ReportsBucket(this, 'Reports', { key: this.key, accessLogs });
    this.network = settings.vpc === 'none' ? null : new Network(this, 'Network', settings);
  }
}
