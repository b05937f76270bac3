import { cutToWidth } from '../../functions/words/display-width.ts';
import { printable } from '../../functions/core/printable.ts';
import type { LoadProgress } from '../../functions/ledger/batches/progress.ts';
import type { Step } from '../../functions/protocol/pipeline.ts';
import { bytes, clock, count, oneLine, plural } from '../../functions/words/quantities.ts';
import { mergedWords, waitWords } from '../../functions/words/wait-words.ts';

/** Where a load is, as the ledger tells it. */
export interface Progress
  extends Pick<
      LoadProgress,
      'bytesTotal' | 'bytesStaged' | 'recordsStaged' | 'slices' | 'slicesValidated' | 'rowsPlanned' | 'rowsMerged'
    >,
    Partial<Pick<LoadProgress, 'rowsPerSecond' | 'wait'>> {
  /** 0 where it is not known. */
  readonly loadId: number;
  readonly step: 'begins' | 'waiting' | 'away' | 'held' | Step;
  /** Of a database that is away, or a lock that others hold: what is wrong, and what to do about it. */
  readonly trouble?: string;
}

export interface ProgressView {
  show(progress: Progress): void;
  /** Takes a half-drawn line away, before anything else is printed. */
  clear(): void;
}

/** Where nobody looks. */
export const noView: ProgressView = { show: () => undefined, clear: () => undefined };

/**
 * Progress on stderr. On a terminal one line, rewritten: step, bytes or rows, rate, remaining time. Elsewhere (a log
 * file, CI) one plain line whenever a step begins, and whenever the merge begins to wait, or to go on.
 */
export function progressView(
  object: string,
  screen: { err(text: string): void; redraw(line: string): void; terminalColumns(): number | null },
  now: () => number = () => performance.now(),
): ProgressView {
  const name = printable(object);
  const startedAt = now();
  let stepStartedAt = startedAt;
  let last: Progress | null = null;
  let drawn = false;
  return {
    show(progress) {
      const begins = last?.step !== progress.step;
      if (begins) stepStartedAt = now();
      const waited = last?.wait ?? null;
      const changed = begins || waited?.signal !== progress.wait?.signal;
      last = progress;
      const width = screen.terminalColumns();
      if (width === null) {
        const goesOn = !begins && waited !== null && !progress.wait ? 'goes on: ' : '';
        if (changed) screen.err(`${name}: ${goesOn}${plainLine(progress)}\n`);
        return;
      }
      const times = { sinceStart: now() - startedAt, sinceStep: now() - stepStartedAt };
      screen.redraw(cutToWidth(`${name}  ${terminalLine(progress, times)}`, width - 1));
      drawn = true;
    },
    clear() {
      if (drawn) screen.redraw('');
      drawn = false;
    },
  };
}

function plainLine(progress: Progress): string {
  if (progress.wait && waits(progress)) return waitWords(progress.wait);
  switch (progress.step) {
    case 'begins':
      return 'it begins: the store of the file, or the database, has not answered yet';
    case 'waiting':
      return 'waiting: another load holds the table, or comes first (landfall status shows which)';
    case 'away':
      return `waiting for the database, for half an hour or so; then the load fails, and the same command goes on. ${oneLine(progress.trouble ?? '', Infinity)}`.trimEnd();
    case 'held':
      return `waiting: ${oneLine(progress.trouble ?? '', Infinity)}`.trimEnd();
    case 'extract':
      return 'extract';
    case 'stage':
      return progress.bytesTotal === null ? 'stage, unpacking' : `stage ${bytes(progress.bytesTotal)}`;
    case 'merge':
      return `merge ${progress.rowsMerged === 0 ? plural(progress.rowsPlanned, 'row') : merged(progress)[0]}`;
    case 'report':
      return 'report';
    default:
      return `${progress.step} ${plural(progress.recordsStaged, 'record')}`;
  }
}

function terminalLine(progress: Progress, times: { sinceStart: number; sinceStep: number }): string {
  const { step } = progress;
  if (step === 'begins' || step === 'waiting' || step === 'held') return plainLine(progress);
  if (step === 'away')
    return `waiting for the database  ${clock(times.sinceStep)}  ${oneLine(progress.trouble ?? '', 300)}`;
  const [mergedPart] = merged(progress);
  if (progress.wait && waits(progress)) return `${waitWords(progress.wait)}  ${step === 'merge' ? mergedPart : step}`;
  const { part, percent, rate, left } = progressParts(progress, times, rateOf(progress.recordsStaged, times.sinceStep));
  return [step, part, `${percent} %`, rate, left].filter((text) => text !== '').join('  ');
}

/** How far a load is, in words; empty where nothing is to be said. */
export interface ProgressParts {
  readonly part: string;
  readonly percent: number;
  readonly rate: string;
  readonly left: string;
}

/** @param stagedRate how fast it is staged, in words */
export function progressParts(
  progress: Progress,
  times: { readonly sinceStart: number; readonly sinceStep: number },
  stagedRate: string,
): ProgressParts {
  const { step } = progress;
  const [mergedPart, mergedRate] = merged(progress);
  const done = shareDone(progress, times);
  return {
    part: step === 'stage' ? stagedPart(progress) : step === 'merge' ? mergedPart : '',
    percent: Math.floor(done * 100),
    rate: step === 'stage' ? stagedRate : step === 'merge' ? mergedRate : '',
    left: done > 0.03 && done < 1 ? `${clock((times.sinceStart * (1 - done)) / done)} left` : '',
  };
}

function merged({ rowsPlanned, rowsMerged, rowsPerSecond = null }: Progress): readonly [string, string] {
  return mergedWords(rowsPlanned, rowsMerged, rowsPerSecond);
}

/** Other steps ask nobody. */
function waits({ step }: Progress): boolean {
  return step === 'stage' || step === 'merge';
}

function stagedPart({ bytesStaged, bytesTotal }: Progress): string {
  return bytesTotal === null ? `${bytes(bytesStaged)} unpacked` : `${bytes(bytesStaged)} of ${bytes(bytesTotal)}`;
}

/** In words; empty where too little was seen. */
export function rateOf(rows: number, milliseconds: number): string {
  return rows > 0 && milliseconds > 500 ? `${count(Math.round(rows / milliseconds) * 1_000)} rows/s` : '';
}

/** Shares of wall time, measured over a million rows with 5 % duplicates into an empty table: only the remaining time uses them. */
const share = { stage: 0.2, validate: 0.08, transform: 0.37, merge: 0.35 };

/**
 * How much of the whole load is done, 0 to 1. Transform is a few long statements that tell nothing while they run: its
 * share fills with time, ever slower, by what stage and validate took.
 */
export function shareDone(progress: Progress, times: { sinceStart: number; sinceStep: number }): number {
  const of = (done: number, all: number): number => (all > 0 ? Math.min(1, done / all) : 0);
  const upToTransform = share.stage + share.validate;
  switch (progress.step) {
    case 'begins':
    case 'waiting':
    case 'away':
    case 'held':
    case 'extract':
      return 0;
    case 'stage':
      return share.stage * of(progress.bytesStaged, progress.bytesTotal ?? 0);
    case 'validate':
      return share.stage + share.validate * of(progress.slicesValidated, progress.slices);
    case 'transform': {
      const expected = ((times.sinceStart - times.sinceStep) * share.transform) / upToTransform;
      return upToTransform + share.transform * (1 - Math.exp(-times.sinceStep / Math.max(expected, 1)));
    }
    case 'merge':
      return upToTransform + share.transform + share.merge * of(progress.rowsMerged, progress.rowsPlanned);
    case 'report':
      return 1;
  }
}
