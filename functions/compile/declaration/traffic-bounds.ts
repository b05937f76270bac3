/** Least and most of what a load may be told of traffic, by the names of Traffic; declarations and typed options are held to them. */
export const trafficBounds = {
  /** 10 ms: less is round trips alone. A minute: more holds locks and the WAL's horizon for no gain. */
  targetBatchMs: { least: 10, most: 60_000 },
  /** 10 s: whoever comes after a waiting lock waits as long. */
  lockTimeoutMs: { least: 1, most: 10_000 },
  /** A week; above 0. */
  deadlineMinutes: { most: 7 * 24 * 60 },
} as const;
