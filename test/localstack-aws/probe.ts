import { randomBytes } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { connectionTo } from '../../localstack/deploy/clients.ts';
import { createBucket, s3At } from './buckets.ts';

/** In what a LocalStack does as AWS does; where it does not, the cases that rest on it are known differences. */
export interface Behaviour {
  /** The key in "Object Created" is the object's own, not URL-encoded. */
  readonly rawKeys: boolean;
  /** `sequencer` grows from one write of a key to the next. */
  readonly growingSequencer: boolean;
}

const oddKey = 'probe/a b+c%2B é.txt';

/** Uploads an object of an odd key twice, and looks at what EventBridge is told. */
export async function probeLocalStack(endpoint: string): Promise<Behaviour> {
  const connection = connectionTo({ endpoint, region: 'us-east-1', account: '000000000000' });
  const s3 = s3At(endpoint);
  const events = new EventBridgeClient(connection);
  const sqs = new SQSClient(connection);
  const name = `landfall-probe-${randomBytes(4).toString('hex')}`;
  await createBucket(s3, name, { versioned: true });
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: name,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const pattern = { source: ['aws.s3'], detail: { bucket: { name: [name] } } };
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: Attributes?.['QueueArn'] }] }));
  try {
    const seen: { key: string; sequencer: string }[] = [];
    for (const body of ['one', 'two']) {
      await s3.send(new PutObjectCommand({ Bucket: name, Key: oddKey, Body: body }));
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
      const event = JSON.parse(Messages[0]?.Body ?? 'null') as {
        detail: { object: { key: string; sequencer: string } };
      };
      if (event === null) throw new Error('this LocalStack told EventBridge nothing of an upload within 20 s');
      seen.push(event.detail.object);
    }
    const [first, second] = seen;
    return {
      rawKeys: first?.key === oddKey,
      growingSequencer: first !== undefined && second !== undefined && second.sequencer > first.sequencer,
    };
  } finally {
    await events.send(new RemoveTargetsCommand({ Rule: name, Ids: ['queue'] }));
    await events.send(new DeleteRuleCommand({ Name: name }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    for (const client of [s3, events, sqs]) client.destroy();
  }
}
