import { OthersFirst } from '../protocol/errors.ts';
import { execute, one, transaction, type Db } from '../db/client.ts';
import { type Pause, selectPause } from '../governor/signals/paused-sql.ts';
import { readingOf } from '../governor/signals/paused.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { insertWaitUnlessOpen, updateWaitEnded } from '../ledger/waits/waits-sql.ts';

/**
 * Before a slice is staged: where somebody paused the target, the state is tried again later. Of all signals this one alone
 * concerns staging, which writes no WAL but that of its catalogue and keeps nobody waiting for a lock: so no whole look is
 * taken, nor its modules loaded.
 * @throws OthersFirst
 */
export async function assertNobodyFirst(db: Db, load: PlannedLoad): Promise<void> {
  const reading = await transaction(db, {}, async () => {
    const { pause } = await one<{ pause: Pause | null }>(db, selectPause(load.target));
    const found = pause === null ? null : readingOf(pause);
    await execute(db, found === null ? updateWaitEnded(load.loadId) : insertWaitUnlessOpen(load, found));
    return found;
  });
  if (reading !== null) throw new OthersFirst(`load ${load.loadId} waits before it stages on: ${reading.figure}`);
}
