/** Whether others use a target while a load runs, as it was decided. */
export interface Live {
  readonly isLive: boolean;
  /** In words, for the report: who says so, or what was seen. */
  readonly why: string;
}

/** What the server's statistics and locks show of a target and its partitions, at one moment. */
export interface TargetUse {
  /** By the server's clock, ISO 8601. */
  readonly at: string;
  /** Null where the server counts nothing (track_counts is off). */
  readonly counted: null | {
    /** Rows that were ever inserted, changed or deleted. */
    readonly written: number;
    /** When the newest transaction ended that scanned it or one of its indexes; null: none since the statistics began. */
    readonly scannedAt: string | null;
  };
  /** It has no page: nobody has anything of it. Absent: an earlier version looked. */
  readonly isEmpty?: boolean;
  /** Other sessions that hold a lock on it, as who reads or writes it does. */
  readonly holders: number;
  /** Sessions of others in this database. */
  readonly sessions: number;
}
