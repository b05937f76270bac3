import { OthersFirst } from '../protocol/errors.ts';
import type { Db } from '../db/client.ts';
import { look } from '../governor/look.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';

/**
 * Before a slice is staged: where the owner of the target said that nothing is to happen, or something else that concerns
 * staging says stop, the state is tried again later. Staging writes no WAL but for its catalogue and keeps nobody's locks, so
 * what concerns it is little; one look a slice.
 * @throws OthersFirst
 */
export async function assertNobodyFirst(db: Db, { loadId, target: targetName, contract }: PlannedLoad): Promise<void> {
  const { target, traffic = {} } = contract;
  const stop = (await look(db, 'stage', { target, targetName, loadId, traffic })).find(
    ({ health }) => health === 'stop',
  );
  if (stop !== undefined) throw new OthersFirst(`load ${loadId} waits before it stages on: ${stop.figure}`);
}
