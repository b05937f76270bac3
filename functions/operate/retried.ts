import { maybeOne } from '../db/client.ts';
import { selectNewestRetry } from '../ledger/operations-sql.ts';
import type { OperateDeps } from './deps.ts';

/** The execution of an earlier retry that runs still, also where it has not come to the ledger yet; else null. */
export async function runningRetry(
  loadId: number,
  { db, executions }: Pick<OperateDeps, 'db' | 'executions'>,
): Promise<string | null> {
  const newest = await maybeOne<{ execution: string }>(db, selectNewestRetry(loadId));
  if (newest === null) return null;
  return (await executions.status(newest.execution)) === 'RUNNING' ? newest.execution : null;
}
