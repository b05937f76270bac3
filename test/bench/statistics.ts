/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** A figure over all rounds, in their order. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: readonly number[];
}

/** null where a round could not measure it. */
export function figure(values: readonly (number | null)[]): Figure | null {
  const runs = values.filter((value) => value !== null);
  if (runs.length === 0 || runs.length < values.length) return null;
  return { median: median(runs), min: Math.min(...runs), max: Math.max(...runs), runs };
}

/** Of the medians; null where one of them was not measured. */
export function ratio(ours: Figure | null, theirs: Figure | null): number | null {
  return ours === null || theirs === null ? null : round(ours.median / theirs.median);
}

/** Round by round, which shows how far the ratio of the medians can be trusted. */
export function ratioOfRuns(ours: Figure | null, theirs: Figure | null): readonly number[] | null {
  return ours === null || theirs === null
    ? null
    : ours.runs.map((value, i) => round(value / (theirs.runs[i] ?? Number.NaN)));
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
