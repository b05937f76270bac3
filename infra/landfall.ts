import { Aws, Stack } from 'aws-cdk-lib';
import { Connections, type IConnectable, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionName } from '../functions/protocol/pipeline.ts';
import { Deployment } from './deployment.ts';
import { literally } from './literally.ts';
import type { LandfallProps } from './props.ts';
import { settle } from './settle.ts';

/**
 * A loader of files into one PostgreSQL, inside of a stack of yours: files land in a bucket, a state machine loads each, its
 * reports go to another bucket. Buckets, keys and an Aurora stay when the stack goes. One in a stack.
 */
export class Landfall extends Deployment implements IConnectable {
  /** Of an Aurora that is made: its ARN, and that of its administrator's secret, which the Data API takes. Null with `existing`. */
  readonly aurora: { readonly clusterArn: string; readonly administratorSecretArn: string } | null;
  /** Encrypts what lands: who puts files has to be allowed to use it, too. Null where S3's own key does, or nobody said. */
  readonly landingKey: IKey | null;
  private readonly ofFunctions: Connections | null;

  constructor(scope: Construct, id: string, props: LandfallProps) {
    super(scope, id, settle(`${scope.node.path}${Construct.isConstruct(scope) ? '/' : ''}${id}`, props));
    const { aurora, network, landing } = this.kept;
    this.landingKey = landing.key;
    this.aurora =
      aurora === null ? null : { clusterArn: aurora.arn, administratorSecretArn: aurora.administratorSecretArn };
    this.ofFunctions =
      network === null
        ? null
        : new Connections({
            securityGroups: [SecurityGroup.fromSecurityGroupId(this, 'FunctionsGroup', network.securityGroupId)],
          });
  }

  /**
   * The functions, for the security groups of others: `database.connections.allowDefaultPortFrom(landfall)`.
   * @throws Error where they run outside any VPC
   */
  get connections(): Connections {
    if (this.ofFunctions !== null) return this.ofFunctions;
    throw new Error(
      `${this.node.path}: the functions run outside any VPC, where no security group knows them: give vpc`,
    );
  }

  /** A function by its name: 'operate', 'migrate', 'sweep', 'fetch', or a step. */
  function(name: FunctionName): IFunction {
    return this.functions.get(name).lambda;
  }

  /** `landfall VERB --stack NAME`: every verb of it, on any table. */
  grantOperate(grantee: IGrantable): Grant {
    return this.grantCall(grantee, 'operate');
  }

  /** To make and upgrade the ledger: call the migrate function. */
  grantMigrate(grantee: IGrantable): Grant {
    return this.grantCall(grantee, 'migrate');
  }

  /**
   * To put files below a prefix of the landing bucket, also in parts; for somebody of this account. Those of other accounts are
   * `senders`.
   */
  grantSend(grantee: IGrantable, prefix: string): Grant {
    const { bucket, key } = this.kept.landing;
    const objects = bucket.arnForObjects(`${literally(prefix)}*`);
    const put = this.grant(
      grantee,
      ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
      objects,
    );
    return key === null ? put : put.combine(this.grantKey(grantee, ['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn));
  }

  /** To read reports and rejects files: records as they came. */
  grantReadReports(grantee: IGrantable): Grant {
    const { bucket } = this.kept.reports;
    return this.grant(grantee, ['s3:GetObject'], bucket.arnForObjects('reports/*'))
      .combine(this.grant(grantee, ['s3:ListBucket'], bucket.bucketArn))
      .combine(this.grantKey(grantee, ['kms:Decrypt'], this.kept.key.keyArn));
  }

  /** To call a function, whose name the outputs of the stack tell. */
  private grantCall(grantee: IGrantable, name: FunctionName): Grant {
    const call = this.grant(grantee, ['lambda:InvokeFunction'], this.function(name).functionArn);
    return call.combine(this.grant(grantee, ['cloudformation:DescribeStacks'], Stack.of(this).stackId));
  }

  private grant(grantee: IGrantable, actions: string[], resource: string): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [resource] });
  }

  /** The key is used by S3 in their name, never by themselves. */
  private grantKey(grantee: IGrantable, actions: string[], key: string): Grant {
    const conditions = { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } };
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [key], conditions });
  }
}
