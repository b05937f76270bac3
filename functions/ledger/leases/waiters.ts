import { backWithinSeconds } from '../../protocol/database-away.ts';
import { execute, many, type Db } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import type { Load } from '../loads/load.ts';
import {
  deleteWaiter,
  deleteWaitersOf,
  selectWaitersBefore,
  type Owner,
  type SignOfLife,
  type Waiter,
  type WaiterRow,
} from './waiters-sql.ts';

/** Who wants the lease, and for which load. */
export interface Wanted extends Waiter {
  /** Whether the process that an embedded lease names still runs. */
  readonly ownerIsAlive: (owner: Owner) => boolean;
  /** Whether a load is refused where newer objects were merged before. */
  readonly isStrict: (load: Load) => boolean;
}

/**
 * 90 s on one machine, where a waiter looks every 15 s at the most: who is dead on another host blocks for less than 2
 * minutes. 840 s on AWS, where a look may come 10 minutes after the one before (extract/wait.ts): less than 15 minutes. Who
 * waited when the server went away keeps its place until it has had the time to look again.
 */
export const signOfLife: SignOfLife = { ofProcess: 90, ofExecution: 840, afterStart: backWithinSeconds };

/** 32: who is further back looks no more often, whatever its place. */
const mostBefore = 32;

/** Live waiters that come first, the first one first; at most 32. */
export async function waitersBefore(db: Db, wanted: Wanted): Promise<readonly WaiterRow[]> {
  const { alive } = await partedWaiters(db, wanted);
  return alive;
}

/** The same, and those whose processes are gone leave the ledger. */
export async function waitersBeforeTidied(db: Db, wanted: Wanted): Promise<readonly WaiterRow[]> {
  for (;;) {
    const { alive, dead } = await partedWaiters(db, wanted);
    for (const { load_id: loadId, execution } of dead) await execute(db, deleteWaiter(loadId, execution));
    if (dead.length === 0) return alive;
  }
}

/** Its execution has ended. A ledger that is older than this version may have no waiters yet. */
export async function forgetWaitersOf(db: Db, execution: string): Promise<void> {
  try {
    await execute(db, deleteWaitersOf(execution));
  } catch (error) {
    if (sqlState(error) !== UNDEFINED_TABLE) throw error;
  }
}

const UNDEFINED_TABLE = '42P01';

async function partedWaiters(db: Db, wanted: Wanted): Promise<{ alive: WaiterRow[]; dead: WaiterRow[] }> {
  const rows = await many<WaiterRow>(db, selectWaitersBefore(wanted.loadId, signOfLife, mostBefore));
  const isAlive = rows.map(({ owner }) => owner === null || wanted.ownerIsAlive(owner));
  return { alive: rows.filter((_, i) => isAlive[i]), dead: rows.filter((_, i) => !isAlive[i]) };
}
