import { composeInput, composeOutput, stageSliceInput, stageSliceOutput } from '../protocol/states.ts';
import { storesOf } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { compose } from './compose.ts';
import { stageSlices } from './stage-slices.ts';

/** The Lambda: copies slices into staging, and puts them together. */
export const handler = lambdaStep('stage', {
  StageSlice: state(stageSliceInput, stageSliceOutput, (input, deps) =>
    stageSlices(input, { ...deps, storeFor: storesOf(deps.env.sources) }),
  ),
  Compose: state(composeInput, composeOutput, (input, { db }) => compose(input, { db })),
});
