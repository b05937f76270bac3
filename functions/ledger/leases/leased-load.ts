import type { Db } from '../../db/client.ts';
import { type PlannedLoad, readPlannedLoad, type SealedAttempt } from '../loads/load.ts';
import { renew } from './lease.ts';

/** How a state that works on records begins: its load, whose lease ends later from here on. */
export async function readLeasedLoad(db: Db, call: SealedAttempt): Promise<PlannedLoad> {
  const load = await readPlannedLoad(db, call);
  await renew(db, load);
  return load;
}
