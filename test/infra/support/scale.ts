import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SLICE_BYTES } from '../../../functions/compile/declaration/limits.ts';
import { maxSlices, sliceRanges } from '../../../functions/extract/slice-ranges.ts';
import { secondsToWait } from '../../../functions/extract/wait.ts';
import { s3Limits } from '../../../functions/objects/s3/s3-limits.ts';
import { functionSizes } from '../../../infra/functions/function-sizes.ts';
import { allStates } from './asl.ts';
import { callSeconds, dollarsOfLoad, estimated, secondsPerGigabyte } from './estimates.ts';
import { type Course, calls, straightCourse, transitions } from './history.ts';

/** AWS's own limits, by its documentation. */
export const awsLimits = {
  historyEvents: 25_000,
  payloadBytes: 256 * 1_024,
  inlineMapItemsAtOnce: 40,
  lambdaSeconds: 900,
  /** Of a new account's default quota; Lambda keeps 100 of them unreserved. */
  lambdasAtOnce: 1_000,
  unreservedLambdas: 100,
  s3GetsASecond: 5_500,
  objectTerabytes: 50,
  /** Above it AWS advises against database tokens of IAM. */
  iamConnectionsASecond: 200,
} as const;

/** How many items a Map of the definition works on at the same time; without a limit, as many as Step Functions does. */
export function atOnce(map: 'StageSlices' | 'ValidateSlices' | 'MergeBatches'): number {
  const found = allStates().find(({ name }) => name === map)?.state as { MaxConcurrency?: number } | undefined;
  if (found === undefined) throw new Error(`the definition has no Map ${map}`);
  return found.MaxConcurrency ?? awsLimits.inlineMapItemsAtOnce;
}

/** Lanes where the settings say nothing. */
export const lanes = 2;

/** A lane's call ends this long before its time is up; the source of merge-lane.ts says when. */
const laneSeconds =
  functionSizes.merge.timeoutSeconds - constantIn('functions/merge/merge-lane.ts', 'marginMs') / 1_000;

/** What one clean load of so many bytes comes to, with nobody else about. */
export interface LoadArithmetic {
  readonly slices: number;
  readonly sliceBytes: number;
  readonly stageSliceSeconds: number;
  readonly validateSliceSeconds: number;
  readonly transformSeconds: number;
  readonly transformWithDuplicatesSeconds: number;
  readonly stageSeconds: number;
  readonly validateSeconds: number;
  readonly mergeSeconds: number;
  readonly callsOfLane: number;
  readonly course: Course;
  readonly gets: number;
  readonly dollars: number;
}

/** The plan is that of sliceRanges; the seconds are estimates (estimates.ts). */
export function loadOf(bytes: number): LoadArithmetic {
  const ranges = sliceRanges(0, bytes);
  const sliceBytes = Math.max(...ranges.map(({ rangeStart, rangeEnd }) => rangeEnd - rangeStart));
  const gigabytes = bytes / 1e9;
  const mergeSeconds = (secondsPerGigabyte.merge * gigabytes) / lanes;
  const callsOfLane = Math.max(1, Math.ceil(mergeSeconds / laneSeconds));
  const course = straightCourse({ slices: ranges.length, lanes, callsOfLane });
  const gets = getsOf(ranges.length, sliceBytes);
  const among = (map: 'StageSlices' | 'ValidateSlices'): number => Math.min(atOnce(map), ranges.length);
  return {
    slices: ranges.length,
    sliceBytes,
    stageSliceSeconds: (secondsPerGigabyte.stage * sliceBytes) / 1e9,
    validateSliceSeconds: (secondsPerGigabyte.validate * sliceBytes) / 1e9,
    transformSeconds: secondsPerGigabyte.transform * gigabytes,
    transformWithDuplicatesSeconds: secondsPerGigabyte.transformWithDuplicates * gigabytes,
    stageSeconds: (secondsPerGigabyte.stage * gigabytes) / among('StageSlices'),
    validateSeconds: (secondsPerGigabyte.validate * gigabytes) / among('ValidateSlices'),
    mergeSeconds,
    callsOfLane,
    course,
    gets,
    dollars: dollarsOfLoad(bytes, course, gets),
  };
}

/** Per slice its sub-ranges, one window to guess in and one read past its end; once a HEAD and the header. */
function getsOf(slices: number, sliceBytes: number): number {
  return 2 + slices * (Math.ceil(sliceBytes / s3Limits.subRangeBytes) + 2);
}

/** GETs a second of all workers that stage at the same time. */
export function getsASecond(): number {
  return (atOnce('StageSlices') * 1e9) / secondsPerGigabyte.stage / s3Limits.subRangeBytes;
}

/** Bytes of the largest object of which every slice still has the wished size. */
export const unraisedBytes = SLICE_BYTES * maxSlices;

/** Bytes of one object that Transform is done with in the time of one call. */
export function transformLimitBytes(kind: 'clean' | 'with duplicates'): number {
  const seconds = kind === 'clean' ? secondsPerGigabyte.transform : secondsPerGigabyte.transformWithDuplicates;
  return (functionSizes.transform.timeoutSeconds / seconds) * 1e9;
}

/** A file of a few records. */
export function smallLoad(): { course: Course; calls: number; transitions: number; seconds: number; dollars: number } {
  const course = straightCourse({ slices: 1, lanes });
  const called = Object.values(calls(course)).reduce((sum, each) => sum + each, 0);
  const entered = transitions(course);
  return {
    course,
    calls: called,
    transitions: entered,
    seconds: called * callSeconds + (entered * estimated.stateMilliseconds) / 1_000,
    dollars: dollarsOfLoad(0, course, getsOf(1, 1)),
  };
}

/** How often a load that is next looks for the lease of its target, when it gets it after so many seconds. */
export function looksAtLease(seconds: number, slices: number): number {
  let waited = 0;
  let looks = 1;
  while (waited < seconds) {
    const held = { place: 0, stillSeconds: waited, onOneMachine: false };
    waited += secondsToWait({ ...held, looks, waitedSeconds: waited, slices });
    looks += 1;
  }
  return looks;
}

/** The course of a load that waits so long before it begins. */
export function afterWaiting(seconds: number, slices: number, course: Course): Course {
  const looks = looksAtLease(seconds, slices);
  const waiting = { AcquireLease: looks, LeaseAcquired: looks, WaitForLease: looks - 1 };
  return { ...course, passes: { ...course.passes, ...waiting } };
}

/** What waiting so long enters beyond the one look of a load that does not wait. */
export function transitionsOfWaiting(seconds: number): number {
  const straight = straightCourse({ slices: 1, lanes });
  return transitions(afterWaiting(seconds, 1, straight)) - transitions(straight);
}

/** A number that a module keeps to itself, read from its source: `const name = 60_000;`. */
export function constantIn(path: string, name: string): number {
  const source = readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
  const [, digits] = new RegExp(`^const ${name} = ([\\d_]+);`, 'mu').exec(source) ?? [];
  if (digits === undefined) throw new Error(`${path} has no number called ${name}`);
  return Number(digits.replaceAll('_', ''));
}
