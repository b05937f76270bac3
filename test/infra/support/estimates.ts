import type { Step } from '../../../functions/protocol/pipeline.ts';
import { functionSizes } from '../../../infra/functions/function-sizes.ts';
import { calls, type Course, historyEvents, transitions } from './history.ts';
import { prices } from './prices.ts';

/** What docs/performance.md says of one load of clean rows on two cores: wall seconds of its steps. */
export const measured = {
  records: 2_000_000,
  megabytes: 254,
  workers: 2,
  stageSeconds: 3.2,
  validateSeconds: 0.65,
  transformSeconds: 0.6,
  mergeSeconds: 6.4,
  endSeconds: 0.4,
  /** More in transform, where 1 % of the records are bad and 5 % are duplicates. */
  duplicatesSeconds: 3.6,
  /** The longest call on a file of ten lines, its connection included. */
  callMilliseconds: 45,
} as const;

/** Estimates, and nothing else: no account was at hand. */
export const estimated = {
  /** A function in Lambda takes this many times what was measured: a slower core, and a network before database and bucket. */
  lambdaFactor: 2,
  /** Between two states of one execution. */
  stateMilliseconds: 50,
  /** Node starts, the bundle is loaded. */
  coldStartSeconds: 1,
  /** Lambda's three lines and ours. */
  logBytesOfCall: 2_000,
  /** With the state's input or output: the state machine logs all of its history. */
  logBytesOfEvent: 1_000,
  /** Aurora counts a write for so many bytes of changes, a UNLOGGED table's too: its storage is the log. */
  auroraWriteBytes: 4_096,
  /** Into staging and into the table; indexes, reads and the rows' own overhead come to it. */
  auroraWritesOfByte: 2,
} as const;

const gigabytes = measured.megabytes / 1_000;
const perGigabyte = (seconds: number, workers = 1): number => (seconds * workers * estimated.lambdaFactor) / gigabytes;

/** Seconds of function time for 10^9 bytes, by step; those of slices and lanes summed over all of them. */
export const secondsPerGigabyte = {
  stage: perGigabyte(measured.stageSeconds, measured.workers),
  validate: perGigabyte(measured.validateSeconds, measured.workers),
  transform: perGigabyte(measured.transformSeconds),
  transformWithDuplicates: perGigabyte(measured.transformSeconds + measured.duplicatesSeconds),
  merge: perGigabyte(measured.mergeSeconds, measured.workers),
} as const;

/** Records of so many bytes, each as long as those of the benchmark. */
export function recordsIn(bytes: number): number {
  return Math.round((bytes / (measured.megabytes * 1e6)) * measured.records);
}

/** Seconds that a call takes where there is next to nothing to do. */
export const callSeconds = (measured.callMilliseconds / 1_000) * estimated.lambdaFactor;

/** Lambda's GB-seconds of one load, by step: what the bytes take, and what each call takes. */
export function gbSeconds(bytes: number, course: Course): Readonly<Record<Step, number>> {
  const seconds = { ...secondsPerGigabyte, extract: 0, report: 0 };
  const called = calls(course);
  return Object.fromEntries(
    Object.entries(called).map(([step, count]) => {
      const { memoryMb } = functionSizes[step as Step];
      const busy = (seconds[step as Step] * bytes) / 1e9 + count * callSeconds;
      return [step, (busy * memoryMb) / 1_024];
    }),
  ) as Record<Step, number>;
}

/** Bytes that one execution writes into the logs. */
export function logBytes(course: Course): number {
  const called = Object.values(calls(course)).reduce((sum, each) => sum + each, 0);
  return called * estimated.logBytesOfCall + historyEvents(course) * estimated.logBytesOfEvent;
}

/** Aurora's reads and writes for a load of so many bytes, at the least. */
export function auroraIos(bytes: number): number {
  return (bytes * estimated.auroraWritesOfByte) / estimated.auroraWriteBytes;
}

/** Dollars of one load without storage: functions, calls, transitions, reads. */
export function dollarsOfLoad(bytes: number, course: Course, gets: number): number {
  const total = (numbers: Readonly<Record<Step, number>>): number =>
    Object.values(numbers).reduce((sum, each) => sum + each, 0);
  return (
    total(gbSeconds(bytes, course)) * prices.lambdaGbSecond +
    total(calls(course)) * prices.lambdaRequest +
    transitions(course) * prices.stateTransition +
    gets * prices.s3Get
  );
}
