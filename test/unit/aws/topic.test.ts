import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTopic } from '../../../functions/aws/topic.ts';
import { type AwsAnswer, type AwsService, startAwsService } from '../../support/aws-service.ts';

const topic = 'arn:aws:sns:eu-central-1:111122223333:landfall';
const published =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

let service: AwsService;
let answer: AwsAnswer = { body: published };
beforeEach(async () => {
  service = await startAwsService(() => answer);
});
afterEach(() => service.close());

test('a message is published with its subject and its text as they are', async () => {
  answer = { body: published };
  await openTopic(topic, service.connection)({ subject: 'Load 7 failed', text: 'Why: ü\n\nNext: landfall retry 7' });
  expect(service.calls).toEqual([
    {
      action: 'Publish',
      input: expect.objectContaining({
        TopicArn: topic,
        Subject: 'Load 7 failed',
        Message: 'Why: ü\n\nNext: landfall retry 7',
      }),
    },
  ]);
});

test('a subject that SNS would refuse is made one that it takes', async () => {
  answer = { body: published };
  await openTopic(topic, service.connection)({ subject: `Load of\nbücher ${'x'.repeat(200)}`, text: 'text' });
  const { Subject } = service.calls[0]?.input ?? {};
  expect(Subject).toMatch(/^Load of\\nb\?cher x+$/);
  expect(String(Subject)).toHaveLength(99);
});

test('a service that is busy is TryAgain, and is asked several times before', async () => {
  answer = { error: 'ServiceUnavailable', status: 503 };
  await expect(openTopic(topic, service.connection)({ subject: 's', text: 't' })).rejects.toMatchObject({
    name: 'TryAgain',
    message: expect.stringContaining(topic),
  });
  expect(service.calls.length).toBeGreaterThan(1);
});
