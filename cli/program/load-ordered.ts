import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { UsageError } from '../../functions/operate/errors.ts';
import { type Context, surroundingsOf } from '../context.ts';
import { afterLoads } from '../loading/after-loads.ts';
import { loadOne } from '../loading/load-one.ts';
import { allSmall, withLoadSession } from '../loading/session.ts';
import { chooseDatabase } from '../typed/database-url.ts';
import { LoadError } from './load-error.ts';
import { type LoadOrder, misfits, projectWith, requestOf } from './load-order.ts';

/**
 * As load() says, with the errors of the command.
 * @throws UsageError, ProjectError, CommandError, EmbeddedServerError, LoadError
 */
export async function loadOrdered(order: LoadOrder, signal: AbortSignal): Promise<LoadReport> {
  const wrong = misfits(order);
  if (wrong.length > 0) throw new UsageError(wrong);
  const { context, name } = await contextOf(order, signal);
  const database = chooseDatabase(order.databaseUrl, context.env, context.project.database);
  const asked = await requestOf(order, name, context);
  const problems = [
    ...('problems' in asked ? asked.problems : []),
    ...(database.kind === 'wrong' ? [database.problem.replace(/^--database-url/, 'databaseUrl')] : []),
  ];
  if ('problems' in asked || database.kind === 'wrong') throw new UsageError(problems);
  const { request } = asked;
  const options = { small: await allSmall([request]) };
  const report = await withLoadSession(database, context, options, async (session) => {
    const { onProgress = () => undefined } = order;
    const view = { show: onProgress, clear: () => undefined };
    const loaded = await loadOne(request, session, view);
    if (!signal.aborted) await afterLoads({ requests: [request], outcomes: [loaded.outcome] }, session, context);
    return loaded;
  });
  if (report.outcome === 'FAILED') throw failed(report);
  return report;
}

/** The world of a command that nobody typed. */
async function contextOf(
  { dataset, folder, home, onNotice = () => undefined }: LoadOrder,
  signal: AbortSignal,
): Promise<{ readonly context: Context; readonly name: string | undefined }> {
  const env = { ...process.env, ...(home !== undefined && { LANDFALL_HOME: home }) };
  const surroundings = await surroundingsOf(env, folder ?? process.cwd());
  const { project, name, problems } = await projectWith(surroundings.project, dataset);
  if (problems.length > 0) throw new UsageError(problems);
  const context = {
    ...surroundings,
    project,
    out: onNotice,
    show: onNotice,
    err: onNotice,
    verbose: () => undefined,
    redraw: () => undefined,
    terminalColumns: () => null,
    signal,
  };
  return { context, name };
}

function failed(report: LoadReport): LoadError {
  return new LoadError(report.code ?? 'FAILED', [report.message ?? 'the load failed'], { report });
}
