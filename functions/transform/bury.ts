import { ruleOf } from '../conflict/all.ts';
import { execute, many, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSlices, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { insertTombstones } from '../ledger/batches/tombstones-sql.ts';

/**
 * Tombstones of the keys that a load deletes, in the transaction that passes its gate: from there on it is decided, and no older file
 * comes between. Another run finds them there.
 */
export async function bury(db: Db, { contract, loadId }: PlannedLoad): Promise<void> {
  const asked = ruleOf(contract).asked?.(contract.conflict);
  if (asked === undefined) return;
  const slices = (await many<SliceRow>(db, selectSlices(loadId))).filter(({ records }) => (records ?? 0) > 0);
  await withOwnSettings(db, async () => {
    for (const { slice } of slices) await execute(db, insertTombstones(contract, asked, loadId, slice));
  });
}
