import { TryAgain } from '../protocol/errors.ts';
import type { LoadRequest } from '../protocol/states.ts';
import { execute, many, one, type Db } from '../db/client.ts';
import { readLoad, type Load } from '../ledger/loads/load.ts';
import { insertOperation, updateOperation } from '../ledger/operations/operations-sql.ts';
import { missingParent, selectDueReplays } from '../ledger/rejects/awaiting-sql.ts';
import { foreignBucket, type Sources } from '../objects/sources.ts';
import { quarantineRequest } from './replay-request.ts';

/** How replays are begun, and by whom they are said to be. */
export interface ReplayStart {
  readonly by: string;
  readonly onOneMachine: boolean;
  readonly sources: Sources;
  readonly start: (request: LoadRequest) => Promise<string>;
  /** Whether what a request asks for can be had here: one that cannot would be begun anew each time, and never become a load. */
  readonly isHere: (request: LoadRequest) => Promise<boolean>;
  /** Loads that are left alone: they were begun before. */
  readonly but?: ReadonlySet<number>;
}

/** 100 a run; what is left comes with the next. */
const replaysAtMost = 100;

/**
 * Begins a replay of what waits for a parent, of each load for whose parents rows were loaded since. Twice does nothing: a replay
 * that has begun is counted from then on, and takes only what is open. Answers of which loads.
 */
export async function replayAwaiting(db: Db, starting: ReplayStart): Promise<number[]> {
  const { sources, onOneMachine, isHere, but = new Set() } = starting;
  const begun: number[] = [];
  for (const { load_id: loadId } of await many<{ load_id: number }>(
    db,
    selectDueReplays({ onOneMachine, most: replaysAtMost }),
  )) {
    if (but.has(loadId)) continue;
    const load = await readLoad(db, loadId);
    // of another stack over the same ledger, which replays it; or its dataset is not declared any more, and status shows that it waits
    if (foreignBucket(load.object, sources) !== null || !(await isHere(load.request))) continue;
    try {
      await begin(db, load, starting);
    } catch (error) {
      // Step Functions asks to slow down
      if (error instanceof TryAgain) break;
      throw error;
    }
    begun.push(loadId);
  }
  return begun;
}

/** Written down as if somebody had asked for it. */
async function begin(db: Db, load: Load, { by, start }: ReplayStart): Promise<void> {
  const { loadId } = load;
  const input = { loadId, codes: missingParent, only: true };
  const why = 'rows were loaded into a table of its parents';
  const { operation_id: operationId } = await one<{ operation_id: number }>(
    db,
    insertOperation({ verb: 'replay', loadId, target: null, input, by, why }),
  );
  const ended = { loadId, target: null };
  try {
    const executionId = await start(quarantineRequest(load, { codes: [...missingParent], only: true }));
    await execute(db, updateOperation(operationId, { ...ended, answer: { loadId, executionId } }));
  } catch (error) {
    const { name, message } = error as Error;
    await execute(db, updateOperation(operationId, { ...ended, answer: { failed: `${name}: ${message}` } }));
    throw error;
  }
}
