import { TryAgain } from '../protocol/errors.ts';
import { many } from '../db/client.ts';
import { takeAfterSeconds } from '../ledger/windows/gather.ts';
import { type DueWindowRow, selectDueWindows } from '../ledger/windows/windows-sql.ts';
import type { ImportDeps } from './import-unknown.ts';

/** 200 a run: what is left comes 15 minutes later. */
const windowsAtMost = 200;

/**
 * Loads what was gathered in windows that closed without a load: the execution that was to load them was lost. Of a dataset that is
 * declared no more nothing is loaded. Answers how many.
 */
export async function loadDueWindows({
  db,
  datasets,
  executions,
}: Pick<ImportDeps, 'db' | 'datasets' | 'executions'>): Promise<number> {
  let started = 0;
  for (const { window_id: window, dataset, bucket, key } of await many<DueWindowRow>(
    db,
    selectDueWindows(takeAfterSeconds, windowsAtMost),
  )) {
    if (datasets.every(({ name }) => name !== dataset)) continue;
    try {
      await executions.start({ bucket, key, versionId: null, dataset, window, dryRun: false, force: false });
    } catch (error) {
      // Step Functions asks to slow down
      if (error instanceof TryAgain) break;
      throw error;
    }
    started += 1;
  }
  return started;
}
