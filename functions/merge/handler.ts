import { finishInput, finishOutput, mergeLaneInput, mergeLaneOutput } from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { finish } from './finish.ts';
import { mergeLane } from './merge-lane.ts';

/** The Lambda: merges batches, and ends the load. */
export const handler = lambdaStep('merge', {
  MergeLane: state(mergeLaneInput, mergeLaneOutput, (input, deps) =>
    mergeLane(input, { ...deps, storeFor: storeAmong(deps.env.sources) }),
  ),
  Finish: state(finishInput, finishOutput, (input, { db }) => finish(input, { db })),
});
