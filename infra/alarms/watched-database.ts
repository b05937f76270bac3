import type { Aurora } from '../data/aurora.ts';
import type { Settings } from '../settings.ts';

/** The target as CloudWatch knows it. */
export interface WatchedDatabase {
  /** DBClusterIdentifier for Aurora, DBInstanceIdentifier for an instance of RDS. */
  readonly dimension: 'DBClusterIdentifier' | 'DBInstanceIdentifier';
  readonly id: string;
  /** It grows by itself: what it may grow to is its limit, not the machine that it has at the moment. */
  readonly serverless: boolean;
  readonly maxConnections: number;
  /** GB (10^9 bytes) that must be free: of the instance's storage, or of what a writer of Aurora has for temporary files. A serverless one tells of none. */
  readonly freeGigabytes: number;
}

/** A sort of one step that did not fit into memory spills less than this; a writer of the smallest class has some 8 GB. */
const localGigabytes = 2;

/** The stack's own Aurora, or the one that is there where the settings say what CloudWatch calls it; else null. */
export function watchedDatabase(settings: Settings, aurora: Aurora | null): WatchedDatabase | null {
  const { databaseClusterId, databaseInstanceId, databaseMaxConnections: maxConnections } = settings;
  if (aurora !== null && settings.aurora !== null) {
    return {
      dimension: 'DBClusterIdentifier',
      id: databaseClusterId ?? aurora.clusterId,
      serverless: true,
      maxConnections: connectionsOf(settings.aurora),
      freeGigabytes: localGigabytes,
    };
  }
  if (databaseClusterId !== undefined) {
    return {
      dimension: 'DBClusterIdentifier',
      id: databaseClusterId,
      serverless: false,
      maxConnections,
      freeGigabytes: localGigabytes,
    };
  }
  if (databaseInstanceId === undefined) return null;
  return {
    dimension: 'DBInstanceIdentifier',
    id: databaseInstanceId,
    serverless: false,
    maxConnections,
    freeGigabytes: settings.databaseFreeGigabytes,
  };
}

/**
 * What Aurora sets max_connections to, or somewhat less: 189 for a maximum of one unit, more than in proportion for more; at
 * most 5,000, and 2,000 where the minimum is below one unit. Source: Aurora's user guide, "Performance and scaling for Aurora
 * Serverless v2".
 */
function connectionsOf({ minUnits, maxUnits }: { readonly minUnits: number; readonly maxUnits: number }): number {
  return Math.min(Math.floor(189 * maxUnits), minUnits < 1 ? 2_000 : 5_000);
}
