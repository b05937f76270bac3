/** As many calls as judge slices at once. */
export const runsAtOnce = 8;

/** How many slices of a content that is read from its start one call reads one after the other: each call then decodes it once. */
function slicesOfRun(slices: number, runs: number): number {
  return Math.max(1, Math.ceil(slices / runs));
}

/** Of slices in their order the first one of each run, which stands for those of its run that follow. */
export function firstsOfRuns(wanted: readonly number[], slices: number, runs = runsAtOnce): readonly number[] {
  const length = slicesOfRun(slices, runs);
  const runOf = (slice: number): number => Math.floor(slice / length);
  return wanted.filter((slice, i) => i === 0 || runOf(slice) !== runOf(wanted[i - 1] as number));
}

/** The slice behind the run that a slice is in. */
export function endOfRun(slice: number, slices: number, runs = runsAtOnce): number {
  const length = slicesOfRun(slices, runs);
  return (Math.floor(slice / length) + 1) * length;
}
