import { ruleOf } from '../conflict/all.ts';
import { execute, many, one, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import { readingOnly, writeFound } from '../db/sheltered.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import {
  countRepeated,
  createLosers,
  indexLosers,
  insertLoserVerdicts,
  selectLosersOfLoad,
  selectLosingSlices,
  selectRepeated,
} from './duplicates-sql.ts';
import { contradict } from './refused/contradict.ts';
import { fold } from './fold.ts';
import type { KeyedSlice } from './keys-sql.ts';

interface Deduplicated {
  readonly losing: readonly number[];
  readonly contradicting: readonly number[];
}

const nothingRepeated: Deduplicated = { losing: [], contradicting: [] };

/**
 * De-duplicates the load on its typed business key: losers get a verdict, and stand in the losers table until they are in
 * the quarantine. Answers the slices that have losers, and those with records that contradict another one of their version: quarantineLost takes these
 * from there.
 */
export async function deduplicate(
  db: Db,
  load: PlannedLoad,
  slices: readonly KeyedSlice[],
  isSheltered: boolean,
): Promise<Deduplicated> {
  const { contract, loadId } = load;
  if (slices.length === 0 || !ruleOf(contract).demands.key) return nothingRepeated;
  // casts to a domain of the target run its CHECK
  const losers = await withOwnSettings(db, async () => {
    if (await readingOnly(db, isSheltered, () => areDistinct(db, load, slices))) return 0;
    const query = selectRepeated(contract, loadId, slices);
    return await writeFound(db, isSheltered, { query, write: (found) => createLosers(loadId, found) });
  });
  if (losers === 0) return nothingRepeated;
  await execute(db, indexLosers(loadId));
  const contradicting = await contradict(db, load, isSheltered);
  await fold(db, load, { slices, duplicates: selectLosersOfLoad(loadId), isSheltered });
  await execute(db, insertLoserVerdicts(loadId));
  const losing = await many<{ slice: number; losers: number }>(db, selectLosingSlices(loadId));
  return { losing: losing.map(({ slice }) => slice), contradicting };
}

/**
 * Cheaper than finding the duplicates, and mostly there are none. One slice is asked first: where duplicates are common it
 * has some, and the others need not be counted.
 */
async function areDistinct(db: Db, { contract, loadId }: PlannedLoad, slices: readonly KeyedSlice[]): Promise<boolean> {
  if (contract.businessKey.length !== 1) return false;
  const isDistinct = async (some: readonly KeyedSlice[]): Promise<boolean> =>
    (await one<{ repeated: number }>(db, countRepeated(contract, loadId, some))).repeated === 0;
  return (slices.length === 1 || (await isDistinct(slices.slice(0, 1)))) && (await isDistinct(slices));
}
