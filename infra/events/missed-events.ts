import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** EventBridge's own most: it tries for a day, then the event goes to the queue of missed ones. */
export const delivery = { maxEventAge: Duration.hours(24), retryAttempts: 185 } as const;

/** Events that EventBridge could not deliver in a day: what lies here is a file that nobody loaded. */
export class MissedEvents extends Construct {
  readonly queue: Queue;
  /**
   * The same queue, for targets of rules. By `queue` each of them would add a statement of its own to the queue's policy,
   * which holds 20 and 8,192 bytes at most: plain rules for 19 schedules would not deploy. One statement is for them all.
   */
  readonly ofRules: IQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      // SQS's longest, so that an event outlasts a holiday
      retentionPeriod: Duration.days(14),
    });
    this.ofRules = Queue.fromQueueArn(this, 'OfRules', this.queue.queueArn);
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Rules',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        // of this account and region; their names are CloudFormation's
        conditions: {
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: '*' }),
          },
        },
      }),
    );
    acknowledge(this.queue, {
      'AwsSolutions-SQS3': 'it is the dead-letter queue',
      'Serverless-SQSRedrivePolicy': 'it is the dead-letter queue',
    });
  }
}
