import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { pinFlags } from '../flags.ts';
import type { Given } from '../given.ts';
import type { Settings } from '../settings.ts';
import { AccessLogBucket } from './access-log-bucket.ts';
import { Aurora } from './aurora.ts';
import { DataKey } from './data-key.ts';
import { type Landing, LandingBucket } from './landing-bucket.ts';
import { Network } from './network.ts';
import { ReportsBucket } from './reports-bucket.ts';
import { letSendersIn } from './senders.ts';

export interface KeptProps {
  readonly settings: Settings;
  readonly given: Given;
  /** The stack of the functions: what it reads of another one is exported there. */
  readonly readBy: Stack;
}

/** What outlives any deployment: files, reports, their key, the network, and the database where it is made too. */
export class Kept extends Construct {
  readonly key: Key;
  readonly landing: Landing;
  readonly reports: ReportsBucket;
  /** Null where the functions run outside any VPC. */
  readonly network: Network | null;
  /** Null where the database is there already. */
  readonly aurora: Aurora | null;

  constructor(scope: Construct, id: string, { settings, given, readBy }: KeptProps) {
    super(scope, id);
    pinFlags(this);
    this.key = new DataKey(this, 'Key').key;
    const accessLogs = new AccessLogBucket(this, 'AccessLogs').bucket;
    this.landing = given.landing ?? this.ownLanding(accessLogs, given);
    this.reports = new ReportsBucket(this, 'Reports', { key: this.key, accessLogs });
    const outside = given.vpc === null && settings.vpc === 'none';
    this.network = outside ? null : new Network(this, 'Network', { settings, given: given.vpc });
    this.aurora = this.database(settings, readBy);
  }

  private ownLanding(accessLogs: AccessLogBucket['bucket'], { senders }: Given): Landing {
    const { key } = this;
    const { bucket } = new LandingBucket(this, 'Landing', { key, accessLogs });
    letSendersIn({ bucket, key, senders });
    // the CDK's own types do not agree with each other under exactOptionalPropertyTypes
    return { bucket: bucket as IBucket, key };
  }

  private database({ aurora, databasePort: port }: Settings, readBy: Stack): Aurora | null {
    const { key, network } = this;
    if (aurora === null || network === null || network.place === null) return null;
    const made = new Aurora(this, 'Aurora', {
      ...aurora,
      ...network.place,
      key,
      port,
      functionsGroupId: network.securityGroupId,
    });
    // exported also where settings name another host: an export that `Landfall` still imports cannot go
    const stack = Stack.of(this);
    if (stack !== readBy) for (const each of [made.host, made.resourceId, made.clusterId]) stack.exportValue(each);
    // what the Data API is given
    new CfnOutput(this, 'DatabaseArn', { value: made.arn }).overrideLogicalId('DatabaseArn');
    new CfnOutput(this, 'DatabaseSecretArn', { value: made.administratorSecretArn }).overrideLogicalId(
      'DatabaseSecretArn',
    );
    return made;
  }
}
