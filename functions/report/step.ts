import type { z } from 'zod';
import type { reportInput, reportOutput } from '../contract/states.ts';
import { execute, type Db } from '../db/client.ts';
import { readLoad } from '../ledger/load.ts';
import { updateReported } from '../ledger/loads-sql.ts';
import { forgetRejects } from '../ledger/rejects-reading.ts';
import { readLoadReport } from '../ledger/summary.ts';
import type { ObjectStore } from '../objects/store.ts';
import { rejectsFile } from './rejects-file.ts';
import { reportPlace } from './report-place.ts';

/** What Report needs beside its input. */
export interface ReportDeps {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  /** file:///path or s3://bucket/prefix */
  readonly reports: string;
}

/**
 * The state Report: renders report.json and, where there are rejects, rejects.csv, and judges nothing. A
 * dry run leaves no quarantine behind, so its rejects go once they are in the file; until then twice is the same bytes.
 */
export async function report(
  input: z.output<typeof reportInput>,
  { db, storeFor, reports }: ReportDeps,
): Promise<z.input<typeof reportOutput>> {
  const load = await readLoad(db, input.loadId);
  const before = await readLoadReport(db, load.loadId);
  if (load.outcome === 'DRY_RUN' && before.reportPath !== null) {
    await forgetRejects(db, load.loadId);
    return { loadId: load.loadId, outcome: before.outcome, reportPath: before.reportPath };
  }
  const place = reportPlace(reports, load);
  const store = await storeFor(place.bucket);
  const rejectsPath =
    before.counts.rejected === 0
      ? null
      : await store.put({ bucket: place.bucket, key: place.rejectsKey }, rejectsFile(db, load), 'text/csv; charset=utf-8');
  await execute(db, updateReported(load.loadId, place.reportPath, rejectsPath));
  const json = await readLoadReport(db, load.loadId);
  const body = Buffer.from(`${JSON.stringify(json, null, 2)}\n`);
  await store.put({ bucket: place.bucket, key: place.reportKey }, body, 'application/json');
  if (load.outcome === 'DRY_RUN') await forgetRejects(db, load.loadId);
  return { loadId: load.loadId, outcome: json.outcome, reportPath: place.reportPath };
}
