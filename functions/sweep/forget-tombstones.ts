import type { Dataset } from '../compile/declaration/schema.ts';
import { execute, type Db } from '../db/client.ts';
import { deleteOldTombstones } from '../ledger/batches/tombstones-sql.ts';

/** 5,000 rows of 80 bytes: a load that writes tombstones waits for none of them. */
const atOnce = 5_000;

/** 500,000 a run: what is left goes 15 minutes later. */
const deletesAtMost = 100;

/** Forgets which keys were deleted longer ago than datasets keep that, in short transactions; answers how many. */
export async function forgetTombstones(db: Db, datasets: readonly Dataset[]): Promise<number> {
  let forgotten = 0;
  let deletes = 0;
  for (const { name: dataset, keepTombstonesDays: days } of datasets) {
    while (days !== undefined && deletes < deletesAtMost) {
      deletes += 1;
      const deleted = await execute(db, deleteOldTombstones({ dataset, days, most: atOnce }));
      forgotten += deleted;
      if (deleted < atOnce) break;
    }
  }
  return forgotten;
}
