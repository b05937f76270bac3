/** Estimates, and nothing else: what docs/performance.md has of one machine, twice as long for Lambda. */
export const estimated = {
  /** A call with next to nothing to do, its connection included. */
  callSeconds: 0.09,
  /** Between two states of one execution. */
  stateSeconds: 0.05,
  /** Merging 10^9 bytes of clean rows in two lanes: 6.4 s for 0.254 of them. */
  mergeSecondsOfGigabyte: (6.4 * 2) / 0.254,
} as const;
