import { isOfServer } from '../../core/sql-state.ts';
import type { Db } from '../../db/client.ts';
import { isTransient, sqlState } from '../../db/errors.ts';
import { withSavepoint } from '../../db/savepoint.ts';

/** False where an expression could not be computed for some row: then nothing of `run` stays. */
export async function isComputed(db: Db, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await withSavepoint(db, run);
    return true;
  } catch (error) {
    const state = sqlState(error);
    if (state === null || isTransient(error) || isOfServer(state)) throw error;
    return false;
  }
}
