import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { steps } from '../functions/contract/pipeline.ts';
import { stateMachine } from '../functions/contract/state-machine.ts';
import type { PipelineFunctions } from './pipeline-functions.ts';

/** The definition of functions/contract, with this stack's functions put in. One execution is one attempt at one load. */
export class LoadMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, functions: PipelineFunctions) {
    super(scope, id);
    const arns = Object.fromEntries(steps.map((name) => [name, functions.get(name).lambda.functionArn]));
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: Object.values(arns) }));
    this.machine = new StateMachine(this, 'Machine', {
      comment: 'One object into one table',
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(JSON.stringify(stateMachine((name) => `\${${name}}`))),
      definitionSubstitutions: arns,
      role,
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
