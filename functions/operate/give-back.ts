import { execute, transaction } from '../db/client.ts';
import { deleteLease, terminateBackends } from '../ledger/leases/leases-sql.ts';
import type { OperateDeps } from './deps.ts';
import { readLeases } from './running.ts';
import type { HeldLease } from './sql.ts';

/** A batch that is being written keeps the lease until it commits: seconds, at most the 30 s of an idle transaction. */
const lockTimeoutMs = 35_000;

/**
 * Gives a table back. As a takeover does it: what the old attempt left running in the server ends first, then the row goes.
 * Nothing happens where another has taken the lease meanwhile.
 */
export async function giveBack(lease: HeldLease, { db }: OperateDeps): Promise<void> {
  await execute(db, terminateBackends(lease.load_id, lease.attempt + 1));
  await transaction(db, { lockTimeoutMs }, () => execute(db, deleteLease(lease.target, lease.token)));
}

/** The table of a load, if it still has one: where nobody recorded that its execution ended, its own retry would wait for that. */
export async function giveBackTable(loadId: number, deps: OperateDeps): Promise<void> {
  const lease = (await readLeases(deps)).find(({ load_id: holder }) => holder === loadId);
  if (lease !== undefined) await giveBack(lease, deps);
}
