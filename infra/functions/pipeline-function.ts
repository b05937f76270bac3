import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Conditions, Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../functions/protocol/pipeline.ts';
import { acknowledge } from '../acknowledge.ts';
import { functionSizes } from './function-sizes.ts';
import type { Network } from '../data/network.ts';
import { acknowledgeWildcard } from './wildcard.ts';

/** What Lambda does in the function's name so that it is in a VPC; AWS lets none of it be narrowed to one subnet. */
const networkActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

const anyResource = 'network interfaces are made by Lambda and traces belong to no resource: AWS takes no narrower one';

export interface PipelineFunctionProps {
  readonly name: FunctionName;
  readonly environment: Record<string, string>;
  readonly tracing: boolean;
  /** Of all functions. */
  readonly code: Code;
  /** Null: outside any VPC. */
  readonly network: Network | null;
  /** At most so many at once; else as many as the account allows. */
  readonly reservedConcurrency?: number | undefined;
  /** Where events go that it could not work off. */
  readonly missed?: IQueue | undefined;
}

export interface AllowOptions {
  readonly conditions?: Conditions;
  /** Why the resource cannot be narrower. */
  readonly wildcard?: string;
}

/** One function of the pipeline: its handler, its own log group, and a role that may write only there. */
export class PipelineFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, { name, environment, network, ...props }: PipelineFunctionProps) {
    super(scope, id);
    const { memoryMb, timeoutSeconds } = functionSizes[name];
    const logGroup = new LogGroup(this, 'Logs', {
      // a quarter: as long as anyone asks why a row is missing
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Landfall: ${name}`,
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    if (network !== null) this.allow(networkActions, '*', { wildcard: anyResource });
    else if (props.tracing) acknowledgeWildcard(this.role, '*', anyResource);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Landfall: ${name}`,
      code: props.code,
      handler: `${name}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      // a running execution keeps the code it was started with. Only a version that is taken back with the deployment that made
      // it goes: it would be there already when the deployment is repeated, and CloudFormation refuses that
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      environment,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.missed === undefined ? {} : { deadLetterQueue: props.missed }),
    });
    if (props.missed === undefined) {
      acknowledge(this.lambda, {
        'Serverless-LambdaDLQ': 'it is called by the state machine or a person, who get its error; no event calls it',
      });
    }
    if (network !== null) {
      // of the resource itself: it takes the ids of subnets, whoever made them, and adds no managed policy
      (this.lambda.node.defaultChild as CfnFunction).vpcConfig = {
        subnetIds: [...network.subnetIds],
        securityGroupIds: [network.securityGroupId],
      };
    }
  }

  /**
   * Allows exactly these actions on exactly this resource. One that holds a wildcard has a reason, which a reviewer reads
   * in the report of cdk-nag.
   */
  allow(actions: readonly string[], resource: string, { conditions, wildcard }: AllowOptions = {}): void {
    this.role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [resource],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
    if (wildcard !== undefined) acknowledgeWildcard(this.role, resource, wildcard);
  }
}
