import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectOne } from './support/expect-one.ts';
import { feeds } from './support/feeds.ts';
import { plain } from './support/statements.ts';
import { templates, type Unbundled } from './support/unbundled.ts';

let made: Unbundled;
let withRules: Unbundled;
beforeAll(() => {
  made = templates({}, feeds);
  withRules = templates({ noScheduler: 'true' }, feeds);
}, 120_000);

describe('an upload', () => {
  test('starts a load where its key begins with the prefix of a dataset; suffix and size are Register’s to judge', () => {
    expect(rules(made).flatMap((rule) => rule.EventPattern?.detail.object ?? [])).toEqual([
      { key: [{ prefix: 'a*b/' }, { prefix: 'plain/' }, { prefix: 'rates/' }] },
    ]);
  });

  test('has no rule where no dataset has a prefix: a pattern without one would be every object’s', () => {
    const { pipeline } = templates({}, [{ name: 'ad hoc', prefix: null }]);
    expect(rules({ pipeline }).filter((rule) => rule.EventPattern?.source.includes('aws.s3'))).toEqual([]);
  });

  test('reaches the state machine itself, and a day of failing to does not lose it', () => {
    const uploads = rules(made).filter((rule) => rule.EventPattern?.source.includes('aws.s3'));
    for (const { Targets } of uploads) {
      expect(Targets.map(({ Arn }) => plain(Arn))).toEqual(['<LoadMachine>']);
      expect(Targets[0]).toMatchObject({
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      });
      expect(plain(Targets[0]?.DeadLetterConfig?.Arn)).toBe('<MissedEventsQueue.Arn>');
    }
  });
});

describe('a schedule', () => {
  test('calls sweep every quarter of an hour, and for each dataset that declares one sweep or fetch', () => {
    const schedules = Object.values(made.pipeline.findResources('AWS::Scheduler::Schedule')).map(
      (each) => each['Properties'],
    );
    const told = schedules.map(({ ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target }) => [
      ScheduleExpression,
      ScheduleExpressionTimezone,
      FlexibleTimeWindow.MaximumWindowInMinutes ?? FlexibleTimeWindow.Mode,
      plain(Target.Arn),
      JSON.parse(Target.Input),
    ]);
    const scheduledTime = '<aws.scheduler.scheduled-time>';
    expect(told).toEqual([
      ['rate(15 minutes)', 'UTC', 'OFF', '<FunctionsSweepFunction.Arn>', { dataset: null, scheduledTime }],
      [
        'cron(0 2 * * ? *)',
        'Europe/Berlin',
        15,
        '<FunctionsSweepFunction.Arn>',
        { dataset: 'orders-v2', scheduledTime },
      ],
      ['rate(1 day)', 'UTC', 'OFF', '<FunctionsFetchFunction.Arn>', { dataset: 'rates', scheduledTime }],
    ]);
  });

  test('keeps what it could not deliver', () => {
    made.pipeline.allResourcesProperties('AWS::Scheduler::Schedule', {
      Target: Match.objectLike({ DeadLetterConfig: { Arn: Match.anyValue() }, RetryPolicy: Match.anyValue() }),
    });
  });

  test('is a plain rule with the same input where there is no Scheduler', () => {
    withRules.pipeline.resourceCountIs('AWS::Scheduler::Schedule', 0);
    const timed = rules(withRules).filter((rule) => rule.ScheduleExpression !== undefined);
    expect(timed.map((rule) => [rule.ScheduleExpression, rule.Targets[0]?.InputTransformer?.InputTemplate])).toEqual([
      ['rate(15 minutes)', '{"dataset":null,"scheduledTime":<time>}'],
      ['cron(0 2 * * ? *)', '{"dataset":"orders-v2","scheduledTime":<time>}'],
      ['rate(1 day)', '{"dataset":"rates","scheduledTime":<time>}'],
    ]);
  });
});

test('an execution that failed, timed out or was aborted reaches the recorder', () => {
  expectOne(made.pipeline, 'AWS::Events::Rule', {
    EventPattern: {
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [Match.anyValue(), Match.anyValue()] },
    },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
});

test('the queue of missed events lets in any number of rules, since SQS takes 20 statements and 8,192 bytes', () => {
  const schedule = { expression: 'rate(1 hour)' };
  const many = Array.from({ length: 100 }, (_, at) => ({ name: `feed-${at}`, prefix: `feed-${at}/`, schedule }));
  for (const [settings, least] of [
    [{}, 2],
    [{ noScheduler: 'true' }, 100],
  ] as const) {
    const { pipeline } = templates(settings, many);
    expect(Object.keys(pipeline.findResources('AWS::Events::Rule')).length).toBeGreaterThanOrEqual(least);
    const documents = Object.values(pipeline.findResources('AWS::SQS::QueuePolicy')).map(
      (policy) => policy['Properties'].PolicyDocument as { Statement: readonly object[] },
    );
    expect(documents.map(({ Statement }) => Statement.length)).toEqual([2]);
    expect(JSON.stringify(documents).length).toBeLessThan(2_000);
  }
}, 120_000);

test('a function that events call keeps what it could not work off', () => {
  const functions = Object.values(made.pipeline.findResources('AWS::Lambda::Function')).map(
    (each) => each['Properties'],
  );
  const keeping = functions.filter((each) => each.DeadLetterConfig !== undefined).map((each) => each.Description);
  expect(keeping).toEqual(['Landfall: recorder', 'Landfall: sweep', 'Landfall: fetch']);
});

describe('the topic', () => {
  test('speaks TLS only, and lets alarms of this account write, by a key that they may use', () => {
    expectOne(made.pipeline, 'AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
    const principals = { Service: 'cloudwatch.amazonaws.com' };
    const allows = Match.arrayWith([Match.objectLike({ Principal: principals, Condition: Match.anyValue() })]);
    expectOne(made.pipeline, 'AWS::SNS::TopicPolicy', { PolicyDocument: { Statement: allows } });
    expectOne(made.pipeline, 'AWS::KMS::Key', { KeyPolicy: { Statement: allows } });
    expectOne(made.pipeline, 'AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  });
});

interface Rule {
  readonly EventPattern?: { readonly source: readonly string[]; readonly detail: { readonly object?: unknown } };
  readonly ScheduleExpression?: string;
  readonly Targets: readonly {
    readonly Arn: unknown;
    readonly DeadLetterConfig?: { readonly Arn: unknown };
    readonly InputTransformer?: { readonly InputTemplate: string };
  }[];
}

function rules({ pipeline }: Pick<Unbundled, 'pipeline'>): readonly Rule[] {
  return Object.values(pipeline.findResources('AWS::Events::Rule')).map((each) => each['Properties'] as Rule);
}
