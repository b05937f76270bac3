import { composeInput, composeOutput, stageSliceInput, stageSliceOutput } from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { compose } from './compose.ts';
import { stageSlice } from './stage-slice.ts';

/** The Lambda: copies slices into staging, and puts them together. */
export const handler = lambdaStep('stage', {
  StageSlice: state(stageSliceInput, stageSliceOutput, (input, deps) =>
    stageSlice(input, { ...deps, storeFor: storeAmong(deps.env.sources) }),
  ),
  Compose: state(composeInput, composeOutput, (input, deps) =>
    compose(input, { ...deps, storeFor: storeAmong(deps.env.sources) }),
  ),
});
