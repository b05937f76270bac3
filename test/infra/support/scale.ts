import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SLICE_BYTES } from '../../../functions/compile/declaration/limits.ts';
import { maxSlices, sliceRanges } from '../../../functions/extract/slice-ranges.ts';
import { secondsToWait } from '../../../functions/extract/wait.ts';
import { databaseAway } from '../../../functions/protocol/database-away.ts';
import { s3Limits } from '../../../functions/objects/s3/s3-limits.ts';
import { functionSizes } from '../../../infra/functions/function-sizes.ts';
import { allStates, type State } from './asl.ts';
import { estimated } from './estimates.ts';
import { type Course, courseByStates, straightCourse, transitions } from './history.ts';

/** AWS's own limits, by its documentation. */
export const awsLimits = {
  historyEvents: 25_000,
  payloadBytes: 256 * 1_024,
  inlineMapItemsAtOnce: 40,
  /** Of a new account's default quota; Lambda keeps 100 of them unreserved. */
  lambdasAtOnce: 1_000,
  unreservedLambdas: 100,
} as const;

/** How many items a Map of the definition works on at the same time; without a limit, as many as Step Functions does. */
export function atOnce(map: 'StageSlices' | 'ValidateSlices' | 'MergeBatches'): number {
  const state = (name: string): State | undefined => allStates().find((each) => each.name === name)?.state;
  const found = state(map) as { MaxConcurrency?: number; MaxConcurrencyPath?: string } | undefined;
  if (found === undefined) throw new Error(`the definition has no Map ${map}`);
  // what PlanSlices is given is the most that it answers there
  if (found.MaxConcurrencyPath !== undefined) return Number(state('PlanSlices')?.Parameters?.['slicesAtMost']);
  return found.MaxConcurrency ?? awsLimits.inlineMapItemsAtOnce;
}

/** Lanes where the settings say nothing. */
export const lanes = 2;

/** A lane's call ends this long before its time is up; the source of merge-lane.ts says when. */
const laneSeconds =
  functionSizes.merge.timeoutSeconds - constantIn('functions/merge/merge-lane.ts', 'marginMs') / 1_000;

/** What one clean load of so many bytes comes to, with nobody else about. */
export interface PlannedLoad {
  readonly slices: number;
  readonly sliceBytes: number;
  readonly callsOfLane: number;
  readonly course: Course;
  readonly gets: number;
}

/** The plan is that of sliceRanges; how many calls a lane takes is an estimate. */
export function loadOf(bytes: number): PlannedLoad {
  const ranges = sliceRanges(0, bytes);
  const slices = ranges.length;
  const sliceBytes = Math.max(...ranges.map(({ rangeStart, rangeEnd }) => rangeEnd - rangeStart));
  const callsOfLane = Math.max(1, Math.ceil((estimated.mergeSecondsOfGigabyte * bytes) / 1e9 / laneSeconds));
  const course = straightCourse({ slices, lanes, callsOfLane });
  return { slices, sliceBytes, callsOfLane, course, gets: getsOf(slices, sliceBytes) };
}

/**
 * Every second guess was wrong, staging was lost once, a tenth of the calls were retried, 16 lanes take 20 calls each, and
 * once the database was away for as long as it may be.
 */
export function wrongCourse(slices: number): Course {
  return {
    passes: { ...courseByStates({ slices, lanes }).passes, StageSlices: 2, Compose: 2, Composed: 2 },
    items: { StageSlices: slices * 1.5, ValidateSlices: slices, MergeBatches: 16 },
    passesOfItem: { MergeLane: 20, LaneMerged: 20, WaitToMerge: 19 },
    retries: slices / 10 + atOnce('StageSlices') * databaseAway.MaxAttempts,
  };
}

/** Per slice its sub-ranges, one window to guess in and one read past its end; once a HEAD and the header. */
function getsOf(slices: number, sliceBytes: number): number {
  return 2 + slices * (Math.ceil(sliceBytes / s3Limits.subRangeBytes) + 2);
}

/** Bytes of the largest object of which every slice still has the wished size. */
export const unraisedBytes = SLICE_BYTES * maxSlices;

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
  const straight = courseByStates({ slices: 1, lanes: 1 });
  return transitions(afterWaiting(seconds, 1, straight)) - transitions(straight);
}

/** A number that a module keeps to itself, read from its source: `const name = 60_000;`. */
export function constantIn(path: string, name: string): number {
  const source = readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
  const [, digits] = new RegExp(`^const ${name} = ([\\d_]+);`, 'mu').exec(source) ?? [];
  if (digits === undefined) throw new Error(`${path} has no number called ${name}`);
  return Number(digits.replaceAll('_', ''));
}
