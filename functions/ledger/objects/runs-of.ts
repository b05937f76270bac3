import { runsAtOnce } from '../../content/runs.ts';
import { entersAnywhere } from '../../decoding/steps.ts';
import type { PlannedLoad } from '../loads/load.ts';

/** 8 MiB: some 100,000 records, which one call judges in a second or two. */
const smallBytes = 8 * 1024 * 1024;

/** Whether a call judges one slice after the other: of what is read from its start only, and of several objects. */
export function readsInRuns({ decoding, members }: PlannedLoad): boolean {
  return members !== null || !entersAnywhere(decoding);
}

/** How many calls judge the slices of a load: small objects are judged in one, however many they are. */
export function runsOf({ members, object }: PlannedLoad): number {
  return members !== null && object.sizeBytes <= smallBytes ? 1 : runsAtOnce;
}
