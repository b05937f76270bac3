import { z } from 'zod';
import { loadReportSchema, outcomeSchema } from '../../protocol/outcomes.ts';
import { steps } from '../../protocol/pipeline.ts';
import { isUnbalanced } from '../../protocol/passing-causes.ts';
import { printable } from '../../core/printable.ts';
import { count, duration, oneLine, plural, second } from '../../words/quantities.ts';
import { many, one } from '../../db/client.ts';
import { readProgressOfLoads } from '../../ledger/batches/progress.ts';
import { findLoad } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { type OperationRow, selectOperationsOf } from '../../ledger/operations/operations-sql.ts';
import { readLoadReport } from '../../ledger/loads/summary.ts';
import type { View } from '../../words/view.ts';
import { OperationRefused, noSuchLoad } from '../errors.ts';
import { readExamples } from '../rejected/examples.ts';
import { readMends } from '../rejected/mends.ts';
import { nextSweepRetry, runningRetry } from '../retried.ts';
import { mergingLines, waitSchema } from '../merging-lines.ts';
import { isRunning, readLeases } from '../running.ts';
import { selectHowFar, type ProgressRow } from '../sql.ts';
import { waitWords } from '../../words/wait-words.ts';
import { summary } from '../../words/summary.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

const exampleSchema = z.strictObject({
  /** The key of its object, of a load that has several. */
  object: z.string().exactOptional(),
  code: z.string(),
  column: z.string().nullable(),
  line: z.int().nullable(),
  value: z.string().nullable(),
  /** What its column is of; null: it is of no column. */
  expected: z.string().nullable(),
  message: z.string(),
});

/** report.json, and beside it what only the ledger knows. */
const explained = loadReportSchema.extend({
  outcome: outcomeSchema.nullable(),
  loadId: z.int(),
  target: z.string(),
  running: z.boolean(),
  /** A retry was started and works on nothing yet: it waits for the table or for its object. */
  retrying: z.boolean(),
  attempt: z.int(),
  execution: z.string().nullable(),
  startedAt: z.string(),
  attemptStartedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** What its merge waits for, of a load that runs. */
  wait: waitSchema.nullable(),
  /** The step that a load without an outcome is in, or stopped in, and the one in which a FAILED load stopped. */
  step: z.enum(steps).nullable(),
  done: z.strictObject({ stagedSlices: z.int(), validatedSlices: z.int(), mergedBatches: z.int() }),
  examples: z.array(exampleSchema),
  /** When the sweep retries it by itself, at the earliest; null: it does not. */
  sweepRetry: z.strictObject({ retry: z.int(), of: z.int(), after: z.string() }).nullable(),
  operations: z.array(z.strictObject({ verb: z.string(), by: z.string(), why: z.string().nullable(), at: z.string() })),
});
type Explained = z.infer<typeof explained>;

/** What became of one load, step by step, and what to type next. */
export const explain = defineVerb({
  name: 'explain',
  changes: false,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: explained,
  async run({ loadId }, deps) {
    const load = await findLoad(deps.db, selectLoad(loadId));
    if (load === null) throw new OperationRefused(noSuchLoad(loadId));
    const report = await readLoadReport(deps.db, loadId);
    const far = await one<ProgressRow>(deps.db, selectHowFar(loadId));
    const { outcome, execution } = load;
    const leases = await readLeases(deps);
    // a retry has claimed the load before it gets the table: only with that it works
    const mayWait =
      (outcome === null || outcome === 'FAILED') && !leases.some(({ load_id: holder }) => holder === loadId);
    const retrying = mayWait && (await runningRetry(loadId, deps)) !== null;
    const running = !retrying && (await isRunning({ load_id: loadId, outcome, execution }, leases, deps));
    const [merging] = mergingLines(await readProgressOfLoads(deps.db, running ? [loadId] : []));
    const operations = await many<OperationRow>(deps.db, selectOperationsOf(loadId));
    return {
      ...report,
      loadId,
      outcome,
      target: load.target,
      running,
      wait: merging?.wait ?? null,
      retrying,
      attempt: load.attempt,
      execution,
      ...timesOf(far),
      step: outcome === null || outcome === 'FAILED' ? far.step : null,
      done: {
        stagedSlices: far.staged_slices,
        validatedSlices: far.validated_slices,
        mergedBatches: far.merged_batches,
      },
      examples: (await readExamples(deps.db, report)).map((example) => {
        const column = load.contract?.columns.find(({ name }) => name === example.column);
        return { ...example, expected: column?.type ?? null };
      }),
      ...(report.counts.rejected > 0 && { mends: [...(await readMends(deps.db, load, report))] }),
      sweepRetry: nextSweepRetry({ ...load, endedAt: far.ended_at }, operations),
      operations: operations.map(({ verb, by, why, at }) => ({ verb, by, why, at: at.toISOString() })),
    };
  },
  show(answer, view) {
    const { outcome, examples } = answer;
    const milliseconds = stepsDone(answer).reduce((sum, [, spent]) => sum + spent, 0);
    const state = stateOf(answer);
    const next = nextOf(answer, view);
    return summary(
      { ...answer, outcome: outcome ?? 'FAILED' },
      {
        ...view,
        examples,
        milliseconds: outcome === null ? 0 : milliseconds,
        ...(state === null ? {} : { state }),
        more: [
          ...attemptLines(answer),
          ...plannedLines(answer),
          ...stepLines(answer),
          ...operationLines(answer),
          ...sweepLines(answer),
        ],
        ...(next === null ? {} : { next }),
      },
    );
  },
});

function timesOf(far: ProgressRow): Pick<Explained, 'startedAt' | 'attemptStartedAt' | 'endedAt'> {
  return {
    startedAt: far.started_at.toISOString(),
    attemptStartedAt: far.attempt_started_at?.toISOString() ?? null,
    endedAt: far.ended_at?.toISOString() ?? null,
  };
}

function stateOf({ outcome, running, retrying, attempt, step, wait }: Explained): string | null {
  if (retrying) return 'is being retried; the retry waits for its table or its object';
  if (outcome !== null) return null;
  if (running && attempt === 0) return 'waits for its table or its object';
  if (running) return wait === null ? `runs, in step ${step}` : `runs, in step ${step}: ${waitWords(wait)}`;
  return `unfinished: nobody works on it; it stopped in step ${step}, and what was merged stays`;
}

function attemptLines({
  attempt,
  attemptStartedAt,
  startedAt,
  endedAt,
  target,
  execution,
  outcome,
  step,
}: Explained): readonly string[] {
  const began = attempt > 1 && attemptStartedAt !== null ? `, began ${second(attemptStartedAt)}` : '';
  const ended = endedAt === null ? '' : `, ended ${second(endedAt)}`;
  return [
    `  table       ${printable(target, 200)}`,
    `  attempts    ${attempt}, first ${second(startedAt)}${began}${ended}`,
    ...(outcome === 'FAILED' && attempt > 0 ? [`  stopped     in step ${step}`] : []),
    ...(execution === null ? [] : [`  execution   ${printable(execution, 300)}`]),
  ];
}

/** What would have become of the records, where something else did. */
function plannedLines({ planned }: Explained): readonly string[] {
  if (planned === undefined) return [];
  const rows = Object.entries(planned).filter(([name, records]) => records > 0 && name !== 'records');
  return [`  planned     ${rows.map(([name, records]) => `${count(records)} ${name}`).join(', ')}`];
}

/** Steps with their times. Report is left out until it is written: its time still runs. */
function stepsDone({ milliseconds, reportPath }: Explained): readonly (readonly [string, number])[] {
  return Object.entries<number>(milliseconds).filter(([name]) => name !== 'report' || reportPath !== null);
}

/** Each step with its time, and how much of it is done where it is done in parts. */
function stepLines(answer: Explained): readonly string[] {
  const { done, slices, batches, step } = answer;
  const parts: Readonly<Record<string, string>> = {
    stage: slices === 0 ? '' : `${count(done.stagedSlices)} of ${plural(slices, 'slice')}`,
    validate: slices === 0 ? '' : `${count(done.validatedSlices)} of ${plural(slices, 'slice')}`,
    merge: batches === 0 ? '' : `${count(done.mergedBatches)} of ${plural(batches, 'batch')}`,
  };
  return stepsDone(answer)
    .filter(([name, spent]) => spent > 0 || name === step)
    .map(([name, spent], i) => {
      const told = spent > 0 ? duration(spent) : 'not done';
      return `  ${i === 0 ? 'steps' : '     '}       ${name.padEnd(11)}${told.padEnd(10)}${parts[name] ?? ''}`.trimEnd();
    });
}

function operationLines({ operations }: Explained): readonly string[] {
  return operations.map(({ verb, by, why, at }, i) => {
    const reason = why === null ? '' : `: ${oneLine(why)}`;
    return `  ${i === 0 ? 'operators' : '         '}   ${verb} by ${printable(by, 80)} at ${second(at)}${reason}`;
  });
}

function sweepLines({ sweepRetry, retrying }: Explained): readonly string[] {
  if (sweepRetry === null || retrying) return [];
  const { retry, of, after } = sweepRetry;
  return [`  sweep       retries it by itself after ${second(after)} (${retry} of ${of})`];
}

/** Null: what the summary says of this outcome. */
function nextOf({ outcome, running, retrying, loadId, code }: Explained, { command }: View): string | null {
  if (retrying) return `${command('status')} shows who holds the table`;
  if (outcome === null && running) return `${command(`cancel ${loadId}`)} ends it; what it merged stays`;
  if (outcome === null) return `${command(`retry ${loadId}`)} goes on where it stopped`;
  if (outcome === 'FAILED' && isUnbalanced(code))
    return `find out why (docs/runbook.md#counts-do-not-balance); then ${command(`retry ${loadId} --force`)} compares every row again`;
  if (outcome === 'FAILED' && code === 'CONTRACT_CHANGED')
    return `once the change is done, ${command(`retry ${loadId} --force`)} merges what differs`;
  if (code === 'OLDER_THAN_MERGED')
    return `nothing; or ${command(`retry ${loadId} --force`)} merges it all the same, over what is newer`;
  if (outcome === 'FAILED' && code === 'REPLACED') return `${command('list')} shows the load that replaced it`;
  if (outcome === 'FAILED')
    return `${command(`retry ${loadId}`)} goes on where it stopped (docs/operations.md has the codes)`;
  if (outcome === 'REJECTED') {
    return `correct the file and upload it again; or correct the dataset or the table, then ${command(`retry ${loadId}`)}`;
  }
  return null;
}
