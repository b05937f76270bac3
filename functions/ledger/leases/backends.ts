import { TryAgain } from '../../protocol/errors.ts';
import { one, type Db } from '../../db/client.ts';
import { countNamesakes, terminateNamesakes } from './leases-sql.ts';

/**
 * Ends what an earlier call of the same state for the same part left in the server: its worker was killed or cut off, and
 * its statement may still run, hold locks, or be about to commit. Calls of one state and part never work side by side.
 * @throws TryAgain where it does not end within seconds.
 */
export async function endEarlierCall(db: Db): Promise<void> {
  const { found } = await one<{ found: number }>(db, terminateNamesakes());
  if (found === 0) return;
  const left = await one<{ found: number }>(db, countNamesakes());
  if (left.found > 0) throw new TryAgain('an earlier call of this state still runs in the server');
}
