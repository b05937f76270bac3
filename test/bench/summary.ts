import { type Figures, figuresOf } from './figures.ts';
import type { Machine } from './machine.ts';
import type { Measured } from './measure.ts';
import type { Grown } from './once.ts';
import type { OurRun } from './ours.ts';
import type { Round } from './rounds.ts';
import type { Setup } from './setup.ts';
import { figure, median, ratio, ratioOfRuns } from './statistics.ts';

/** Everything that was run. */
export interface Runs {
  readonly machine: Machine;
  readonly rounds: readonly Round[];
  readonly baseline: { readonly readBytes: number | null; readonly fileBytes: number };
  readonly fileBytes: number;
  readonly small: { readonly run: OurRun; readonly fileBytes: number } | null;
  readonly grown: Grown | null;
}

export type Summary = ReturnType<typeof summarise>;

/** What `--json` prints: what ran where, the figures, and the ratios of their medians. */
export function summarise(setup: Setup, runs: Runs) {
  const { options } = setup;
  const { rounds } = runs;
  const ours = figuresOf(rounds.map(({ w1 }) => w1.ours));
  return {
    rows: options.rows,
    runs: options.runs,
    seed: options.seed,
    ids: options.sorted ? 'rising' : 'shuffled',
    targetHasChecks: options.checks,
    fileBytes: runs.fileBytes,
    settings: setup.settings,
    server: setup.serverVersion,
    scriptClient: setup.client.label,
    machine: runs.machine,
    w1: appended(ours, rounds),
    w4: repeated(rounds),
    w5: dirty(ours, rounds),
    w7: jsonLines(rounds),
    again: again(runs),
    memory: memory(ours, runs),
    growth: growth(ours, runs, options.rows),
    leftOut,
  };
}

/** Said with every result, so that nobody takes silence for a victory. */
export const leftOut: readonly string[] = [
  'Sling, dlt, pgloader, target-postgres, timescaledb-parallel-copy: this benchmark runs no other tools, installed or not; the peers are SQL scripts',
  'upserts into a large table with more indexes, quoted multi-line text, packed CSV, seeding of an indexed table, live traffic beside a load',
];

function appended(ours: Figures, rounds: readonly Round[]) {
  const f2Runs = rounds.map(({ w1 }) => w1.f2).filter((run) => run !== null);
  const h1Runs = rounds.map(({ w1 }) => w1.h1).filter((run) => run !== null);
  const [f2, h1] = [figuresOf(f2Runs), figuresOf(h1Runs)];
  return {
    ours,
    // where only ours was asked for
    ...(f2Runs.length === 0 ? {} : { f2, h1 }),
    wallRatioToF2: ratio(ours.wallMs, f2.wallMs),
    wallRatioToF2Runs: ratioOfRuns(ours.wallMs, f2.wallMs),
    pipelineRatioToF2: ratio(ours.pipelineMs, f2.wallMs),
    cpuRatioToF2: ratio(ours.cpuMs, f2.cpuMs),
    serverCpuRatioToF2: ratio(ours.serverCpuMs, f2.serverCpuMs),
    walRatioToF2: ratio(ours.walBytes, f2.walBytes),
    wallRatioToH1: ratio(ours.wallMs, h1.wallMs),
    cpuRatioToH1: ratio(ours.cpuMs, h1.cpuMs),
    h1WallRatioToF2: ratio(h1.wallMs, f2.wallMs),
    stepMilliseconds: stepsOf(rounds.map(({ w1 }) => w1.ours)),
  };
}

function repeated(rounds: readonly Round[]) {
  const runs = rounds.map(({ w4 }) => w4).filter((run) => run !== null);
  if (runs.length === 0) return null;
  const ours = figuresOf(runs.map((run) => run.ours));
  const h1 = figuresOf(runs.map((run) => run.h1));
  const h1Distinct = figuresOf(runs.map((run) => run.h1Distinct));
  const h2Distinct = figuresOf(runs.map((run) => run.h2Distinct));
  return {
    ours,
    h1,
    h1Distinct,
    h2Distinct,
    ratioToH1: ratio(ours.wallMs, h1.wallMs),
    ratioToH1Runs: ratioOfRuns(ours.wallMs, h1.wallMs),
    ratioToH1Distinct: ratio(ours.wallMs, h1Distinct.wallMs),
    ratioToH2Distinct: ratio(ours.wallMs, h2Distinct.wallMs),
    /** Of all that the load wrote, the ledger included. */
    walBytes: ours.walBytes?.median ?? null,
    /** Of the records that touch the target; the most of any round. */
    targetWalBytes: Math.max(...runs.map((run) => run.targetWalBytes)),
    stepMilliseconds: stepsOf(runs.map((run) => run.ours)),
  };
}

function dirty(clean: Figures, rounds: readonly Round[]) {
  const runs = rounds.map(({ w5 }) => w5).filter((run) => run !== null);
  if (runs.length === 0) return null;
  const ours = figuresOf(runs);
  return {
    ours,
    ratioToW1: ratio(ours.wallMs, clean.wallMs),
    ratioToW1Runs: ratioOfRuns(ours.wallMs, clean.wallMs),
    counts: runs[0]?.report.counts ?? null,
    stepMilliseconds: stepsOf(runs),
  };
}

function jsonLines(rounds: readonly Round[]) {
  const runs = rounds.map(({ w7 }) => w7).filter((run) => run !== null);
  if (runs.length === 0) return null;
  const compared = (pairs: readonly { readonly ours: OurRun; readonly script: Measured }[]) => {
    const ours = figuresOf(pairs.map((pair) => pair.ours));
    const script = figuresOf(pairs.map((pair) => pair.script));
    return {
      ours,
      script,
      serverCpuRatio: ratio(ours.serverCpuMs, script.serverCpuMs),
      wallRatio: ratio(ours.wallMs, script.wallMs),
      cpuRatio: ratio(ours.cpuMs, script.cpuMs),
    };
  };
  return { plain: compared(runs.map(({ plain }) => plain)), packed: compared(runs.map(({ packed }) => packed)) };
}

/** What the command reads to load nothing, beyond what it reads to load nothing of a small file. */
function again({ rounds, baseline, fileBytes }: Runs) {
  const runs = rounds.map((round) => round.again).filter((run) => run !== null);
  if (runs.length === 0) return null;
  const read = figure(runs.map(({ readBytes }) => readBytes));
  const beyond = read === null || baseline.readBytes === null ? null : read.max - baseline.readBytes;
  return {
    wallMs: figure(runs.map(({ wallMs }) => wallMs)),
    readBytes: read,
    readBytesWhereTheFileIsSmall: baseline.readBytes,
    /** Half of what one reading of the larger file would add settles it: module loading differs by a few kilobytes. */
    fileWasRead: beyond === null ? null : beyond > (fileBytes - baseline.fileBytes) / 2,
  };
}

function memory(ours: Figures, { small, fileBytes, grown }: Runs) {
  if (small === null) return null;
  const [few, many] = [small.run.workerPeakBytes, ours.peakRssBytes?.max ?? null];
  return {
    smallFileBytes: small.fileBytes,
    smallFileWorkerPeakBytes: few,
    fileBytes,
    workerPeakBytes: many,
    ratio: few === null || many === null ? null : many / few,
    ...(grown === null ? {} : { grownFileBytes: grown.fileBytes, grownWorkerPeakBytes: grown.ours.workerPeakBytes }),
    /** The process that runs the state machine, beside the workers. */
    commandPeakBytes: small.run.commandPeakBytes,
  };
}

function growth(ours: Figures, { rounds, grown }: Runs, rows: number) {
  if (grown === null) return null;
  const perRow = (milliseconds: number, of: number): number => (milliseconds * 1_000) / of;
  const few = perRow(ours.wallMs?.median ?? Number.NaN, rows);
  const many = perRow(grown.ours.wallMs, grown.rows);
  const f2 = figuresOf(rounds.map(({ w1 }) => w1.f2).filter((run) => run !== null)).wallMs;
  return {
    rows: [rows, grown.rows],
    microsecondsPerRow: [few, many],
    ratio: many / few,
    /** The same of F2: what a larger index costs anyone. null where F2 was not run. */
    f2Ratio: f2 === null ? null : perRow(grown.f2.wallMs, grown.rows) / perRow(f2.median, rows),
    wallRatioToF2: grown.ours.wallMs / grown.f2.wallMs,
  };
}

/** Medians of the report's own milliseconds: where the time goes. */
function stepsOf(runs: readonly OurRun[]): Readonly<Record<keyof OurRun['report']['milliseconds'], number>> {
  const of = (step: keyof OurRun['report']['milliseconds']): number =>
    median(runs.map(({ report }) => report.milliseconds[step]));
  return {
    extract: of('extract'),
    stage: of('stage'),
    validate: of('validate'),
    transform: of('transform'),
    merge: of('merge'),
    report: of('report'),
  };
}
