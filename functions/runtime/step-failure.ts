import { LoadRejected, TryAgain } from '../contract/errors.ts';
import { assertTargetUnchanged } from '../datasets/target-unchanged.ts';
import { execute } from '../db/client.ts';
import { databaseErrorFields, isTransient, sqlState } from '../db/errors.ts';
import { readLoad } from '../ledger/load.ts';
import { updateRefusal } from '../ledger/loads-sql.ts';
import type { WithDb } from './database.ts';

/** Whose state failed; loadId 0: no load was claimed yet. */
export interface FailedCall {
  readonly loadId: number;
  readonly attempt: number;
}

/**
 * What a state has to throw, so that retriers and catchers of the state machine know it: TryAgain for what may pass, and
 * LoadRejected only once the ledger knows of it.
 */
export async function toldFailure(error: unknown, call: FailedCall, withDb: WithDb): Promise<unknown> {
  const cause = await withoutTarget(error, call, withDb);
  const told = cause instanceof LoadRejected ? await recorded(cause, call, withDb) : cause;
  if (isTransient(told)) return new TryAgain(describe(told), { cause: told });
  return sqlState(told) === null ? told : withoutRows(told as Error);
}

/**
 * Lambda logs all that an error carries, and the execution's history keeps its words. PostgreSQL's DETAIL and CONTEXT hold
 * rows, and so may the words of class 22 (data) and P0 (raised by a trigger), whose state and place are said instead.
 */
function withoutRows(error: Error): Error {
  const state = sqlState(error) ?? '';
  const place = Object.entries(databaseErrorFields(error)).map(([name, value]) => `${name} ${value}`);
  const told = new Error(
    /^(22|P0)/.test(state) ? `the database refused a value (${place.join(', ')})` : error.message,
    {
      cause: error,
    },
  );
  told.name = error.name;
  return told;
}

/** A name or a type that the server does not find (class 42): somebody may have changed the target under the load. */
async function withoutTarget(error: unknown, { loadId }: FailedCall, withDb: WithDb): Promise<unknown> {
  if (loadId === 0 || sqlState(error)?.startsWith('42') !== true) return error;
  try {
    await withDb(async (db) => {
      const { contract, ...load } = await readLoad(db, loadId);
      if (contract !== null) await assertTargetUnchanged(db, { ...load, contract });
    });
    return error;
  } catch (found) {
    return found instanceof LoadRejected ? found : error;
  }
}

/** Answers the refusal, or, where the ledger could not be told of it, why. */
async function recorded(refusal: LoadRejected, { loadId, attempt }: FailedCall, withDb: WithDb): Promise<unknown> {
  if (loadId === 0) return refusal;
  try {
    await withDb((db) => execute(db, updateRefusal(loadId, attempt, refusal.code, refusal.message)));
    return refusal;
  } catch (error) {
    return error;
  }
}

function describe(error: unknown): string {
  const fields = databaseErrorFields(error);
  return fields['code'] === undefined
    ? `the other end could not be reached: ${(error as Error).message}`
    : `the database asks to try again (SQLSTATE ${fields['code']})`;
}
