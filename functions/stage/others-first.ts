import { OthersFirst } from '../protocol/errors.ts';
import { execute, type Db } from '../db/client.ts';
import { look } from '../governor/look.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { insertWaitUnlessOpen, updateWaitEnded } from '../ledger/waits/waits-sql.ts';

/**
 * Before a slice is staged: where the owner of the target said that nothing is to happen, or something else that concerns
 * staging says stop, the state is tried again later. Staging writes no WAL but for its catalogue and keeps nobody's locks, so
 * what concerns it is little; one look a slice.
 * @throws OthersFirst
 */
export async function assertNobodyFirst(db: Db, load: PlannedLoad): Promise<void> {
  const { loadId, target: targetName, contract } = load;
  const { target, traffic = {} } = contract;
  const readings = await look(db, 'stage', { target, targetName, loadId, traffic });
  const stop = readings.find(({ health }) => health === 'stop');
  await execute(db, stop === undefined ? updateWaitEnded(loadId) : insertWaitUnlessOpen(load, stop));
  if (stop !== undefined) throw new OthersFirst(`load ${loadId} waits before it stages on: ${stop.figure}`);
}
