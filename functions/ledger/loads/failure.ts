import { maybeOne, transaction, type Db } from '../../db/client.ts';
import { releaseLease } from '../leases/lease.ts';
import { updateFailure } from './loads-sql.ts';
import { forgetWaitersOf } from '../leases/waiters.ts';

/** 60 s: a batch of the failed execution may still run in the server and hold the lease until it commits. */
const lockTimeoutMs = 60_000;

/**
 * The load that this execution ran last is FAILED, where it has no outcome yet; its lease is given back and it waits for
 * none any more, so that the next load need not wait. Runs twice without harm. Answers null where nothing was to be recorded.
 */
export async function recordFailed(
  db: Db,
  failure: { readonly execution: string; readonly code: string; readonly message: string },
): Promise<number | null> {
  await forgetWaitersOf(db, failure.execution);
  return await transaction(db, { lockTimeoutMs }, async () => {
    const failed = await maybeOne<{ load_id: number; attempt: number; target: string }>(db, updateFailure(failure));
    if (failed === null) return null;
    await releaseLease(db, { loadId: failed.load_id, attempt: failed.attempt, target: failed.target });
    return failed.load_id;
  });
}
