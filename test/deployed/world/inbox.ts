import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { ownConnection } from './account.ts';
import { outputOf } from './outputs.ts';
import { openQueue } from './queue.ts';
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
  const sns = new SNSClient(ownConnection(endpoint));
  const queue = await openQueue(endpoint);
  const TopicArn = await outputOf(endpoint, 'TopicArn');
  const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
  return {
    message: (text) =>
      until(`a message with ${JSON.stringify(text)} arrives`, 90_000, async () => {
        const sent = (await queue.receive(2)).map((body) => JSON.parse(body) as Notification);
        const found = sent.find(({ Message }) => Message.includes(text));
        return found === undefined ? null : { subject: found.Subject ?? '', body: found.Message };
      }),
    async close() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await queue.close();
      sns.destroy();
    },
  };
}
