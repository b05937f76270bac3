import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { delivery } from './delivery.ts';

export interface ObjectCreatedRuleProps {
  readonly landing: Bucket;
  readonly machine: StateMachine;
  readonly missed: Queue;
}

/**
 * Each object that lands starts an execution, with the whole event as its input. Delivery is at least once and a rule
 * cannot name an execution, so the same event may start two: the ledger's claim lets one of them load.
 */
export class ObjectCreatedRule extends Construct {
  constructor(scope: Construct, id: string, { landing, machine, missed }: ObjectCreatedRuleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'A file landed: load it',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [landing.bucketName] } },
      },
      targets: [new SfnStateMachine(machine, { ...delivery, deadLetterQueue: missed })],
    });
  }
}
