import { maybeOne, type Db } from '../db/client.ts';
import { releaseLease } from '../ledger/lease.ts';
import { updateFailure } from '../ledger/loads-sql.ts';

export interface ExecutionEnd {
  readonly executionArn: string;
  readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error?: string | null | undefined;
  readonly cause?: string | null | undefined;
}

/**
 * Records a technical failure in the ledger: only where the load has no outcome yet and its newest attempt is the one
 * that this execution ran. The lease is given back, so that the next load need not wait; staging and receipts stay, so
 * that the same command goes on where this one stopped. Runs twice without harm.
 */
export async function recordFailure(db: Db, end: ExecutionEnd): Promise<{ loadId: number | null }> {
  const code = end.status === 'FAILED' ? (end.error ?? 'UNKNOWN') : end.status;
  const message = end.cause ?? `the execution ended as ${end.status}`;
  const failed = await maybeOne<{ load_id: number; attempt: number; target: string }>(
    db,
    updateFailure({ execution: end.executionArn, code, message }),
  );
  if (failed === null) return { loadId: null };
  await releaseLease(db, { loadId: failed.load_id, attempt: failed.attempt, target: failed.target });
  return { loadId: failed.load_id };
}
