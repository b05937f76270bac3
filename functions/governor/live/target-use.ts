import type { Live, TargetUse } from '../../core/traffic/live.ts';
import { one, type Db } from '../../db/client.ts';
import { isHeld } from './is-live.ts';
import { type Looked, selectHolders, selectTargetUse } from './target-use-sql.ts';

/** What is seen of the target now. */
export async function lookAtTarget(db: Db, looked: Looked): Promise<TargetUse> {
  const row = await one<{
    at: string;
    is_counted: boolean;
    written: number;
    scanned_at: string | null;
    is_empty: boolean;
    holders: number;
    sessions: number;
  }>(db, selectTargetUse(looked));
  return {
    at: row.at,
    counted: row.is_counted ? { written: row.written, scannedAt: row.scanned_at } : null,
    isEmpty: row.is_empty,
    holders: row.holders,
    sessions: row.sessions,
  };
}

/** Whether the target is live by its locks at this moment; null where nobody else holds one, which says nothing. */
export async function liveByLocks(db: Db, looked: Looked): Promise<Live | null> {
  const { holders } = await one<{ holders: number }>(db, selectHolders(looked));
  return isHeld(holders);
}
