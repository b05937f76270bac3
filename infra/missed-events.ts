import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Events that EventBridge could not deliver in a day: what lies here is a file that nobody loaded. */
export class MissedEvents extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      // SQS's longest, so that an event outlasts a holiday
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.queue, {
      'AwsSolutions-SQS3': 'it is the dead-letter queue',
      'Serverless-SQSRedrivePolicy': 'it is the dead-letter queue',
    });
  }
}
