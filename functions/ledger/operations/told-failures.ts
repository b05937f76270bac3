import { execute, maybeOne, transaction, type Db } from '../../db/client.ts';
import { isLockConflict, sqlState } from '../../db/errors.ts';
import { upsertCause, updateFirst, updateUntold, upsertFailure, type Failure } from './told-failures-sql.ts';

/** 60: failures of one cause that come within an hour of a message about it are gathered for the next one. */
export const gatheringMinutes = 60;

/**
 * Tells a failure, or keeps it for the sweep to tell with others of its cause. The same failure a second time is told no more.
 * A process that is killed between marking and telling loses the message; the failure is in the ledger all the same.
 */
export async function tellOnce(db: Db, failure: Failure, tell: () => Promise<void>): Promise<void> {
  if (!(await isFirst(db, failure))) return;
  try {
    await tell();
  } catch (error) {
    await execute(db, updateUntold(failure)).catch(() => undefined);
    throw error;
  }
}

async function isFirst(db: Db, failure: Failure): Promise<boolean> {
  try {
    return await transaction(db, {}, async () => {
      await execute(db, upsertCause(failure.cause));
      await execute(db, upsertFailure(failure, gatheringMinutes));
      return (await maybeOne(db, updateFirst(failure, gatheringMinutes))) !== null;
    });
  } catch (error) {
    // a ledger that is not migrated yet has no such table: then each failure is told
    if (sqlState(error) === '42P01') return true;
    // who holds those rows must not be able to keep it from people
    if (isLockConflict(error)) return true;
    throw error;
  }
}
