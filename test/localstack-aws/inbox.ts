import { randomBytes } from 'node:crypto';
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { connectionTo } from '../../localstack/deploy/clients.ts';
import { outputOf } from './outputs.ts';
import { until } from './until.ts';

/** What the topic of failures and alarms sends to those who subscribed. */
export interface Inbox {
  /** The first message that holds this text, from those sent since the inbox was opened. */
  message(text: string): Promise<{ readonly subject: string; readonly body: string }>;
  close(): Promise<void>;
}

interface Notification {
  readonly Subject?: string;
  readonly Message: string;
}

/** Subscribes a queue of its own to the deployed topic, as an operator's address is. */
export async function openInbox(endpoint: string): Promise<Inbox> {
  const connection = connectionTo({ endpoint, region: 'us-east-1', account: '000000000000' });
  const sns = new SNSClient(connection);
  const sqs = new SQSClient(connection);
  const name = `landfall-inbox-${randomBytes(4).toString('hex')}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: await outputOf(endpoint, 'TopicArn'),
      Protocol: 'sqs',
      Endpoint: Attributes?.['QueueArn'],
    }),
  );
  return {
    message: (text) =>
      until(`a message with ${JSON.stringify(text)} arrives`, 90_000, async () => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }));
        const sent = Messages.map(({ Body = '{}' }) => JSON.parse(Body) as Notification);
        const found = sent.find(({ Message }) => Message.includes(text));
        return found === undefined ? null : { subject: found.Subject ?? '', body: found.Message };
      }),
    async close() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sns.destroy();
      sqs.destroy();
    },
  };
}
