import { execute, transaction } from '../db/client.ts';
import { deleteLease, terminateBackends } from '../ledger/leases/leases-sql.ts';
import type { OperateDeps } from './deps.ts';
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
