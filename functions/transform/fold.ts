import { ruleOf } from '../conflict/all.ts';
import { updatedColumns } from '../core/comparison.ts';
import type { Sql } from '../core/sql.ts';
import { filledColumns } from '../core/staging.ts';
import { execute, many, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import { writeFound } from '../db/sheltered.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { createFolded, dropFolded, selectFolded, selectFoldedSlices, updateFolded } from './fold-sql.ts';
import type { KeyedSlice } from './keys-sql.ts';

/**
 * Where the conflict rule folds the records of one key, the one that is kept takes their values. Before the duplicates have their
 * verdicts, while no record but the rejects has one; again where the staging was filled again.
 * @param duplicates selects slice and record_no.
 */
export async function fold(
  db: Db,
  load: PlannedLoad,
  { slices, duplicates, isSheltered }: { slices: readonly KeyedSlice[]; duplicates: Sql; isSheltered: boolean },
): Promise<void> {
  const { contract, loadId } = load;
  const filled = filledColumns(load);
  if (!ruleOf(contract).duplicates.folds || updatedColumns(contract, filled).length === 0 || slices.length === 0)
    return;
  await execute(db, dropFolded(loadId));
  // casts to a domain of the target run its CHECK
  await withOwnSettings(db, () =>
    writeFound(db, isSheltered, {
      query: selectFolded(contract, filled, { loadId, slices, duplicates }),
      write: (found) => createFolded(loadId, found),
    }),
  );
  for (const { slice } of await many<{ slice: number }>(db, selectFoldedSlices(loadId))) {
    await execute(db, updateFolded(contract, filled, loadId, slice));
  }
  await execute(db, dropFolded(loadId));
}
