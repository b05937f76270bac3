import { execute, transaction, type Db } from '../db/client.ts';
import { liveAtSecond } from '../governor/live/is-live.ts';
import { lookAtTarget } from '../governor/live/target-use.ts';
import { updateLive } from '../ledger/loads/live-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';

/**
 * Whether others use the target, now that its file is staged: what its statistics counted since the load was planned. Once a
 * load, before it reads the target itself (no step before this one does); a second run finds the first look spent, and what was decided stands.
 */
export async function lookAgain(db: Db, load: PlannedLoad): Promise<PlannedLoad> {
  const { firstLook, contract, loadId } = load;
  if (load.gated || firstLook === null || load.live?.isLive === true) return load;
  return await transaction(db, {}, async () => {
    const use = await lookAtTarget(db, { target: contract.target, loadId });
    const live = liveAtSecond(firstLook, use);
    await execute(db, updateLive(load, live));
    return { ...load, live };
  });
}
