import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** One of our own metrics, as the functions write it into their logs; over all datasets, or of one. */
export function ownMetric(name: string, statistic: 'Sum' | 'Maximum' | 'SampleCount', minutes: number): Metric {
  return new Metric({
    namespace: 'Landfall',
    metricName: name,
    dimensionsMap: { service: 'landfall' },
    statistic,
    period: Duration.minutes(minutes),
  });
}
