import { METRICS_NAMESPACE, metrics, type MetricName } from '../protocol/metrics.ts';
import { printable } from '../core/printable.ts';
import type { Env } from './env.ts';

/** Measured values, and of what: with a dataset they count for it, where that is asked for, and for the whole service. */
export interface Measured {
  readonly dataset: string | null;
  readonly loadId?: number;
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
}

/** Emits one set of values. */
export type Emit = (measured: Measured) => void;

/**
 * Values as one line of CloudWatch's embedded metric format on stdout, where Lambda's logs are; silent where the
 * environment does not ask for them, and then nothing is imported.
 */
export async function openMetrics({
  metrics: wanted,
  datasetMetrics,
  stack,
}: Pick<Env, 'metrics' | 'datasetMetrics' | 'stack'>): Promise<Emit> {
  if (!wanted) return () => undefined;
  const { Metrics } = await import('@aws-lambda-powertools/metrics');
  return ({ dataset, loadId, values }) => {
    if (Object.keys(values).length === 0) return;
    const line = new Metrics({ namespace: METRICS_NAMESPACE, serviceName: stack ?? 'landfall' });
    // a dimension is ASCII without controls; other letters CloudWatch refuses by itself
    if (dataset !== null && datasetMetrics) line.addDimensions({ dataset: printable(dataset) });
    line.addDimensions({});
    // who reads the log still finds whose they are
    if (dataset !== null && !datasetMetrics) line.addMetadata('dataset', printable(dataset));
    if (loadId !== undefined) line.addMetadata('loadId', String(loadId));
    for (const [name, value] of Object.entries(values)) line.addMetric(name, metrics[name as MetricName], value);
    line.publishStoredMetrics();
  };
}
