import { finishInput, finishOutput, mergeBatchesInput, mergeBatchesOutput } from '../contract/states.ts';
import { storeFor } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { finish } from './finish.ts';
import { mergeLane } from './merge-lane.ts';

export const handler = lambdaStep('merge', {
  MergeLane: state(mergeBatchesInput, mergeBatchesOutput, (input, deps) => mergeLane(input, { ...deps, storeFor })),
  Finish: state(finishInput, finishOutput, (input, { db }) => finish(input, { db })),
});
