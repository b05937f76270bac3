import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
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
