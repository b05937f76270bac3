import { maySucceedLater, SWEEP, sweepRetries } from '../protocol/passing-causes.ts';
import { maybeOne } from '../db/client.ts';
import { type OperationRow, selectNewestRetry } from '../ledger/operations/operations-sql.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { OperateDeps } from './deps.ts';

/** The execution of an earlier retry, or of a yes to the load, that runs still, also where it has not come to the ledger yet; else null. */
export async function runningRetry(
  loadId: number,
  { db, executions }: Pick<OperateDeps, 'db' | 'executions'>,
): Promise<string | null> {
  const newest = await maybeOne<{ execution: string }>(db, selectNewestRetry(loadId));
  if (newest === null) return null;
  return (await executions.lookAt(newest.execution))?.isRunning === true ? newest.execution : null;
}

/** When the sweep retries a load by itself, as selectDueRetries decides it; null: it does not. */
export function nextSweepRetry(
  {
    outcome,
    code,
    execution,
    request,
    endedAt,
  }: Pick<Load, 'outcome' | 'code' | 'execution' | 'request'> & { readonly endedAt: Date | null },
  operations: readonly OperationRow[],
): { retry: number; of: number; after: string } | null {
  if (outcome !== 'FAILED' || endedAt === null || request.dryRun || !maySucceedLater(code)) return null;
  if (execution?.startsWith('arn:') !== true) return null;
  const retries = operations.filter(
    ({ verb, answer }) => verb === 'retry' && answer !== null && 'executionId' in answer,
  );
  const tries = retries.filter(({ by }) => by === SWEEP).length;
  const minutes = sweepRetries.afterMinutes[tries];
  if (minutes === undefined) return null;
  const last = Math.max(endedAt.getTime(), ...retries.map(({ at }) => at.getTime()));
  return {
    retry: tries + 1,
    of: sweepRetries.afterMinutes.length,
    after: new Date(last + minutes * 60_000).toISOString(),
  };
}
