import { randomUUID } from 'node:crypto';
import { execute, maybeOne, type Db } from '../../db/client.ts';
import { deleteEpoch, selectEpoch, upsertEpoch } from './epochs-sql.ts';

/**
 * The staging epoch that stands, or a new one where there is none: a crash of the server emptied it together with the
 * staging. Answers the epoch that this load's receipts have to name from now on.
 */
export async function beginEpoch(db: Db, load: { loadId: number; epoch: string | null }): Promise<string> {
  const standing = await maybeOne<{ epoch: string }>(db, selectEpoch(load.loadId));
  if (standing !== null && standing.epoch === load.epoch) return standing.epoch;
  const epoch = randomUUID();
  await execute(db, upsertEpoch(load.loadId, epoch));
  return epoch;
}

/** The load's staging is dropped: its epoch goes with it. */
export async function endEpoch(db: Db, loadId: number): Promise<void> {
  await execute(db, deleteEpoch(loadId));
}
