import { randomBytes } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ownConnection } from './account.ts';

/** A queue of a test's own. */
export interface TestQueue {
  readonly arn: string;
  /** Bodies of what has come, waiting so long for the first one; each is given out again after half a minute. */
  receive(waitSeconds: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Makes one, with a name that nobody else has. */
export async function openQueue(endpoint: string): Promise<TestQueue> {
  const sqs = new SQSClient(ownConnection(endpoint));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: `landfall-test-${randomBytes(4).toString('hex')}` }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return {
    arn: Attributes?.['QueueArn'] ?? '',
    async receive(WaitTimeSeconds) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
      return Messages.map(({ Body = 'null' }) => Body);
    },
    async close() {
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
    },
  };
}
