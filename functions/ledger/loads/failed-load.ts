import type { FailedLoad } from '../../words/failure-message.ts';
import { maybeOne, one, type Db } from '../../db/client.ts';
import { shownObject } from '../../core/object-url.ts';
import { selectFailedBy, selectFailedLoad } from './failed-load-sql.ts';

/** The load that failed in this execution, whoever recorded that; null where there is none. */
export async function failedBy(db: Db, execution: string): Promise<number | null> {
  return (await maybeOne<{ load_id: number }>(db, selectFailedBy(execution)))?.load_id ?? null;
}

interface FailedRow {
  load_id: number;
  dataset: string;
  target: string;
  bucket: string;
  key: string;
  code: string | null;
  message: string | null;
  execution: string | null;
  records: number | null;
  batches: number;
  merged_batches: number;
  begun_batches: number;
  inserted: number;
  updated: number;
}

/** What a message tells of a failed load; its counts are those of the receipts. */
export async function readFailedLoad(db: Db, loadId: number): Promise<FailedLoad> {
  const row = await one<FailedRow>(db, selectFailedLoad(loadId));
  return {
    loadId: row.load_id,
    dataset: row.dataset,
    target: row.target,
    object: shownObject(row),
    code: row.code ?? 'UNKNOWN',
    message: row.message,
    records: row.records,
    batches: row.batches,
    mergedBatches: row.merged_batches,
    begunBatches: row.begun_batches,
    inserted: row.inserted,
    updated: row.updated,
    execution: row.execution,
  };
}
