import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadReport, Outcome } from '../../functions/contract/outcomes.ts';
import type { LoadRequest } from '../../functions/contract/states.ts';
import type { Db } from '../../functions/db/client.ts';
import { type Execution, type ExecutionResult, explainCause } from '../embedded/runner.ts';
import { bareReport } from './bare-report.ts';
import { type Target, withDatabase } from './database.ts';
import type { Engine } from './engine.ts';
import { readLoadIdOf, readProgressOf } from './ledger-reads.ts';
import type { Progress, ProgressView } from './progress.ts';

export interface LoadSession {
  readonly engine: Engine;
  readonly target: Target;
  /** The command's own connection, for progress. */
  readonly db: Db;
  readonly signal: AbortSignal;
}

/** What an execution that ended well answers: Register's output where nothing was to do, else Report's. */
interface Output {
  readonly loadId: number | null;
  readonly outcome: Outcome;
  readonly code?: string | null;
  readonly message?: string | null;
}

/** Runs one load to its end and answers its report, however it ended. Never throws for the load's own faults. */
export async function loadOne(request: LoadRequest, session: LoadSession, view: ProgressView): Promise<LoadReport> {
  const execution = session.engine.start(request);
  const abort = (): void => execution.abort();
  session.signal.addEventListener('abort', abort, { once: true });
  if (session.signal.aborted) abort();
  const watching = watch(execution, session.db, view);
  const result = await execution.result;
  session.signal.removeEventListener('abort', abort);
  await watching;
  if (result.status === 'SUCCEEDED') return await reportOf(result.output as Output, request, session.target);
  return await reportOfFailure({ executionId: execution.id, result, request }, session);
}

const pollMs = 250;

/** A load without news for this long most likely waits for the table, which another load holds. */
const silentPolls = 6;

const waiting: Progress = {
  step: 'waiting',
  bytesTotal: 0,
  bytesStaged: 0,
  recordsStaged: 0,
  slices: 0,
  slicesValidated: 0,
  rowsPlanned: 0,
  rowsMerged: 0,
};

/** Shows where the load is until it ends. Progress is a courtesy: a connection that breaks ends it, never the load. */
async function watch(execution: Execution, db: Db, view: ProgressView): Promise<void> {
  const over = new AbortController();
  void execution.result.then(() => over.abort());
  try {
    for (let polls = 0; ; polls += 1) {
      await sleep(pollMs, undefined, { signal: over.signal });
      const progress = (await readProgressOf(db, execution.id)) ?? (polls > silentPolls ? waiting : null);
      if (progress !== null && !over.signal.aborted) view.show(progress);
    }
  } catch {
    // the load's end, or no more news of it; the load itself tells how it went
  } finally {
    view.clear();
  }
}

/** A fresh connection: the command's own one may have been lost in a load that survived it. */
async function readReport(target: Target, loadId: number): Promise<LoadReport> {
  const { readLoadReport } = await import('../../functions/ledger/summary.ts');
  return await withDatabase(target, (db) => readLoadReport(db, loadId));
}

async function reportOf(output: Output, request: LoadRequest, target: Target): Promise<LoadReport> {
  const { loadId, outcome, code = null, message = null } = output;
  const dataset = request.dataset ?? request.into ?? null;
  if (loadId === null) return bareReport({ object: request, dataset, outcome, code, message });
  const report = await readReport(target, loadId);
  return { ...report, outcome };
}

interface Failed {
  readonly executionId: string;
  readonly result: Exclude<ExecutionResult, { status: 'SUCCEEDED' }>;
  readonly request: LoadRequest;
}

/** The ledger learns of the failure first. Where it cannot (the server is gone), the report says so and stands alone. */
async function reportOfFailure(failed: Failed, { engine, target }: LoadSession): Promise<LoadReport> {
  const told = reasonOf(failed.result);
  try {
    await engine.recordEnd(failed);
    const loadId = await withDatabase(target, (db) => readLoadIdOf(db, failed.executionId));
    if (loadId !== null) return await readReport(target, loadId);
    return failureReport(failed.request, told);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failureReport(failed.request, { ...told, message: `${told.message}\nThe ledger could not be told: ${why}` });
  }
}

function reasonOf(result: Failed['result']): { code: string; message: string } {
  return result.status === 'ABORTED'
    ? { code: 'CANCELLED', message: 'the command was interrupted before the load had begun' }
    : { code: result.error, message: explainCause(result.cause) };
}

function failureReport(request: LoadRequest, told: { code: string; message: string }): LoadReport {
  return bareReport({ object: request, dataset: request.dataset ?? request.into ?? null, outcome: 'FAILED', ...told });
}
