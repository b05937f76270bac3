import { LeaseLost, StagingLost } from '../contract/errors.ts';
import { sql } from '../core/sql.ts';
import { maybeOne, one, type Db } from '../db/client.ts';
import { selectAttemptForShare } from './loads-sql.ts';

/**
 * The fence: called right before a step's transaction commits. A takeover bumps the attempt in loads, so a zombie's
 * late commit is refused; the share lock keeps a takeover out until this transaction has ended.
 * @throws LeaseLost when another attempt runs this load now; StagingLost when the staging is of another epoch.
 */
export async function assertAttempt(db: Db, expected: { loadId: number; attempt: number; epoch?: string }): Promise<void> {
  const current = await one<{ attempt: number; epoch: string | null }>(db, selectAttemptForShare(expected.loadId));
  if (current.attempt !== expected.attempt) {
    throw new LeaseLost(
      `attempt ${expected.attempt} of load ${expected.loadId} was taken over by attempt ${current.attempt}; nothing of it is written any more`,
    );
  }
  if (expected.epoch !== undefined && current.epoch !== expected.epoch) {
    throw new StagingLost(`the staging of load ${expected.loadId} was begun anew`);
  }
}

/**
 * Staging is UNLOGGED: a crash of the server empties it, and the epochs table with it. Every transaction that reads
 * staging asks first.
 * @throws StagingLost when the epoch is missing or another one.
 */
export async function assertEpoch(db: Db, expected: { loadId: number; epoch: string }): Promise<void> {
  const row = await maybeOne<{ epoch: string }>(
    db,
    sql`select epoch from landfall_staging.epochs where (load_id = ${expected.loadId})`,
  );
  if (row?.epoch !== expected.epoch) {
    throw new StagingLost(`the staging of load ${expected.loadId} is gone (the server crashed or failed over): it is filled again`);
  }
}
