import { execute, one, type Db } from '../../db/client.ts';
import { addClosedRejects } from '../loads/loads-sql.ts';
import { updateClosed, updateOwnClosed, updateReasons } from './replays-sql.ts';

/**
 * What a replay has done to the rejects that it took: in the transaction that sets its outcome, so that each is closed once
 * or not at all.
 */
export async function closeReplayed(db: Db, replay: { readonly loadId: number; readonly of: number }): Promise<void> {
  const { loadId, of } = replay;
  const { closed } = await one<{ closed: number }>(db, updateClosed(replay));
  await execute(db, updateReasons(replay));
  const { closed: own } = await one<{ closed: number }>(db, updateOwnClosed(replay));
  await execute(db, addClosedRejects(of, closed));
  await execute(db, addClosedRejects(loadId, own));
}
