import { z } from 'zod';
import type { Message, Tell } from '../aws/topic.ts';
import { failureMessage, unclaimedMessage } from '../words/failure-message.ts';
import { causeOf } from '../words/gathered-message.ts';
import { LEASE_LOST, RECONCILIATION_MISMATCH } from '../protocol/errors.ts';
import { loadRequestSchema, objectCreatedSchema } from '../protocol/states.ts';
import type { Db } from '../db/client.ts';
import { failedBy, readFailedLoad } from '../ledger/loads/failed-load.ts';
import { tellOnce } from '../ledger/operations/told-failures.ts';
import { shownObject } from '../core/object-url.ts';
import { parsedJson } from '../core/parsed-json.ts';
import type { Emit } from '../runtime/metrics.ts';
import { readUndoFailure } from '../ledger/undos/failed-undo.ts';
import { causeOfUndo, undoFailureMessage } from '../words/undo-failure-message.ts';
import { type ExecutionEnd, undoneBy } from './step.ts';

/** What telling needs: where failures are told (null: nowhere), and what `--stack` is given. */
export interface TellDeps {
  readonly db: Db;
  readonly tell: Tell | null;
  readonly emit: Emit;
  readonly stack: string | null;
}

/**
 * Measures a failure and tells people of it, or leaves it to the sweep, which tells failures of one cause together. Goes by what
 * the ledger knows, so a failure that a step has recorded (counts that do not balance) is told as well. An execution that was
 * overtaken is not told: another one goes on with its load.
 */
export async function tellFailure(end: ExecutionEnd, { db, tell, emit, stack }: TellDeps): Promise<void> {
  const once = async (
    failure: Parameters<typeof causeOf>[0] & { readonly execution: string | null },
    message: Message,
  ): Promise<void> => {
    if (tell !== null) await tellOnce(db, { ...failure, cause: causeOf(failure) }, async () => await tell(message));
  };
  const undone = undoneBy(end);
  if (undone !== null) {
    const failed = await readUndoFailure(db, { loadId: undone, execution: end.executionArn });
    if (failed === null || tell === null) return;
    await tellOnce(
      db,
      { ...failed, cause: causeOfUndo(failed) },
      async () => await tell(undoFailureMessage(failed, stack)),
    );
    return;
  }
  const loadId = await failedBy(db, end.executionArn);
  if (loadId === null) {
    if (end.error === LEASE_LOST) return;
    emit({ dataset: null, values: { LoadsFailed: 1 } });
    const code = end.error ?? end.status;
    const message = unclaimedMessage({ execution: end.executionArn, code, object: objectOf(end.input) }, stack);
    await once({ code, dataset: null, loadId: null, execution: end.executionArn }, message);
    return;
  }
  const load = await readFailedLoad(db, loadId);
  const unbalanced = load.code === 'RECONCILIATION_MISMATCH' || load.code === RECONCILIATION_MISMATCH;
  emit({
    dataset: load.dataset,
    loadId,
    values: { LoadsFailed: 1, ...(unbalanced ? { ReconciliationMismatch: 1 } : {}) },
  });
  await once(load, failureMessage(load, stack));
}

const inputSchema = z.union([
  loadRequestSchema.transform(({ bucket, key }) => ({ bucket, key })),
  objectCreatedSchema.transform(({ detail }) => ({ bucket: detail.bucket.name, key: detail.object.key })),
]);

/** The object that an execution was started for; null where its input tells none. */
function objectOf(input: string | null | undefined): string | null {
  const parsed = inputSchema.safeParse(parsedJson(input ?? ''));
  return parsed.success ? shownObject(parsed.data) : null;
}
