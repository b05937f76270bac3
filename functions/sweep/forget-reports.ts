import type { Dataset } from '../compile/declaration/schema.ts';
import { execute, many, type Db } from '../db/client.ts';
import { selectOldReports, updateReportsForgotten } from '../ledger/rejects/retention-sql.ts';
import type { ObjectStore } from '../objects/store.ts';
import { reportPlace } from '../runtime/report-place.ts';

/** 10 loads, 30 deletions at the same time. */
const reportsAtOnce = 10;

/** 1,000 loads a run, some 10 s: what is left goes 15 minutes later. */
const mostRounds = 100;

/** What deleting reports needs. */
export interface ReportsDeps {
  readonly db: Db;
  readonly datasets: readonly Dataset[];
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  /** file:///path or s3://bucket/prefix, where reports go; null: nowhere. */
  readonly reports: string | null;
}

/**
 * Deletes report.json, report.html and rejects.csv of loads that are older than their dataset keeps rejects; answers of how many loads. Only where
 * reports go now, whatever the ledger says: who may write there names no other file.
 */
export async function forgetReports({ db, datasets, storeFor, reports }: ReportsDeps): Promise<number> {
  let forgotten = 0;
  if (reports === null) return forgotten;
  let rounds = 0;
  for (const { name: dataset, keepRejectsDays: days } of datasets) {
    if (days === undefined) continue;
    const folder = reportPlace(reports, { dataset, loadId: 0 }).reportPath.slice(0, -'0/report.json'.length);
    for (; rounds < mostRounds; rounds += 1) {
      const old = await many<{ load_id: number }>(db, selectOldReports({ dataset, days, folder, most: reportsAtOnce }));
      if (old.length === 0) break;
      await Promise.all(old.map(({ load_id: loadId }) => removeReport({ dataset, loadId }, reports, storeFor)));
      await execute(db, updateReportsForgotten(old.map(({ load_id: loadId }) => loadId)));
      forgotten += old.length;
    }
  }
  return forgotten;
}

async function removeReport(
  load: { readonly dataset: string; readonly loadId: number },
  reports: string,
  storeFor: ReportsDeps['storeFor'],
): Promise<void> {
  const { bucket, below, reportKey, pageKey, rejectsKey } = reportPlace(reports, load);
  const store = await storeFor(bucket);
  for (const key of [rejectsKey, pageKey, reportKey]) await store.remove({ bucket, key, below });
}
