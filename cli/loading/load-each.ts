import type { Context } from '../context.ts';
import { documentLine } from '../output/documents.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { readExamples } from '../../functions/operate/rejected/examples.ts';
import { shortName } from '../../functions/words/object-name.ts';
import { answers } from '../../functions/words/summary-lines/held-lines.ts';
import { summary } from '../../functions/words/summary.ts';
import { count, duration, plural } from '../../functions/words/quantities.ts';
import { printableLines } from '../../functions/core/printable.ts';
import { commandAt } from '../typed/command-at.ts';
import { exitCode, exitCodeOf } from '../typed/exit-codes.ts';
import { afterLoads } from './after-loads.ts';
import { loadOne, type LoadSession } from './load-one.ts';
import { progressView } from './progress.ts';

/** Where and how reports are told; the URL that was typed, which the next command needs too; whether what is told is a plan. */
export type Telling = Context & {
  readonly json: boolean;
  readonly databaseUrl: string | undefined;
  readonly isPlan?: boolean;
};

/** Loads one after the other and tells of each; answers the exit code. */
export async function loadEach(
  requests: readonly LoadRequest[],
  session: LoadSession,
  context: Telling,
): Promise<number> {
  const outcomes: LoadReport['outcome'][] = [];
  for (const request of requests) {
    const report = await loadAndTell(request, session, context);
    outcomes.push(report.outcome);
    if (context.signal.aborted) return interrupted(report, context);
  }
  await afterLoads({ requests, outcomes }, session, context, (report, of) => context.err(replayed(report, of)));
  return exitCodeOf(outcomes);
}

/** Nobody asked for it, so it is no result of the command. */
function replayed({ loadId, outcome, counts, message }: LoadReport, of: number): string {
  const load = loadId === null ? '' : ` (load ${loadId})`;
  const what =
    outcome === 'LOADED'
      ? `${plural(counts.records - counts.rejected, 'record')} found theirs, ${count(counts.rejected)} wait on`
      : `${outcome}${message === undefined ? '' : `: ${printableLines(message)}`}`;
  return `rejects of load ${of} waited for parents that were loaded now: ${what}${load}\n`;
}

async function loadAndTell(request: LoadRequest, session: LoadSession, context: Telling): Promise<LoadReport> {
  const startedAt = performance.now();
  const report = await loadOne(request, session, progressView(nameOf(request, context.typedIn), context));
  const milliseconds = performance.now() - startedAt;
  if (context.json) {
    context.out(documentLine(report));
    return report;
  }
  const examples = report.rejectsByCode.length === 0 ? [] : await session.connect((db) => readExamples(db, report));
  const command = commandAt(context);
  const told = context.isPlan === true ? planned(report) : {};
  const next = report.outcome === 'HELD' ? { next: answers(report.loadId, command) } : {};
  const isWell = exitCodeOf([report.outcome]) === exitCode.done;
  context.show(summary(report, { folder: context.typedIn, command, examples, milliseconds, ...next, ...told }), isWell);
  context.verbose(`  ${stepTimes(report)}\n`);
  return report;
}

function nameOf(request: LoadRequest, folder: string): string {
  const more = (request.objects?.length ?? 1) - 1;
  return `${shortName(request, folder)}${more === 0 ? '' : ` and ${more} more`}`;
}

/** How a plan is told: what it is, and what carries it out. */
function planned({ outcome }: LoadReport): { readonly isPlan: true; readonly state?: string; readonly next?: string } {
  if (outcome !== 'DRY_RUN') return { isPlan: true };
  const next = '`landfall load` with the same words does this, where nobody else writes meanwhile';
  return { isPlan: true, state: 'plan: this would happen, nothing was changed', next };
}

/** `extract 12 ms, stage 40 ms, ...; 1 slice, 1 batch`: where the time went. */
function stepTimes({ milliseconds, slices, batches }: LoadReport): string {
  const steps = Object.entries(milliseconds).map(([step, ms]) => `${step} ${duration(ms)}`);
  return `${steps.join(', ')}; ${plural(slices, 'slice')}, ${plural(batches, 'batch')}`;
}

function interrupted({ outcome }: LoadReport, context: Context): number {
  context.err(
    outcome === 'FAILED'
      ? 'interrupted; the same command goes on where this one stopped\n'
      : 'interrupted after this file\n',
  );
  return exitCode.interrupted;
}
