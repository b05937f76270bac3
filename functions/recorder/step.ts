import type { Db } from '../db/client.ts';
import { recordFailed } from '../ledger/loads/failure.ts';
import { causeMessage } from '../words/cause-message.ts';
import { redacted } from '../runtime/redacted.ts';

/** How an execution ended, as Step Functions tells it; `execution` in landfall.loads is its ARN. */
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
  return { loadId: await recordFailed(db, { execution: end.executionArn, ...codeAndMessage(end) }) };
}

function codeAndMessage({ status, error, cause }: ExecutionEnd): { code: string; message: string } {
  switch (status) {
    case 'ABORTED':
      return { code: 'CANCELLED', message: 'it was cancelled; loading the same object again goes on where it stopped' };
    case 'TIMED_OUT':
      return {
        code: 'TIMED_OUT',
        message: 'it ran out of time; loading the same object again goes on where it stopped',
      };
    case 'FAILED':
      return {
        code: error ?? 'UNKNOWN',
        message: redacted(causeMessage(cause ?? 'the execution failed and gave no cause')),
      };
  }
}
