import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { AlarmSpec } from './paging-alarm.ts';

/** A refused load ends well as far as Step Functions knows, so each of these is a technical fault. No executions, no values: all is well. */
export function machineAlarms(machine: StateMachine): readonly AlarmSpec[] {
  const perMinute = { statistic: 'Sum', period: Duration.minutes(1) };
  const missing = TreatMissingData.NOT_BREACHING;
  return [
    {
      id: 'LoadFailed',
      heading: 'a-load-failed',
      says: 'A load failed for a technical reason.',
      metric: machine.metricFailed(perMinute),
      threshold: 1,
      missing,
    },
    {
      id: 'LoadTimedOut',
      heading: 'a-load-timed-out',
      says: 'A load ran out of its 36 hours.',
      metric: machine.metricTimedOut(perMinute),
      threshold: 1,
      missing,
    },
    {
      id: 'LoadAborted',
      heading: 'a-load-was-aborted',
      says: 'The execution of a load was stopped.',
      metric: machine.metricAborted(perMinute),
      threshold: 1,
      missing,
    },
    {
      id: 'ExecutionsThrottled',
      heading: 'executions-are-throttled',
      says: 'Step Functions slows the executions down.',
      // a burst is normal and passes by itself: three of five minutes are no burst
      metric: machine.metricThrottled(perMinute),
      threshold: 1,
      datapoints: 3,
      periods: 5,
      missing,
    },
  ];
}

/** An execution that a person asked for and that did not come to its end, whatever the reason. A refusal ends well. */
export function undoAlarm(machine: StateMachine): AlarmSpec {
  const perMinute = { statistic: 'Sum', period: Duration.minutes(1) };
  return {
    id: 'UndoFailed',
    heading: 'an-undo-failed',
    says: 'The undo of a load broke off: some of its rows are as before, the others are not.',
    metric: new MathExpression({
      label: 'undos that broke off',
      expression: 'FILL(failed, 0) + FILL(timed, 0) + FILL(aborted, 0)',
      usingMetrics: {
        failed: machine.metricFailed(perMinute),
        timed: machine.metricTimedOut(perMinute),
        aborted: machine.metricAborted(perMinute),
      },
      period: Duration.minutes(1),
    }),
    threshold: 1,
    missing: TreatMissingData.NOT_BREACHING,
  };
}
