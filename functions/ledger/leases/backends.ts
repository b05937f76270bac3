import { TryAgain } from '../../protocol/errors.ts';
import type { Sql } from '../../core/sql.ts';
import { one, type Db } from '../../db/client.ts';
import { callsOfAttempt, countCalls, namesakes, terminateCalls } from './leases-sql.ts';

/**
 * Ends what an earlier call of the same state for the same part left in the server: its worker was killed or cut off, and
 * its statement may still run, hold locks, or be about to commit. Calls of one state and part never work side by side.
 * @throws TryAgain where it does not end within seconds.
 */
export async function endEarlierCall(db: Db): Promise<void> {
  await endCalls(db, namesakes);
}

/**
 * The same of an attempt whose states run one after the other in one session, once for all of them: an earlier call of theirs may be in any
 * state.
 */
export async function endEarlierCalls(
  db: Db,
  { loadId, attempt }: { readonly loadId: number; readonly attempt: number },
): Promise<void> {
  await endCalls(db, callsOfAttempt(loadId, attempt));
}

async function endCalls(db: Db, which: Sql): Promise<void> {
  const { found } = await one<{ found: number }>(db, terminateCalls(which));
  if (found === 0) return;
  const left = await one<{ found: number }>(db, countCalls(which));
  if (left.found > 0) throw new TryAgain('an earlier call of this state still runs in the server');
}
