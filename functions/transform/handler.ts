import { transformInput, transformOutput } from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { databaseFor } from '../runtime/database.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { transform } from './step.ts';

/** The Lambda: duplicates, the difference from the target, batches and the gate. */
export const handler = lambdaStep('transform', {
  Transform: state(transformInput, transformOutput, (input, deps) =>
    transform(input, {
      ...deps,
      storeFor: storeAmong(deps.env.sources),
      lanes: deps.env.mergeLanes,
      connectAs: (name, use) => databaseFor(deps.env.database, name)(use),
    }),
  ),
});
