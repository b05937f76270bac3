import {
  finishInput,
  finishOutput,
  governInput,
  governOutput,
  mergeLaneInput,
  mergeLaneOutput,
  rebuildIndexesInput,
  rebuildIndexesOutput,
} from '../protocol/states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { databaseFor } from '../runtime/database.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { finish } from './finish.ts';
import { govern } from './govern.ts';
import { mergeLane } from './merge-lane.ts';
import { rebuildIndexes } from './rebuild-indexes.ts';

/** The Lambda: merges batches, brings back indexes that were dropped, and ends the load. */
export const handler = lambdaStep('merge', {
  MergeLane: state(mergeLaneInput, mergeLaneOutput, (input, deps) =>
    mergeLane(input, { ...deps, storeFor: storeAmong(deps.env.sources) }),
  ),
  Govern: state(governInput, governOutput, (input, { db, env }) =>
    govern(input, { db, onOneMachine: env.owner !== null }),
  ),
  RebuildIndexes: state(rebuildIndexesInput, rebuildIndexesOutput, (input, { db, env, millisecondsLeft }) =>
    rebuildIndexes(input, {
      db,
      connectAs: (name, use) => databaseFor(env.database, name)(use),
      millisecondsLeft,
    }),
  ),
  Finish: state(finishInput, finishOutput, (input, { db, env }) => finish(input, { db, datasets: env.datasets })),
});
