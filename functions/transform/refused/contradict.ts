import { ruleOf } from '../../conflict/all.ts';
import type { Refusal } from '../../conflict/refusal.ts';
import { filledColumns } from '../../core/staging.ts';
import { execute, many, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import { withoutNestedLoops } from '../../db/settings.ts';
import { writeFound } from '../../db/sheltered.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import {
  createContradicting,
  deleteContradictingLosers,
  dropContradicting,
  insertContradicting,
  insertContradictingVerdicts,
  selectContradicting,
  selectContradictingSlices,
  selectSlicesOfOneVersion,
} from './contradict-sql.ts';
import { createLost } from '../kin/lost-sql.ts';

/**
 * Of records of one key and one version there is one content, that of the first: others are rejects, and no duplicates, also where
 * a larger version wins over both. Answers their slices. Costs next to nothing where no version is repeated.
 */
export async function contradict(db: Db, load: PlannedLoad, isSheltered: boolean): Promise<readonly number[]> {
  const { contract, loadId } = load;
  const { duplicates, classify } = ruleOf(contract);
  const [refusal] = classify.refusals(contract);
  if (!duplicates.contradict || refusal === undefined) return [];
  const among = (await many<{ slice: number }>(db, selectSlicesOfOneVersion(loadId))).map(({ slice }) => slice);
  if (among.length === 0) return [];
  const query = selectContradicting(contract, filledColumns(load), loadId, among);
  await execute(db, dropContradicting(loadId));
  // casts to a domain of the target run its CHECK; staging has no statistics
  const found = await withOwnSettings(db, () =>
    withoutNestedLoops(db, () =>
      writeFound(db, isSheltered, { query, write: (records) => createContradicting(loadId, records) }),
    ),
  );
  const slices = found === 0 ? [] : await refuse(db, load, refusal);
  await execute(db, dropContradicting(loadId));
  return slices;
}

async function refuse(db: Db, { contract, loadId }: PlannedLoad, refusal: Refusal): Promise<readonly number[]> {
  const slices = (await many<{ slice: number }>(db, selectContradictingSlices(loadId))).map(({ slice }) => slice);
  await execute(db, createLost(loadId));
  for (const slice of slices) await execute(db, insertContradicting(contract, refusal, loadId, slice));
  await execute(db, insertContradictingVerdicts(loadId));
  await execute(db, deleteContradictingLosers(loadId));
  return slices;
}
