import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { datasetNamed } from '../../functions/datasets/named.ts';
import { type Db, maybeOne } from '../../functions/db/client.ts';
import { missingMigrations } from '../../functions/ledger/trust/current-ledger.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { forgetTrial } from '../../functions/ledger/trials/forget-trial.ts';
import { selectDatasetOf, selectJudgedOf, selectUnendedOf } from '../../functions/ledger/trials/trials-sql.ts';
import { readExamples } from '../../functions/operate/rejected/examples.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type LoadRequest, loadRequestSchema } from '../../functions/protocol/states.ts';
import { commandLine, type Context } from '../context.ts';
import { ledgerOwnerOf, type namedDatabase, type Target, withDatabase } from '../database/database.ts';
import { loadOne, type LoadSession } from '../loading/load-one.ts';
import { noView } from '../loading/progress.ts';
import { allSmall, withLoadSession } from '../loading/session.ts';
import type { NamedObject } from '../typed/files.ts';
import { datasetOfObject, datasetProblem } from '../typed/named-datasets.ts';
import { CommandError, UsageError } from '../typed/usage.ts';
import type { JudgedFile } from './checked-project.ts';

interface Judging {
  readonly database: ReturnType<typeof namedDatabase>;
  readonly target: Target;
  /** Of all files; null: each has its own. */
  readonly dataset: string | null;
}

/**
 * What loads of these files would do today: dry runs, each taken out of the ledger when it has ended, with its report in a folder that
 * goes as well. Beside each what the newest load of the same object rejected.
 * @throws CommandError where the database has no ledger of this version: a check makes none.
 */
export async function judgeFiles(
  objects: readonly NamedObject[],
  { database, target, dataset }: Judging,
  context: Context,
): Promise<readonly JudgedFile[]> {
  const problems = dataset === null ? [] : await datasetProblem(dataset, context);
  if (problems.length > 0) throw new UsageError(problems);
  await withDatabase(target, (db) => requireLedger(db, context));
  const reports = mkdtempSync(join(tmpdir(), 'landfall-check-'));
  const inPrivate = { ...context, env: { ...context.env, LANDFALL_REPORTS: pathToFileURL(reports).href } };
  try {
    const small = await allSmall(objects.map((object) => requestOf(object, '-')));
    return await withLoadSession(database, inPrivate, { small }, async (session) => {
      const judged: JudgedFile[] = [];
      for (const object of objects) {
        context.signal.throwIfAborted();
        judged.push(await judgeFile(object, dataset, session, context));
      }
      return judged;
    });
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

async function requireLedger(db: Db, context: Context): Promise<void> {
  const missing = await missingMigrations(db, ledgerOwnerOf(context));
  if (missing.length === 0) return;
  throw new CommandError(
    `--against judges files as a load does, by way of the ledger (schema landfall), which this database lacks or has of an older version; a check changes nothing. Make it first: ${commandLine('migrate')}`,
  );
}

function requestOf({ bucket, key }: NamedObject, dataset: string): LoadRequest {
  return loadRequestSchema.parse({ bucket, key, dataset, dryRun: true, force: true });
}

async function judgeFile(
  object: NamedObject,
  wished: string | null,
  session: LoadSession,
  context: Context,
): Promise<JudgedFile> {
  const found = wished === null ? await datasetFor(object, session, context) : { dataset: wished };
  if (found.dataset === null) return { ...nothing(object, null), message: found.problem ?? null };
  const { dataset } = found;
  const identity = { dataset, bucket: object.bucket, key: object.key };
  const unended = await session.connect((db) =>
    maybeOne<{ load_id: number; outcome: string | null }>(db, selectUnendedOf(identity)),
  );
  if (unended !== null) {
    const state = unended.outcome === null ? 'has not ended' : 'waits for an approval';
    const message = `load ${unended.load_id} of it ${state}, and a dry run would take its place: ${commandLine(`explain ${unended.load_id}`)} says what to do about it`;
    return { ...nothing(object, dataset), message };
  }
  const report = await loadOne(requestOf(object, dataset), session, noView);
  const told = await session.connect(async (db) => ({
    samples: await readExamples(db, report),
    before: await readBefore(db, identity, report),
  }));
  if (report.loadId !== null) await session.connect((db) => forget(db, report.loadId ?? 0, context));
  const { outcome, code = null, message = null, rejectsByCode } = report;
  const counts = report.planned ?? (report.counts.records > 0 ? report.counts : null);
  const judged = { ...nothing(object, dataset), outcome, code, message, counts, rejectsByCode: [...rejectsByCode] };
  return { ...judged, ...told, samples: [...told.samples], more: more(report, told.before) };
}

function nothing({ typed: file }: NamedObject, dataset: string | null): JudgedFile {
  const unknown = { outcome: null, code: null, message: null, counts: null, before: null };
  return { file, dataset, ...unknown, rejectsByCode: [], samples: [], more: [] };
}

/** The dataset that it was loaded into last, where it is still of the project; else the one whose prefix claims it. */
async function datasetFor(
  object: NamedObject,
  session: LoadSession,
  context: Context,
): Promise<
  { readonly dataset: string; readonly problem?: never } | { readonly dataset: null; readonly problem: string }
> {
  const last = await session.connect((db) => maybeOne<{ dataset: string }>(db, selectDatasetOf(object)));
  const { datasets } = await context.project.declared();
  if (last !== null && datasetNamed(last.dataset, datasets) !== null) return { dataset: last.dataset };
  return await datasetOfObject(object, context);
}

async function readBefore(
  db: Db,
  identity: Parameters<typeof selectJudgedOf>[0],
  { object }: LoadReport,
): Promise<JudgedFile['before']> {
  const last = await maybeOne<{ load_id: number; etag: string }>(db, selectJudgedOf(identity));
  if (last === null) return null;
  const { outcome, counts, planned, rejectsByCode } = await readLoadReport(db, last.load_id);
  const { rejected } = outcome === 'LOADED' ? counts : (planned ?? counts);
  const isOther = object.etag !== null && object.etag !== last.etag;
  return { loadId: last.load_id, outcome, rejected, rejectsByCode: [...rejectsByCode], isOther };
}

/** By reason and column. */
function more({ rejectsByCode }: LoadReport, before: JudgedFile['before']): JudgedFile['more'] {
  if (before === null) return [];
  return rejectsByCode.flatMap(({ code, column, rejects }) => {
    const then = before.rejectsByCode.find((each) => each.code === code && each.column === column)?.rejects ?? 0;
    return rejects > then ? [{ code, column, rejects: rejects - then }] : [];
  });
}

/** A role that may not delete from the ledger leaves the dry run in it, as `load --dry-run` does. */
async function forget(db: Db, loadId: number, { err }: Context): Promise<void> {
  try {
    await forgetTrial(db, loadId);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    err(`load ${loadId}, the dry run of this check, stays in the ledger: this role may not delete from it\n`);
  }
}
