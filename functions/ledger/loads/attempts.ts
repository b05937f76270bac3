import { LeaseLost, StagingLost } from '../../protocol/errors.ts';
import { maybeOne, one, type Db } from '../../db/client.ts';
import { selectEpochAndOthers } from '../staging/epochs-sql.ts';
import { selectAttemptForShare } from './loads-sql.ts';

/**
 * The fence: called right before a step's transaction commits. A takeover bumps the attempt in loads, and the load's end
 * sets its outcome, so a zombie's late commit is refused; the share lock keeps both out until this transaction has ended.
 * @throws LeaseLost when another attempt runs this load now, or it has ended; StagingLost when the staging is of another epoch.
 */
export async function assertAttempt(
  db: Db,
  expected: { loadId: number; attempt: number; epoch?: string },
): Promise<void> {
  const { loadId } = expected;
  const current = await one<CurrentAttempt>(db, selectAttemptForShare(loadId));
  assertNotTakenOver(expected, current);
  if (current.outcome !== null) {
    throw new LeaseLost(
      `load ${loadId} has ended (${current.outcome}); nothing of attempt ${expected.attempt} is written any more`,
    );
  }
  if (expected.epoch !== undefined && current.epoch !== expected.epoch) {
    throw new StagingLost(`the staging of load ${expected.loadId} was begun anew`);
  }
}

/** The same for what tidies up after the load has ended. */
export async function assertLastAttempt(db: Db, expected: { loadId: number; attempt: number }): Promise<void> {
  assertNotTakenOver(expected, await one<CurrentAttempt>(db, selectAttemptForShare(expected.loadId)));
}

interface CurrentAttempt {
  readonly attempt: number;
  readonly epoch: string | null;
  readonly outcome: string | null;
}

function assertNotTakenOver(expected: { loadId: number; attempt: number }, current: CurrentAttempt): void {
  if (current.attempt === expected.attempt) return;
  throw new LeaseLost(
    `attempt ${expected.attempt} of load ${expected.loadId} was taken over by attempt ${current.attempt}; nothing of it is written any more`,
  );
}

/**
 * Staging is UNLOGGED: a crash of the server empties it, and the epochs table with it. Every transaction that reads
 * staging asks first. A table of another role is no staging of ours: a load that another role began is staged again, since its owner could
 * put a trigger on it at any moment.
 * @throws StagingLost when the epoch is missing or another one, or something of the staging is another role's.
 */
export async function assertEpoch(db: Db, expected: { loadId: number; epoch: string }): Promise<void> {
  const row = await maybeOne<{ epoch: string; is_others: boolean }>(db, selectEpochAndOthers(expected.loadId));
  if (row?.epoch !== expected.epoch) {
    throw new StagingLost(
      `the staging of load ${expected.loadId} is gone (the server crashed or failed over): it is filled again`,
    );
  }
  if (row.is_others) {
    throw new StagingLost(`the staging of load ${expected.loadId} belongs to another role: it is filled again`);
  }
}
