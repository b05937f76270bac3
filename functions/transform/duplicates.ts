import { execute, many, one, type Db } from '../db/client.ts';
import type { PlannedLoad } from '../ledger/load.ts';
import { insertDuplicates, selectLosingSlices } from '../ledger/verdicts-sql.ts';
import {
  countRepeated,
  createDuplicateKeys,
  createLosers,
  dropDuplicateTables,
  insertLoserVerdicts,
} from './duplicates-sql.ts';
import type { KeyedSlice } from './keys-sql.ts';

/**
 * De-duplicates the load on its typed business key: losers get a verdict and go to the quarantine as duplicates.
 * Answers the slices that have losers.
 */
export async function deduplicate(db: Db, load: PlannedLoad, slices: readonly KeyedSlice[]): Promise<readonly number[]> {
  const { contract, loadId } = load;
  if (slices.length === 0 || (await areDistinct(db, load, slices))) return [];
  await execute(db, dropDuplicateTables(loadId));
  const repeated = await execute(db, createDuplicateKeys(contract, loadId, slices));
  if (repeated > 0) await execute(db, createLosers(contract, loadId, slices));
  const losing = repeated === 0 ? [] : await many<{ slice: number }>(db, selectLosingSlices(loadId));
  for (const { slice } of losing) await execute(db, insertDuplicates(loadId, slice));
  if (repeated > 0) await execute(db, insertLoserVerdicts(loadId));
  await execute(db, dropDuplicateTables(loadId));
  return losing.map(({ slice }) => slice);
}

/** Cheaper than finding the duplicates, and mostly there are none. */
async function areDistinct(db: Db, { contract, loadId }: PlannedLoad, slices: readonly KeyedSlice[]): Promise<boolean> {
  if (contract.businessKey.length !== 1) return false;
  const { repeated } = await one<{ repeated: number }>(db, countRepeated(contract, loadId, slices));
  return repeated === 0;
}
