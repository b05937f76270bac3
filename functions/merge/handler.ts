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
import {
  beginUndoInput,
  beginUndoOutput,
  finishUndoInput,
  finishUndoOutput,
  undoRowsInput,
  undoRowsOutput,
} from '../protocol/undo/undo-states.ts';
import { storeAmong } from '../objects/store-for.ts';
import { databaseFor } from '../runtime/database.ts';
import { lambdaStep, state } from '../runtime/lambda-step.ts';
import { finish } from './finish.ts';
import { govern } from './govern.ts';
import { mergeLane } from './merge-lane.ts';
import { beginUndo } from './undo/begin-undo.ts';
import { finishUndo, undoRows } from './undo/undo-rows.ts';
import { ownerIsAlive } from '../runtime/owner.ts';
import { rebuildIndexes } from './rebuild-indexes.ts';

/** The Lambda: merges batches, brings back indexes that were dropped, ends the load, and undoes it. */
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
  BeginUndo: state(beginUndoInput, beginUndoOutput, (input, { db, env }) =>
    beginUndo(input, { db, datasets: env.datasets, owner: env.owner, ownerIsAlive }),
  ),
  UndoRows: state(undoRowsInput, undoRowsOutput, (input, { db, env, millisecondsLeft }) =>
    undoRows(input, { db, datasets: env.datasets, millisecondsLeft }),
  ),
  FinishUndo: state(finishUndoInput, finishUndoOutput, (input, { db }) => finishUndo(input, { db })),
  Finish: state(finishInput, finishOutput, (input, { db, env }) => finish(input, { db, datasets: env.datasets })),
});
