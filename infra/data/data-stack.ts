import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { AccessLogBucket } from './access-log-bucket.ts';
import { Aurora } from './aurora.ts';
import { DataKey } from './data-key.ts';
import { LandingBucket } from './landing-bucket.ts';
import { Network } from './network.ts';
import { ReportsBucket } from './reports-bucket.ts';
import type { Settings } from '../settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
}

/** What outlives any deployment: files, reports, their key, the network, and the database where it is made too. Kept when the stack goes, and it does not go by accident. */
export class DataStack extends Stack {
  readonly key: Key;
  readonly landing: Bucket;
  readonly reports: ReportsBucket;
  /** Null where the functions run outside any VPC. */
  readonly network: Network | null;
  /** Null where the database is there already. */
  readonly aurora: Aurora | null;

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
    this.aurora = this.database(settings);
  }

  private database({ aurora, databasePort: port }: Settings): Aurora | null {
    const { key, network } = this;
    if (aurora === null || network === null || network.vpc === null) return null;
    // the CDK's own types do not agree with each other under exactOptionalPropertyTypes
    const vpc = network.vpc as IVpc;
    const made = new Aurora(this, 'Aurora', { ...aurora, vpc, key, port, functionsGroupId: network.securityGroupId });
    // exported also where settings name another host: an export that `Landfall` still imports cannot go
    for (const each of [made.host, made.resourceId, made.clusterId]) this.exportValue(each);
    // what the Data API is given
    new CfnOutput(this, 'DatabaseArn', { value: made.arn });
    new CfnOutput(this, 'DatabaseSecretArn', { value: made.administratorSecretArn });
    return made;
  }
}
