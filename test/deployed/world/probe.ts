import { randomBytes } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ownConnection } from './account.ts';
import { createBucket, s3At } from './buckets.ts';
import { openQueue } from './queue.ts';

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
  const s3 = s3At(endpoint);
  const events = new EventBridgeClient(ownConnection(endpoint));
  const queue = await openQueue(endpoint);
  const name = `landfall-probe-${randomBytes(4).toString('hex')}`;
  await createBucket(s3, name, { versioned: true });
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: name,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  const pattern = { source: ['aws.s3'], detail: { bucket: { name: [name] } } };
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: queue.arn }] }));
  try {
    const seen: { key: string; sequencer: string }[] = [];
    for (const body of ['one', 'two']) {
      await s3.send(new PutObjectCommand({ Bucket: name, Key: oddKey, Body: body }));
      const [told = 'null'] = await queue.receive(20);
      const event = JSON.parse(told) as { detail: { object: { key: string; sequencer: string } } } | null;
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
    await queue.close();
    for (const client of [s3, events]) client.destroy();
  }
}
