import { validateSliceInput, validateSliceOutput } from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { validateSlice } from './step.ts';

/** The Lambda: judges the records of one slice. */
export const handler = lambdaStep('validate', {
  ValidateSlice: state(validateSliceInput, validateSliceOutput, (input, { db, env }) =>
    validateSlice(input, { db, storeFor: storeAmong(env.sources) }),
  ),
});
