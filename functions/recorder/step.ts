import type { Db } from '../db/client.ts';
import { parsedJson } from '../core/parsed-json.ts';
import { recordFailed } from '../ledger/loads/failure.ts';
import { recordUndoFailed } from '../ledger/undos/failed-undo.ts';
import { undoRequestSchema } from '../protocol/undo/undo-states.ts';
import { causeMessage } from '../words/cause-message.ts';
import { redacted } from '../runtime/redacted.ts';

/** How an execution ended, as Step Functions tells it; `execution` in landfall.loads is its ARN. */
export interface ExecutionEnd {
  readonly executionArn: string;
  readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error?: string | null | undefined;
  readonly cause?: string | null | undefined;
  /** What it was started with. */
  readonly input?: string | null | undefined;
}

/** The load that an execution was to undo; null where it was one of a load. */
export function undoneBy({ input }: Pick<ExecutionEnd, 'input'>): number | null {
  const request = undoRequestSchema.safeParse(parsedJson(input ?? ''));
  return request.success ? request.data.loadId : null;
}

/**
 * Records a technical failure in the ledger: only where the load has no outcome yet and its newest attempt is the one
 * that this execution ran. The lease is given back, so that the next load need not wait; staging and receipts stay, so
 * that the same command goes on where this one stopped. The same of an execution that undoes a load. Runs twice without harm.
 */
export async function recordFailure(db: Db, end: ExecutionEnd): Promise<{ loadId: number | null }> {
  const execution = end.executionArn;
  const undone = undoneBy(end);
  if (undone === null) return { loadId: await recordFailed(db, { execution, ...codeAndMessage(end, again) }) };
  await recordUndoFailed(db, { loadId: undone, execution, ...codeAndMessage(end, undoAgain) });
  return { loadId: undone };
}

const again = 'loading the same object again goes on where it stopped';
const undoAgain = 'asking for it again goes on where it stopped';

function codeAndMessage({ status, error, cause }: ExecutionEnd, next: string): { code: string; message: string } {
  switch (status) {
    case 'ABORTED':
      return { code: 'CANCELLED', message: `it was cancelled; ${next}` };
    case 'TIMED_OUT':
      return { code: 'TIMED_OUT', message: `it ran out of time; ${next}` };
    case 'FAILED':
      return {
        code: error ?? 'UNKNOWN',
        message: redacted(causeMessage(cause ?? 'the execution failed and gave no cause')),
      };
  }
}
