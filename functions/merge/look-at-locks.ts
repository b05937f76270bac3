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

/** 200 ms, as signals are looked at. */
const lookMs = 200;

/** Between two transactions of a call that began on a target that was not live: whether it is from now on. */
export function lockWatch(db: Db, load: PlannedLoad): () => Promise<boolean> {
  let lookedAt = performance.now();
  return async () => {
    if (load.live?.isLive === true || performance.now() - lookedAt < lookMs) return false;
    lookedAt = performance.now();
    return (await lookAtLocks(db, load)).live?.isLive === true;
  };
}
