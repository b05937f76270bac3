import { Duration } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from './paging-alarm.ts';
import type { WatchedDatabase } from './watched-database.ts';

/** RDS sends a value a minute as long as the server runs. Its silence has an alarm of its own; the others stay as they are. */
const missing = TreatMissingData.IGNORE;

/** Of the target itself, where CloudWatch knows it: nothing that Landfall writes would tell in time. */
export function databaseAlarms(database: WatchedDatabase | null): readonly AlarmSpec[] {
  if (database === null) return [];
  const ofAll = [silent(database), connections(database), busy(database), transactionIds(database)];
  // a serverless writer tells nothing of its local storage (Aurora's user guide, FreeLocalStorage): the alarm would never go off
  return database.serverless ? ofAll : [...ofAll, disk(database)];
}

function silent(database: WatchedDatabase): AlarmSpec {
  return {
    id: 'DatabaseSilent',
    heading: 'the-database-is-silent',
    says: 'The database has sent no metric for a quarter of an hour: it is stopped, gone, or called otherwise.',
    metric: metricOf(database, 'DatabaseConnections', 'SampleCount'),
    threshold: 1,
    below: true,
    // a failover takes minutes and is no reason to get up
    datapoints: 3,
    periods: 3,
    missing: TreatMissingData.BREACHING,
    tellsEnd: true,
  };
}

/** Four fifths: what is left is enough for somebody to log in and look, and for the last steps of a load. */
function connections(database: WatchedDatabase): AlarmSpec {
  return {
    id: 'DatabaseConnections',
    heading: 'the-database-is-short-of-connections',
    says: `The database has four fifths of its ${database.maxConnections} connections in use.`,
    metric: metricOf(database, 'DatabaseConnections', 'Maximum'),
    threshold: Math.floor(database.maxConnections * 0.8),
    // steps connect and leave: two periods are no peak
    datapoints: 2,
    periods: 3,
    missing,
    tellsEnd: true,
  };
}

/** Half an hour: a load of some gigabytes is over by then (docs/scale.md), and who else waits has waited long enough. */
function busy(database: WatchedDatabase): AlarmSpec {
  const name = database.serverless ? 'ACUUtilization' : 'CPUUtilization';
  const halfAnHour = { datapoints: 6, periods: 6 };
  return {
    id: 'DatabaseBusy',
    heading: 'the-database-works-at-its-limit',
    says: database.serverless
      ? 'The database has been at the most units that it may have for half an hour.'
      : 'The processors of the database have been busy for half an hour.',
    metric: metricOf(database, name, 'Average'),
    // of units the top itself; processors at nine tenths already let everybody wait
    threshold: database.serverless ? 99 : 90,
    ...halfAnHour,
    missing,
    tellsEnd: true,
  };
}

function disk(database: WatchedDatabase): AlarmSpec {
  const instance = database.dimension === 'DBInstanceIdentifier';
  return {
    id: 'DatabaseDisk',
    heading: 'the-database-runs-out-of-disk',
    says: `The database has less than ${database.freeGigabytes} GB of disk left${instance ? '' : ' for temporary files'}.`,
    metric: metricOf(database, instance ? 'FreeStorageSpace' : 'FreeLocalStorage', 'Minimum'),
    threshold: database.freeGigabytes * 1e9,
    below: true,
    missing,
    tellsEnd: true,
  };
}

/**
 * Autovacuum freezes a table at 200 million, and the server refuses to write shortly before 2.1 billion. One billion is five
 * times what it lets happen by itself and half of what there is: weeks are left.
 */
function transactionIds(database: WatchedDatabase): AlarmSpec {
  return {
    id: 'DatabaseTransactionIds',
    heading: 'transaction-ids-run-out',
    says: 'A billion transactions have not been frozen by vacuum; before two billions the database stops writing.',
    metric: metricOf(database, 'MaximumUsedTransactionIDs', 'Maximum'),
    threshold: 1e9,
    missing,
    tellsEnd: true,
  };
}

function metricOf(database: WatchedDatabase, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/RDS',
    metricName,
    dimensionsMap: { [database.dimension]: database.id },
    statistic,
    period: Duration.minutes(5),
  });
}
