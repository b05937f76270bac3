import type { Live } from '../core/traffic/live.ts';
import { execute, one, transaction, type Db } from '../db/client.ts';
import { liveAsSaid, liveAtFirst, type OwnUse } from '../governor/live/is-live.ts';
import { lookAtTarget } from '../governor/live/target-use.ts';
import { selectOwnUse, updateFirstLook } from '../ledger/loads/live-sql.ts';
import type { Load } from '../ledger/loads/load.ts';

/**
 * Whether others use the target, before anything of the load is staged; written into the ledger with what was seen. A load that
 * merged rows already cannot tell their use from its own: what was decided stands.
 */
export async function lookFirst(db: Db, load: Load): Promise<Live> {
  const said = liveAsSaid(load.contract?.traffic?.live);
  if (said !== null) {
    await execute(db, updateFirstLook(load, null, said));
    return said;
  }
  if (load.gated || load.contract === null) return load.live ?? { isLive: false, why: 'nobody looked' };
  const { target } = load.contract;
  return await transaction(db, {}, async () => {
    const use = await lookAtTarget(db, { target, loadId: load.loadId });
    const live = liveAtFirst(use, await ownUse(db, load));
    await execute(db, updateFirstLook(load, use, live));
    return live;
  });
}

async function ownUse(db: Db, load: Load): Promise<OwnUse> {
  const { ended_at, is_open } = await one<{ ended_at: string | null; is_open: boolean }>(db, selectOwnUse(load));
  return { endedAt: ended_at, isOpen: is_open || load.epoch !== null };
}
