import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../../functions/protocol/pipeline.ts';
import { type DatasetEvents, idOf } from './dataset-events.ts';
import type { PipelineFunctions } from '../functions/pipeline-functions.ts';

/** When which function is called for which dataset. */
export interface Timing {
  readonly id: string;
  readonly description: string;
  readonly target: IFunction;
  /** Null: sweep looks at everything. */
  readonly dataset: string | null;
  /** rate(...) or cron(...), as EventBridge reads both. */
  readonly expression: string;
  readonly timeZone?: string | undefined;
  readonly windowMinutes?: number | undefined;
}

/** The rhythm of sweep: what no event told of is found within a quarter of an hour. */
const sweepExpression = 'rate(15 minutes)';

/** Every timing there is: sweep's own, and one a dataset that declares one. */
export function timings(functions: PipelineFunctions, datasets: readonly DatasetEvents[]): readonly Timing[] {
  const target = (name: FunctionName): IFunction => functions.get(name).lambda;
  const sweeping: Timing = {
    id: 'Sweep',
    description: 'Landfall: look for what no event told of',
    target: target('sweep'),
    dataset: null,
    expression: sweepExpression,
  };
  const ofDatasets = datasets.flatMap((dataset): readonly Timing[] => {
    const { name, schedule, fetch } = dataset;
    if (schedule === undefined) return [];
    return [
      {
        id: `Dataset-${idOf(dataset)}`,
        description: `Landfall: ${fetch === undefined ? 'load what lies there for' : 'fetch the file of'} ${name}`,
        target: target(fetch === undefined ? 'sweep' : 'fetch'),
        dataset: name,
        ...schedule,
      },
    ];
  });
  return [sweeping, ...ofDatasets];
}
