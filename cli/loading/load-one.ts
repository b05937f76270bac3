import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadReport, Outcome } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { redact, secretsOf } from '../../functions/core/redact.ts';
import type { Db } from '../../functions/db/client.ts';
import { causeMessage } from '../../functions/words/cause-message.ts';
import type { ExecutionResult } from '../../localstack/embedded/machine/runner.ts';
import { bareReport } from './bare-report.ts';
import { type Target, withDatabase } from '../database/database.ts';
import type { Engine } from './engine.ts';
import { readLoadIdOf } from '../database/ledger-reads.ts';
import type { ProgressView } from './progress.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { watch } from './watch.ts';

export interface LoadSession {
  readonly engine: Engine;
  readonly target: Target;
  /** A connection for a moment; where the server has none left it is waited for. */
  readonly connect: <T>(use: (db: Db) => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
  readonly telemetry: Telemetry;
  /** Where this command's loads write their reports: file:///path or s3://bucket/prefix. */
  readonly reports: string;
}

/** What an execution that ended well answers: Register's output where nothing was to do, else Report's. */
interface Output {
  readonly loadId: number | null;
  readonly outcome: Outcome;
  readonly code?: string | null;
  readonly message?: string | null;
  readonly reportPath?: string | null;
}

/** Runs one load to its end and answers its report, however it ended. Never throws for the load's own faults. */
export async function loadOne(request: LoadRequest, session: LoadSession, view: ProgressView): Promise<LoadReport> {
  if (request.dataset !== undefined) await session.engine.declare();
  const told = session.telemetry.begin(request);
  const execution = session.engine.start(request);
  importAhead();
  const abort = (): void => execution.abort();
  session.signal.addEventListener('abort', abort, { once: true });
  if (session.signal.aborted) abort();
  const watching = watch(execution, session.target, view);
  const result = await execution.result;
  session.signal.removeEventListener('abort', abort);
  await watching;
  const calls = session.engine.takeCalls(execution.id);
  const report =
    result.status === 'SUCCEEDED'
      ? await reportOf(result.output as Output, request, session)
      : await reportOfFailure({ executionId: execution.id, result, request }, session);
  told.end(report, calls);
  return report;
}

/**
 * report.json holds what the ledger says of a load, and has just been written: nothing is asked of the server for it. Only below the
 * folder of this command's own reports, since the path comes from the ledger; null: it has to be asked.
 */
async function writtenReport(
  { reports }: LoadSession,
  { loadId, outcome, reportPath }: Output,
): Promise<LoadReport | null> {
  if (outcome === 'ALREADY_LOADED' || typeof reportPath !== 'string' || !reports.startsWith('file://')) return null;
  const below = fileURLToPath(reports.endsWith('/') ? reports : `${reports}/`);
  if (!reportPath.startsWith(below) || resolve(reportPath) !== reportPath) return null;
  try {
    const report = JSON.parse(await readFile(reportPath, 'utf8')) as LoadReport;
    return report.loadId === loadId && report.outcome === outcome ? report : null;
  } catch {
    return null;
  }
}

/** What is needed once the load has ended, while its functions have yet to come up: the command does nothing meanwhile. */
function importAhead(): void {
  // who needs it imports it, and is told why it cannot be
  import('../../functions/replay/awaited-parents.ts').catch(() => undefined);
}

async function readReport({ connect }: LoadSession, loadId: number): Promise<LoadReport> {
  const { readLoadReport } = await import('../../functions/ledger/loads/summary.ts');
  return await connect((db) => readLoadReport(db, loadId));
}

async function reportOf(output: Output, request: LoadRequest, session: LoadSession): Promise<LoadReport> {
  const { loadId, outcome, code = null, message = null } = output;
  const dataset = request.dataset ?? request.into ?? null;
  if (loadId === null) return bareReport({ object: request, dataset, outcome, code, message });
  const report = (await writtenReport(session, output)) ?? (await readReport(session, loadId));
  // said of this request, not of the load that is in the ledger
  return { ...report, outcome, ...(message === null ? {} : { message }) };
}

interface Failed {
  readonly executionId: string;
  readonly result: Exclude<ExecutionResult, { status: 'SUCCEEDED' }>;
  readonly request: LoadRequest;
}

/** The ledger learns of the failure first. Where it cannot (the server is gone), the report says so and stands alone. */
async function reportOfFailure(failed: Failed, session: LoadSession): Promise<LoadReport> {
  const told = codeAndMessage(failed.result);
  const known = secretsOf(process.env, [session.target.url]);
  try {
    await session.engine.recordEnd(failed);
    const loadId = await withDatabase(session.target, (db) => readLoadIdOf(db, failed.executionId));
    if (loadId === null) return failureReport(failed.request, { ...told, message: redact(told.message, known) });
    const report = await readReport(session, loadId);
    // it had ended before, and what failed is the state that only writes its report
    if (report.outcome === 'FAILED' || report.reportPath !== null) return report;
    return { ...report, message: redact(`its report was not written: ${told.message}`, known) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failureReport(failed.request, {
      ...told,
      message: redact(`${told.message}\nThe ledger could not be told: ${why}`, known),
    });
  }
}

function codeAndMessage(result: Failed['result']): { code: string; message: string } {
  return result.status === 'ABORTED'
    ? { code: 'CANCELLED', message: 'the command was interrupted before the load had begun' }
    : { code: result.error, message: causeMessage(result.cause) };
}

function failureReport(request: LoadRequest, told: { code: string; message: string }): LoadReport {
  return bareReport({ object: request, dataset: request.dataset ?? request.into ?? null, outcome: 'FAILED', ...told });
}
