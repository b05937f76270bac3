import { delivery } from './missed-events.ts';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface ExecutionFailedRuleProps {
  readonly machines: readonly StateMachine[];
  readonly recorder: IFunction;
  readonly missed: IQueue;
}

/** An execution that ended in anything but success is written to the ledger from the event, since no state catches it. */
export class ExecutionFailedRule extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, { machines, recorder, missed }: ExecutionFailedRuleProps) {
    super(scope, id);
    this.rule = new Rule(this, 'Rule', {
      description: 'A load or an undo failed technically: record it',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: machines.map(({ stateMachineArn }) => stateMachineArn),
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [new LambdaFunction(recorder, { ...delivery, deadLetterQueue: missed })],
    });
  }
}
