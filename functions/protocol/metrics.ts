/**
 * Where CloudWatch keeps them; dimensions: `service`, which is the name of the stack, so that two of one account do not
 * count as one; with and without `dataset`.
 */
export const METRICS_NAMESPACE = 'Landfall';

/** What the functions measure. */
export type MetricName = keyof typeof metrics;

/** Each metric's unit, as CloudWatch names it. */
export const metrics = {
  // report, of a load that has ended; recorder, of one that failed
  LoadsLoaded: 'Count',
  LoadsRejected: 'Count',
  /** That wait for a person's yes from now on. */
  LoadsHeld: 'Count',
  LoadsFailed: 'Count',
  LoadsSuperseded: 'Count',
  RowsInserted: 'Count',
  RowsUpdated: 'Count',
  RowsUnchanged: 'Count',
  RowsRejected: 'Count',
  RowsDuplicate: 'Count',
  /** Of the records of one load. */
  RejectShare: 'Percent',
  LoadMilliseconds: 'Milliseconds',
  ExtractMilliseconds: 'Milliseconds',
  StageMilliseconds: 'Milliseconds',
  ValidateMilliseconds: 'Milliseconds',
  TransformMilliseconds: 'Milliseconds',
  MergeMilliseconds: 'Milliseconds',
  ReportMilliseconds: 'Milliseconds',
  ReconciliationMismatch: 'Count',
  // fetch, of a file that came, and of one that the server has not changed
  FilesFetched: 'Count',
  /** As they landed, after decompression. */
  BytesFetched: 'Bytes',
  FetchesUnchanged: 'Count',
  // sweep, each time it looks at everything
  RunningLoads: 'Count',
  OldestRunningLoadMinutes: 'None',
  /** For which a table has been paused, or a load that runs has waited for others; the longest of them, 0 where none is. */
  LongestWaitMinutes: 'None',
  ExpiredLeases: 'Count',
  OrphanStagingTables: 'Count',
  /** That a load dropped before its merge and that are missing, of tables that no load works on. */
  DroppedIndexes: 'Count',
  UnknownObjects: 'Count',
  /** Since sweep's listing came to its end, of the dataset that waits the longest. */
  OldestListingHours: 'None',
  LateFeeds: 'Count',
  /** Of a dataset that says how often it is expected. */
  MinutesSinceLastLoad: 'None',
} as const;
