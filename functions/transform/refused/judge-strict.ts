import { ruleOf } from '../../conflict/all.ts';
import { execute, many, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { KeyedSlice } from '../keys-sql.ts';
import { createLost, selectLostSlices } from '../kin/lost-sql.ts';
import { insertStrict } from './strict-sql.ts';

/**
 * Where operations are strict: records that insert what is there by then, or update what is not, are rejects. Before duplicates are sought,
 * so that what is refused stands for no other record of its key. Answers the slices that lost records; quarantineLost takes them from there.
 */
export async function judgeStrict(
  db: Db,
  { contract, loadId }: PlannedLoad,
  slices: readonly KeyedSlice[],
): Promise<readonly number[]> {
  const asked = ruleOf(contract).asked?.(contract.conflict);
  if (asked?.strict === undefined || slices.length === 0) return [];
  const { strict } = asked;
  await execute(db, createLost(loadId));
  // casts to a domain of the target run its CHECK
  await withOwnSettings(db, () => execute(db, insertStrict(contract, asked, strict, { loadId, slices })));
  return (await many<{ slice: number }>(db, selectLostSlices(loadId))).map(({ slice }) => slice);
}
