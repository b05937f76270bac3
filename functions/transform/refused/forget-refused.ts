import { ruleOf } from '../../conflict/all.ts';
import { many, type Db } from '../../db/client.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { deleteFoundReasons } from '../../ledger/rejects/reasons/found-reasons-sql.ts';
import { recount } from '../kin/judge-kin.ts';

/** What an earlier run of this load found that the conflict rule refuses: all of it is found anew. Before the slices are read, whose receipts count it. */
export async function forgetRefused(db: Db, load: PlannedLoad): Promise<void> {
  if (ruleOf(load.contract).classify.refusals(load.contract).length === 0) return;
  await recount(db, load, await many<{ slice: number }>(db, deleteFoundReasons(load.loadId, 'conflict')));
}
