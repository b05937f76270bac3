import { openExecutions, startUndoOf } from '../aws/executions.ts';
import { storeFor } from '../objects/store-for.ts';
import { databaseFor, keysReadEachTime } from '../runtime/database.ts';
import { needed, readEnv } from '../runtime/env.ts';
import { operateFunction } from './invocation.ts';
import { landingBucket } from './wiring.ts';

/** The Lambda: one verb of the operators a call, over Step Functions and the landing bucket. */
export const handler = operateFunction(async () => {
  const env = readEnv();
  const landing = needed(env, 'landing');
  return {
    withDatabase: databaseFor(env.database, 'landfall:operate', { keys: keysReadEachTime, forPerson: true }),
    ledgerOwner: env.ledgerOwner,
    datasets: env.datasets,
    executions: openExecutions(needed(env, 'stateMachine')),
    ...(env.undoMachine !== null && { startUndo: startUndoOf(env.undoMachine) }),
    objects: landingBucket(await storeFor(landing), landing, env.sources),
  };
});
