import type { z } from 'zod';
import type { reportInput, reportOutput } from '../protocol/states.ts';
import type { reportUndoneInput, reportUndoneOutput } from '../protocol/undo/undo-states.ts';
import type { LoadReport } from '../protocol/outcomes.ts';
import { printableLines } from '../core/printable.ts';
import { execute, type Db } from '../db/client.ts';
import { readLoad, type Load } from '../ledger/loads/load.ts';
import { updateReportedAt, updateReportPlace } from '../ledger/loads/loads-sql.ts';
import { readLoadReport } from '../ledger/loads/summary.ts';
import { updateUndoReported } from '../ledger/undos/undos-sql.ts';
import { keepMemoryFlat } from '../objects/flat-memory.ts';
import type { ObjectStore } from '../objects/store.ts';
import type { Emit } from '../runtime/metrics.ts';
import { noteFittingCharsets } from './fitting-charsets.ts';
import { reportPage } from '../page/page.ts';
import { madeBy } from './made-by.ts';
import { loadMetrics } from './load-metrics.ts';
import { pageFacts, readFirstRejects } from './page-facts.ts';
import { rejectsFile } from './rejects-file.ts';
import { reportPlace } from '../runtime/report-place.ts';

/** What Report needs beside its input. */
export interface ReportDeps {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  /** file:///path or s3://bucket/prefix */
  readonly reports: string;
  /** What `--stack` is given in the commands that the page names; null: none is. */
  readonly stack: string | null;
  /** Of Landfall; null: not known. */
  readonly version: string | null;
  readonly emit: Emit;
}

/**
 * The state Report: renders report.json, the same for somebody who looks (report.html) and, where there are rejects, rejects.csv, and
 * judges nothing. The ledger learns
 * of the report last, so that what it names is there; until then a second run writes the same bytes (README.md). A load is measured by
 * the call that reported it.
 */
export async function report(
  input: z.output<typeof reportInput>,
  deps: ReportDeps,
): Promise<z.input<typeof reportOutput>> {
  const { db } = deps;
  const load = await readLoad(db, input.loadId);
  const { loadId } = load;
  const isOwn = load.execution === input.execution;
  const outcome = load.outcome === 'LOADED' && !isOwn ? 'ALREADY_LOADED' : (load.outcome ?? 'FAILED');
  const reportPath = load.reportPath ?? (await writeReport(load, deps));
  return { loadId, outcome, reportPath };
}

/**
 * The state ReportUndone: a report that is there is rendered again, since it says now what became of the load's rows. Nothing is measured: the load
 * was when it ended.
 */
export async function reportUndone(
  { loadId, attempt }: z.output<typeof reportUndoneInput>,
  deps: ReportDeps,
): Promise<z.input<typeof reportUndoneOutput>> {
  const { reportPath } = await readLoadReport(deps.db, loadId);
  if (reportPath !== null) await writeFiles(await readLoad(deps.db, loadId), deps);
  await execute(deps.db, updateUndoReported(loadId));
  return { loadId, attempt, refused: null };
}

async function writeReport(load: Load, deps: ReportDeps): Promise<string> {
  const { reportPath, known } = await writeFiles(load, deps);
  deps.emit({ dataset: load.dataset, loadId: load.loadId, values: loadMetrics(known) });
  return reportPath;
}

async function writeFiles(
  load: Load,
  { db, storeFor, reports, stack, version }: ReportDeps,
): Promise<{ readonly reportPath: string; readonly known: LoadReport }> {
  const { loadId } = load;
  await execute(db, updateReportedAt(loadId));
  const counted = await readLoadReport(db, loadId);
  const known = (await noteFittingCharsets(db, counted)) ? await readLoadReport(db, loadId) : counted;
  const place = reportPlace(reports, load);
  const { bucket, below } = place;
  const store = await storeFor(bucket);
  const rejectsPath =
    known.counts.rejected === 0
      ? null
      : await store.put(
          { bucket, below, key: place.rejectsKey },
          keepMemoryFlat(rejectsFile(db, load)),
          'text/csv; charset=utf-8',
        );
  const { reportPath, pagePath } = place;
  const first = known.counts.rejected === 0 ? null : await readFirstRejects(db, load, known);
  const made = { ...(first !== null && { mends: [...first.mends] }), madeBy: madeBy(db, { stack, version }) };
  // their places are known only to a second run: in their own place they would stand elsewhere then
  const { reportPath: _report, pagePath: _page, rejectsPath: _rejects, ...rest } = known;
  const json = { ...rest, ...made, reportPath, pagePath, rejectsPath };
  // the same value, and safe to look at with cat
  const body = Buffer.from(printableLines(`${JSON.stringify(json, null, 2)}\n`));
  const page = Buffer.from(
    reportPage(await pageFacts(db, load, { report: json, rejects: first?.rejects ?? [], stack })),
  );
  await store.put({ bucket, below, key: place.pageKey }, page, 'text/html; charset=utf-8');
  await store.put({ bucket, below, key: place.reportKey }, body, 'application/json');
  await execute(db, updateReportPlace(loadId, { report: reportPath, page: pagePath, rejects: rejectsPath }));
  return { reportPath, known };
}
