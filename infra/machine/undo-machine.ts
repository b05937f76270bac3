import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { undoMachine } from '../../functions/protocol/undo/undo-machine.ts';
import type { PipelineFunctions } from '../functions/pipeline-functions.ts';
import { allowLook } from './load-control.ts';
import { acknowledgeWildcard } from '../functions/wildcard.ts';

/** As long as a load may take: it waits in the same line, and writes no more than one. */
const timeout = Duration.hours(36);

export interface UndoMachineProps {
  readonly functions: PipelineFunctions;
  readonly tracing: boolean;
}

/** One execution takes one load back, over the functions that merge and report. What operators ask starts it, and nothing else. */
export class UndoMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { functions, tracing }: UndoMachineProps) {
    super(scope, id);
    const called = (['merge', 'report'] as const).map((name) => [name, functions.get(name).lambda] as const);
    const role = new Role(this, 'Role', {
      description: 'Landfall: the state machine of undos',
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const anyVersion = called.map(([, lambda]) => `${lambda.functionArn}:*`);
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: anyVersion }));
    for (const arn of anyVersion)
      acknowledgeWildcard(role, arn, 'any version: an older execution still calls the one that it began with');
    acknowledgeWildcard(role, '*', 'log delivery and traces belong to no resource: AWS takes no narrower one');
    const definition = { ...undoMachine((name) => `\${${name}}`), TimeoutSeconds: timeout.toSeconds() };
    this.machine = new StateMachine(this, 'Machine', {
      comment: 'Takes one load back',
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
      definitionSubstitutions: Object.fromEntries(
        called.map(([name, lambda]) => [name, lambda.currentVersion.functionArn]),
      ),
      role,
      tracingEnabled: tracing,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${Aws.STACK_NAME}-undo`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    const operate = functions.get('operate');
    operate.lambda.addEnvironment('LANDFALL_UNDO_MACHINE', this.machine.stateMachineArn);
    operate.allow(['states:StartExecution'], this.machine.stateMachineArn);
    // who works on a table is asked of its execution, also where that undoes a load
    allowLook(functions, this.machine);
  }
}
