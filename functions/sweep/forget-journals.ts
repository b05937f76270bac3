import { execute, type Db } from '../db/client.ts';
import { deleteForgottenJournals, updateForgottenJournals } from '../ledger/undos/forgotten-sql.ts';

/** 50 chunks of 500 rows: a few megabytes, which nobody waits long for. */
const chunksAtOnce = 50;

/** 2,500,000 rows a run: what is left goes 15 minutes later. */
const deletesAtMost = 100;

/** So many loads a run. */
const loadsAtMost = 1_000;

/** Forgets journals that are older than their loads keep them, in short transactions; answers how many chunks. */
export async function forgetJournals(db: Db): Promise<number> {
  await execute(db, updateForgottenJournals(loadsAtMost));
  let forgotten = 0;
  for (let deletes = 0; deletes < deletesAtMost; deletes += 1) {
    const deleted = await execute(db, deleteForgottenJournals(chunksAtOnce));
    forgotten += deleted;
    if (deleted < chunksAtOnce) break;
  }
  return forgotten;
}
