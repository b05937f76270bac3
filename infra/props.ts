import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Dataset, DatasetInput } from '../functions/compile/declaration/schema.ts';
import type { Sender } from './data/senders.ts';
import type { Database } from './database.ts';

/** A VPC that is made: two isolated subnets, the endpoints that the functions call, and no way out. */
export interface NewVpcProps {
  /**
   * Its addresses, as the first one and a length between /16 and /26; nobody's that it is to be connected with.
   * @default '10.0.0.0/16'
   */
  readonly cidr?: string | undefined;
  /**
   * Its two availability zones, by their names.
   * @default - the first two of the region
   */
  readonly zones?: readonly [string, string] | undefined;
}

/** What `newVpc` answers. */
export interface NewVpc {
  readonly newVpc: NewVpcProps;
}

/** The functions run in a VPC that is made for them. */
export function newVpc(props: NewVpcProps = {}): NewVpc {
  return { newVpc: props };
}

/** What one Landfall is made of. Where a default is a setting's, docs/deploy.md says more of it. */
export interface LandfallProps {
  /** What may be loaded: what `defineDataset` answers, what one takes, or `await projectDatasets()`. Checked at synth. */
  readonly datasets: readonly (Dataset | DatasetInput)[];
  /** Where the rows go: `existing({ ... })`, or `aurora()` for one that is made. */
  readonly database: Database;
  /**
   * A bucket that is there, where files land. It has to tell EventBridge of its objects; its policy, its key and its notifications
   * stay as they are. Below `.landfall/` the functions write records that a person sends again.
   * @default - a bucket is made: private, versioned, with a key of its own, telling EventBridge
   */
  readonly landingBucket?: IBucket | undefined;
  /**
   * The KMS key that encrypts `landingBucket`; the functions' roles may then use it through S3. A key of another account has to let
   * them in by its own policy.
   * @default - `landingBucket.encryptionKey`; where there is none either, S3's own
   */
  readonly landingKey?: IKey | undefined;
  /**
   * Who, as a rule in other accounts, may put files below which prefix: nothing else, and nowhere else. Only for the bucket that is
   * made: the policy of `landingBucket` is yours, and `senderStatement` answers what belongs into it.
   * @default - nobody but who is given the right here or by IAM
   */
  readonly senders?: readonly Sender[] | undefined;
  /**
   * The VPC that the functions run in (all but fetch, which brings files from the internet), and an Aurora is made in; or `newVpc()`.
   * @default - none with `existing`: the functions run outside any VPC; `newVpc()` with `aurora`
   */
  readonly vpc?: IVpc | NewVpc | undefined;
  /**
   * Which subnets of `vpc`: private ones, with a way to S3, Step Functions, SNS and (with secrets) Secrets Manager.
   * @default - the private ones with a way out, else the isolated ones
   */
  readonly vpcSubnets?: SubnetSelection | undefined;
  /**
   * Another stack, for what must outlive any deployment: buckets, their key, a new VPC, an Aurora. Name it the first time: moved
   * later they are made anew, empty, and the old ones stay behind.
   * @default - beside the functions; they are kept when the stack goes, too
   */
  readonly keptIn?: Construct | undefined;
  /**
   * A topic that is there, for alarms and failed loads. Its policy, and that of its key, have to let cloudwatch.amazonaws.com publish.
   * @default - a topic is made, with a key of its own
   */
  readonly alarmTopic?: ITopic | undefined;
  /**
   * The mail address that the topic which is made writes to; AWS asks it for consent.
   * @default - nobody; anybody may be subscribed later
   */
  readonly alarmEmail?: string | undefined;
  /**
   * The permissions boundary of every role that is made here.
   * @default - none
   */
  readonly permissionsBoundary?: IManagedPolicy | undefined;
  /**
   * The login of the ledger's owner, for the migrate function alone: a secret of this app, or the name or ARN of one.
   * @default - the loader's secret; with `aurora` IAM, as landfall_owner
   */
  readonly migrateSecret?: string | ISecret | undefined;
  /**
   * The role of the database that owns the ledger.
   * @default 'landfall_owner'
   */
  readonly ledgerOwner?: string | undefined;
  /**
   * The KMS key, or its ARN, of secrets that are named by text.
   * @default - AWS's own; of a secret that is given as a construct, its key
   */
  readonly secretKey?: string | IKey | undefined;
  /**
   * Names of other buckets of this account that a person's request may load from; the functions may read them.
   * @default - none
   */
  readonly sourceBuckets?: readonly string[] | undefined;
  /**
   * Lanes of one load that merge at once, 1 to 16; each holds a connection to the database.
   * @default 2
   */
  readonly mergeLanes?: number | undefined;
  /**
   * At most so many calls at once of each of stage, validate and merge, all loads together.
   * @default - the account's quota
   */
  readonly reservedConcurrency?: number | undefined;
  /**
   * Metrics for each dataset, beside those for all together; CloudWatch is paid by the metric.
   * @default true
   */
  readonly datasetMetrics?: boolean | undefined;
  /**
   * X-Ray, of the state machine and of every function.
   * @default true
   */
  readonly tracing?: boolean | undefined;
  /**
   * Percent of a load's records that may be rejected before somebody is told, 0 to 100.
   * @default 5
   */
  readonly rejectShareAlarm?: number | undefined;
  /**
   * Where the runbook is read: alarms link to its headings, so that a copy of your own keeps them.
   * @default 'docs/runbook.md'
   */
  readonly runbook?: string | undefined;
  /**
   * Plain scheduled rules, UTC only, where EventBridge Scheduler does not fire: LocalStack.
   * @default false
   */
  readonly noScheduler?: boolean | undefined;
}
