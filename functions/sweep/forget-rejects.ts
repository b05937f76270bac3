import type { Dataset } from '../compile/declaration/schema.ts';
import { execute, type Db } from '../db/client.ts';
import { deleteOldRejects, forgetSamples } from '../ledger/rejects/retention-sql.ts';

/** 5,000 rejects of a kilobyte: nobody who reads the quarantine waits long for so many. */
const rejectsAtOnce = 5_000;

/** 500,000 a run: what is left goes 15 minutes later. */
const deletesAtMost = 100;

/** As many as a load has at most. */
const slicesAtOnce = 1_000;

/** Forgets what is older than datasets keep it, samples of cleaned cells too, in short transactions; answers how many records. */
export async function forgetRejects(db: Db, datasets: readonly Dataset[]): Promise<number> {
  let forgotten = 0;
  let deletes = 0;
  for (const { name: dataset, keepRejectsDays: days } of datasets) {
    while (days !== undefined && deletes < deletesAtMost) {
      deletes += 1;
      const deleted = await execute(db, deleteOldRejects({ dataset, days, most: rejectsAtOnce }));
      forgotten += deleted;
      if (deleted < rejectsAtOnce) break;
    }
    if (days !== undefined) await execute(db, forgetSamples({ dataset, days, most: slicesAtOnce }));
  }
  return forgotten;
}
