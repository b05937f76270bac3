import { execute, type Db } from '../db/client.ts';
import { liveByLocks } from '../governor/live/target-use.ts';
import { updateLive } from '../ledger/loads/live-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';

/**
 * A load whose target was not seen to be live is from now on, where others hold locks on it at this moment; between two
 * transactions, when the load itself holds none. Answers the load as it is then.
 */
export async function lookAtLocks(db: Db, load: PlannedLoad): Promise<PlannedLoad> {
  const { contract, live: before } = load;
  if (before?.isLive === true || contract.traffic?.live === 'no') return load;
  const live = await liveByLocks(db, { target: contract.target, loadId: load.loadId });
  if (live === null) return load;
  await execute(db, updateLive(load, live));
  return { ...load, live };
}
