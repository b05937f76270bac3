import { LoadRejected } from '../protocol/errors.ts';
import type { Contract } from '../core/contract.ts';
import { printable } from '../core/printable.ts';
import type { Db } from '../db/client.ts';
import { readFingerprint } from './read-catalogue.ts';

/**
 * A load writes only into the table that its contract was compiled for.
 * @throws LoadRejected CONTRACT_CHANGED where the table was altered, replaced or dropped since.
 */
export async function assertTargetUnchanged(
  db: Db,
  { loadId, target, contract }: { loadId: number; target: string; contract: Contract },
): Promise<void> {
  if ((await readFingerprint(db, contract.target)) === contract.fingerprint) return;
  throw new LoadRejected(
    'CONTRACT_CHANGED',
    `${printable(target)} was changed while load ${loadId} ran: no further row is written; load the object again with --force once the change is done, it merges what differs`,
  );
}
