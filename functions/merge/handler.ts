import {
  finishInput,
  finishOutput,
  governInput,
  governOutput,
  mergeLaneInput,
  mergeLaneOutput,
} from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { finish } from './finish.ts';
import { govern } from './govern.ts';
import { mergeLane } from './merge-lane.ts';

/** The Lambda: merges batches, and ends the load. */
export const handler = lambdaStep('merge', {
  MergeLane: state(mergeLaneInput, mergeLaneOutput, (input, deps) =>
    mergeLane(input, { ...deps, storeFor: storeAmong(deps.env.sources) }),
  ),
  Govern: state(governInput, governOutput, (input, { db }) => govern(input, { db })),
  Finish: state(finishInput, finishOutput, (input, { db }) => finish(input, { db })),
});
