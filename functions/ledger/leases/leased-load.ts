import type { Db } from '../../db/client.ts';
import { findLoad, noSuchLoad, type PlannedLoad, plannedLoad, type SealedAttempt } from '../loads/load.ts';
import { selectLoadRenewing } from './leases-sql.ts';
import { leaseSeconds } from './lease.ts';

/** How a state that works on records begins: its load, whose lease ends later from here on. */
export async function readLeasedLoad(db: Db, call: SealedAttempt): Promise<PlannedLoad> {
  const load = await findLoad(db, selectLoadRenewing(call.loadId, call.attempt, leaseSeconds));
  if (load === null) throw noSuchLoad(call.loadId);
  return await plannedLoad(db, load, call);
}
