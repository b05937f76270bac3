import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ownMetric } from './metrics.ts';
import type { AlarmSpec } from './paging-alarm.ts';
import type { PipelineFunctions } from '../functions/pipeline-functions.ts';

/** Sweep comes every quarter of an hour, so that is the shortest period that always has a value. */
const sweepMinutes = 15;

/** Where sweep is silent these stay as they are: its silence has an alarm of its own, and six more would say nothing new. */
const missing = TreatMissingData.IGNORE;

/** How things stand, as sweep finds them in the ledger, and that it looks at all. */
export function sweepAlarms(functions: PipelineFunctions): readonly AlarmSpec[] {
  const standing = { missing, tellsEnd: true } as const;
  return [
    {
      id: 'SweepSilent',
      heading: 'sweep-is-silent',
      says: 'Sweep has not run for an hour: nobody looks for lost events, stuck loads and late feeds.',
      metric: functions.get('sweep').lambda.metricInvocations({ statistic: 'Sum', period: Duration.minutes(60) }),
      threshold: 1,
      below: true,
      missing: TreatMissingData.BREACHING,
      tellsEnd: true,
    },
    {
      id: 'OldestRunningLoad',
      heading: 'a-load-runs-for-long',
      says: 'A load has been running for two hours.',
      metric: ownMetric('OldestRunningLoadMinutes', 'Maximum', sweepMinutes),
      threshold: 120,
      ...standing,
    },
    {
      id: 'LongWait',
      heading: 'a-table-is-kept-waiting',
      says: 'A table has been paused, or a load has waited for others that use its table, for two hours.',
      metric: ownMetric('LongestWaitMinutes', 'Maximum', sweepMinutes),
      // half of the time after which a load gives up by default
      threshold: 120,
      ...standing,
    },
    {
      id: 'ExpiredLeases',
      heading: 'a-lease-has-expired',
      says: 'A table is held by a load that no longer renews its lease.',
      metric: ownMetric('ExpiredLeases', 'Maximum', sweepMinutes),
      threshold: 1,
      // the next load of the table takes it over, which is the normal end; two looks in a row mean that none came
      datapoints: 2,
      periods: 2,
      ...standing,
    },
    {
      id: 'OrphanStagingTables',
      heading: 'staging-was-left-behind',
      says: 'Staging tables of loads that have ended are still there.',
      metric: ownMetric('OrphanStagingTables', 'Maximum', sweepMinutes),
      threshold: 1,
      // an hour: the clean-up after a load that has just ended is not late
      datapoints: 4,
      periods: 4,
      ...standing,
    },
    {
      id: 'DroppedIndexes',
      heading: 'indexes-stay-dropped',
      says: 'Indexes that a load dropped before its merge are not back.',
      metric: ownMetric('DroppedIndexes', 'Maximum', sweepMinutes),
      threshold: 1,
      // sweep builds what it finds: what the third look still finds takes long, or cannot be built
      datapoints: 3,
      periods: 3,
      ...standing,
    },
    {
      id: 'UnknownObjects',
      heading: 'files-are-not-loaded',
      says: 'Files lie in the landing bucket that no load knows, and stay unknown.',
      metric: ownMetric('UnknownObjects', 'Maximum', sweepMinutes),
      threshold: 1,
      // sweep starts what it finds: what the second look still finds, it could not start
      datapoints: 2,
      periods: 2,
      ...standing,
    },
    {
      id: 'SlowListing',
      heading: 'the-listing-does-not-get-round',
      says: 'A dataset has more objects than sweep can list: a file whose event was lost may wait for hours.',
      metric: ownMetric('OldestListingHours', 'Maximum', sweepMinutes),
      // 16 runs: a burst that takes some of them gets round; at two million objects a run, 32 million do not
      threshold: 4,
      ...standing,
    },
    {
      id: 'LateFeeds',
      heading: 'a-feed-is-late',
      says: 'A dataset has not been loaded for longer than it declares.',
      metric: ownMetric('LateFeeds', 'Maximum', sweepMinutes),
      threshold: 1,
      ...standing,
    },
  ];
}
