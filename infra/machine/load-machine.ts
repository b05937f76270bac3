import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { machineFunctions } from '../../functions/protocol/pipeline.ts';
import { stateMachine } from '../../functions/protocol/state-machine.ts';
import type { PipelineFunctions } from '../functions/pipeline-functions.ts';
import { acknowledgeWildcard } from '../functions/wildcard.ts';

/** A day for its turn at the table (extract/acquire.ts counts on it) and half a day of work: the largest object takes hours. */
const timeout = Duration.hours(36);

export interface LoadMachineProps {
  readonly functions: PipelineFunctions;
  readonly tracing: boolean;
  /** Of each function that a Map calls; null: the account's. */
  readonly reservedConcurrency: number | null;
}

/**
 * The definition of functions/protocol, with this stack's functions put in. One execution is one attempt at one load.
 * Its tasks name published versions, which stay: an execution ends with the definition and the code that it began with.
 */
export class LoadMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { functions, tracing, reservedConcurrency }: LoadMachineProps) {
    super(scope, id);
    const versions = Object.fromEntries(
      machineFunctions.map((name) => [name, functions.get(name).lambda.currentVersion.functionArn]),
    );
    const role = new Role(this, 'Role', {
      description: 'Landfall: the state machine',
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const anyVersion = machineFunctions.map((name) => `${functions.get(name).lambda.functionArn}:*`);
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: anyVersion }));
    for (const resource of anyVersion) {
      acknowledgeWildcard(role, resource, 'any version: an older execution still calls those that it began with');
    }
    acknowledgeWildcard(role, '*', 'log delivery and traces belong to no resource: AWS takes no narrower one');
    const definition = {
      ...stateMachine((name) => `\${${name}}`, reservedConcurrency),
      TimeoutSeconds: timeout.toSeconds(),
    };
    this.machine = new StateMachine(this, 'Machine', {
      comment: 'One object into one table',
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
      definitionSubstitutions: versions,
      role,
      tracingEnabled: tracing,
      // states carry ids and counts only, so the log may hold what they carry
      logs: { destination: this.logGroup(), level: LogLevel.ALL, includeExecutionData: true },
    });
  }

  /** The vendedlogs prefix keeps the log's resource policy from growing past its limit. */
  private logGroup(): LogGroup {
    return new LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${Aws.STACK_NAME}-load`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
