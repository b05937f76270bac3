import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ownMetric } from './metrics.ts';
import type { AlarmSpec } from './paging-alarm.ts';
import type { Settings } from '../settings.ts';

/** Written once a load, when it ends. No loads, no values: all is well; a feed that stays away is sweep's to see. */
const missing = TreatMissingData.NOT_BREACHING;

/** What a load itself says. */
export function loadAlarms({ rejectShareAlarm }: Settings): readonly AlarmSpec[] {
  return [
    {
      id: 'ReconciliationMismatch',
      heading: 'counts-do-not-balance',
      says: 'The counts of a load do not balance: rows may be missing.',
      metric: ownMetric('ReconciliationMismatch', 'Sum', 1),
      threshold: 1,
      missing,
    },
    {
      id: 'LoadsRejected',
      heading: 'a-file-was-refused',
      says: 'A file was refused as a whole; the table is as it was.',
      metric: ownMetric('LoadsRejected', 'Sum', 1),
      threshold: 1,
      missing,
    },
    {
      id: 'LoadsHeld',
      heading: 'a-load-waits-for-a-yes',
      says: "A load waits for a person's yes; its table is as it was, and other loads go on.",
      metric: ownMetric('LoadsHeld', 'Sum', 1),
      threshold: 1,
      missing,
    },
    {
      id: 'RejectShare',
      heading: 'many-records-were-rejected',
      says: `At least ${rejectShareAlarm} % of a load's records were rejected.`,
      metric: ownMetric('RejectShare', 'Maximum', 5),
      threshold: rejectShareAlarm,
      missing,
    },
  ];
}
