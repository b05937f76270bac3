import { validateSliceInput, validateSliceOutput } from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { validateSlice } from './step.ts';

/** The Lambda: judges the records of slices. */
export const handler = lambdaStep('validate', {
  ValidateSlice: state(validateSliceInput, validateSliceOutput, (input, deps) =>
    validateSlice(input, { ...deps, storeFor: storeAmong(deps.env.sources) }),
  ),
});
