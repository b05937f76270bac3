import { Aws, Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE, type MetricName } from '../../functions/protocol/metrics.ts';

/** One of our own metrics, as the functions write it into their logs; over all datasets, or of one. */
export function ownMetric(name: MetricName, statistic: 'Sum' | 'Maximum' | 'SampleCount', minutes: number): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: name,
    dimensionsMap: { service: Aws.STACK_NAME },
    statistic,
    period: Duration.minutes(minutes),
  });
}
