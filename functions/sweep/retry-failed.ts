import { TryAgain } from '../protocol/errors.ts';
import { passingCauses, SWEEP, sweepRetries } from '../protocol/passing-causes.ts';
import { many } from '../db/client.ts';
import { readLoad } from '../ledger/loads/load.ts';
import { startRetry } from '../ledger/operations/retries.ts';
import { selectDueRetries, type FailedRow } from '../ledger/operations/retries-sql.ts';
import { foreignBucket } from '../objects/sources.ts';
import type { ImportDeps } from './import-unknown.ts';

/** 200 a run, some 10 s: what is left comes 15 minutes later. */
const retriesAtMost = 200;

/**
 * Retries the loads that failed of a cause which has nothing to do with them: the database is there again, since this function
 * writes to it. Each a few times, at growing distance. Answers the loads that were begun again.
 */
export async function retryFailed({
  db,
  executions,
  sources,
}: Pick<ImportDeps, 'db' | 'executions' | 'sources'>): Promise<number[]> {
  const due = selectDueRetries({ by: SWEEP, codes: passingCauses, ...sweepRetries, limit: retriesAtMost });
  const retried: number[] = [];
  for (const { load_id: loadId, code, tries, execution } of await many<FailedRow>(db, due)) {
    // a retry that has not claimed its load yet
    if (execution !== null && (await executions.lookAt(execution))?.isRunning === true) continue;
    const load = await readLoad(db, loadId);
    // of another stack over the same ledger, which retries it
    if (foreignBucket(load.object, sources) !== null) continue;
    const why = `${code} may have passed: retry ${tries + 1} of ${sweepRetries.afterMinutes.length}`;
    const start = executions.start.bind(executions);
    try {
      await startRetry(db, load, { by: SWEEP, why, start });
    } catch (error) {
      // Step Functions asks to slow down
      if (error instanceof TryAgain) break;
      throw error;
    }
    retried.push(loadId);
  }
  return retried;
}
