import { execute, type Db } from '../db/client.ts';
import { analyzeVerdicts, insertQuarantineVerdicts } from '../ledger/slices/verdicts-sql.ts';

/** Verdicts for what the quarantine holds already; with statistics, since joins leave these records out. */
export async function judgedRecords(db: Db, loadId: number, kind: 'reject' | 'duplicate'): Promise<void> {
  await execute(db, insertQuarantineVerdicts(loadId, kind));
  await execute(db, analyzeVerdicts(loadId));
}
