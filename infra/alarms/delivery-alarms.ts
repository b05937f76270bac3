import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { AlarmSpec } from './paging-alarm.ts';

export interface DeliveryWatched {
  readonly missed: Queue;
  readonly rules: readonly Rule[];
  readonly scheduleGroup: string | null;
}

const missing = TreatMissingData.NOT_BREACHING;
const fiveMinutes = Duration.minutes(5);

/** Between an event and what it starts. No events, no values: all is well. */
export function deliveryAlarms({ missed, rules, scheduleGroup }: DeliveryWatched): readonly AlarmSpec[] {
  return [
    {
      id: 'MissedEvents',
      heading: 'events-were-missed',
      says: 'An event could not be delivered or worked off, and waits in the queue of missed events.',
      metric: missed.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: 1,
      // SQS counts approximately, and for minutes after the queue changed now one, now none: one value alone would flap
      datapoints: 2,
      periods: 2,
      missing,
      tellsEnd: true,
    },
    ...rules.map(ruleFails),
    ...(scheduleGroup === null ? [] : [scheduleFails(scheduleGroup)]),
  ];
}

/** failed: the target refused the event for good. lost: nor could it be put into the queue of missed events. */
function ruleFails(rule: Rule): AlarmSpec {
  return {
    // by the construct that holds it: what stands above that is its stack's
    id: `Rule-${rule.node.scope?.node.id ?? rule.node.id}`,
    heading: 'a-rule-cannot-deliver',
    says: 'A rule of EventBridge could not deliver an event.',
    metric: sumOf('events not delivered', {
      failed: inEvents('FailedInvocations', rule),
      lost: inEvents('InvocationsFailedToBeSentToDlq', rule),
    }),
    threshold: 1,
    missing,
  };
}

function scheduleFails(group: string): AlarmSpec {
  const metric = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/Scheduler',
      metricName,
      dimensionsMap: { ScheduleGroup: group },
      statistic: 'Sum',
      period: fiveMinutes,
    });
  return {
    id: 'Schedule',
    heading: 'a-schedule-cannot-start-its-function',
    says: 'EventBridge Scheduler could not start a function.',
    metric: sumOf('calls not made', {
      errors: metric('TargetErrorCount'),
      dropped: metric('InvocationDroppedCount'),
      queued: metric('InvocationsSentToDeadLetterCount'),
      lost: metric('InvocationsFailedToBeSentToDeadLetterCount'),
    }),
    threshold: 1,
    missing,
  };
}

function inEvents(metricName: string, rule: Rule): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: { RuleName: rule.ruleName },
    statistic: 'Sum',
    period: fiveMinutes,
  });
}

function sumOf(label: string, usingMetrics: Record<string, Metric>): MathExpression {
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(' + ');
  return new MathExpression({ label, expression, usingMetrics, period: fiveMinutes });
}
