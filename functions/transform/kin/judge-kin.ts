import { keptBytesAtMost } from '../../compile/declaration/limits.ts';
import { ruleOf } from '../../conflict/all.ts';
import { filledColumns } from '../../core/staging.ts';
import { execute, many, one, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import { writeFound } from '../../db/sheltered.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { addReasons, deleteFoundReasons } from '../../ledger/rejects/reasons/found-reasons-sql.ts';
import { countSliceRejects } from '../../ledger/rejects/rejects.ts';
import { selectSlice, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import { analyzeVerdicts } from '../../ledger/slices/verdicts-sql.ts';
import type { KeyedSlice } from '../keys-sql.ts';
import { analyzeKin, createKin, deleteLeftOut, dropKin, selectKin } from './kin-sql.ts';
import { type Kinship, kinshipsOf } from './kinship.ts';
import { createLost, dropLost, insertLost, insertLostVerdicts, selectLostSlices } from './lost-sql.ts';
import { selectMoreReasons, updateLostReasons } from './reasons-sql.ts';
import { createNoneRefused, createRefused, dropRefused, selectRefused } from './refused-sql.ts';
import { createTies, dropTies, indexTies } from './ties-sql.ts';

/** The foreign keys of a load's target to itself, judged over the whole load. */
export interface Kin {
  readonly kinships: readonly Kinship[];
  /** Slices with records that were refused for them. */
  readonly losing: readonly number[];
}

/** What an earlier run of this load found: all of it is found anew. Before the slices are read, whose receipts count it. */
export async function forgetKin(db: Db, load: PlannedLoad): Promise<void> {
  if (load.contract.selfForeignKeys === undefined) return;
  await recount(db, load, await many<{ slice: number }>(db, deleteFoundReasons(load.loadId, 'constraint')));
}

/**
 * A record that points to its own table passes where its parent stands there, where the file brings it and it passes itself, or where
 * it is its own parent: the largest such set, so circles pass. Rejects go down to the last descendant. Set-based: one join with
 * the table, one of the file with itself, one pass down from what is lost. In the transaction of the verdicts, before duplicates are
 * sought: what is refused here beats nobody.
 */
export async function judgeKin(
  db: Db,
  load: PlannedLoad,
  slices: readonly SliceRow[],
  isSheltered: boolean,
): Promise<Kin> {
  const { contract, loadId, fileColumns } = load;
  const kinships = kinshipsOf(contract, filledColumns({ contract, fileColumns }));
  if (kinships.length === 0 || slices.length === 0) return { kinships: [], losing: [] };
  await makeKin(db, load, { kinships, slices, isSheltered });
  await makeRefused(db, load, { kinships, slices, isSheltered });
  await execute(db, createLost(loadId));
  const more = addReasons(loadId, selectMoreReasons(kinships, loadId));
  const added = await withOwnSettings(db, () => many<{ slice: number }>(db, more));
  await recount(db, load, added);
  await loseKin(db, load, kinships);
  return { kinships, losing: await losingSlices(db, loadId) };
}

/**
 * Once the duplicates have their verdicts. Where a parent is found by other columns than the business key, the record that stands for
 * its key need not be the one that was pointed to: then the rest is judged once more.
 */
export async function judgeKinAgain(
  db: Db,
  load: PlannedLoad,
  { kinships, losing }: Kin,
  { slices, isSheltered }: { slices: readonly KeyedSlice[]; isSheltered: boolean },
): Promise<Kin> {
  const { contract, loadId } = load;
  if (kinships.length === 0 || slices.length === 0) return { kinships, losing };
  await execute(db, analyzeVerdicts(loadId));
  if (ruleOf(contract).duplicates.folds) {
    await execute(db, dropKin(loadId));
    await makeKin(db, load, { kinships, slices: slices.map(({ slice }) => ({ slice, rejected: 1 })), isSheltered });
  } else await execute(db, deleteLeftOut(loadId));
  if (kinships.every(({ isOnKey }) => isOnKey)) return { kinships, losing };
  await loseKin(db, load, kinships);
  return { kinships, losing: await losingSlices(db, loadId) };
}

/** What is no more needed once the records are in their line; the lost ones stay until they are in the quarantine. */
export async function dropKinTables(db: Db, loadId: number, keepsLost = false): Promise<void> {
  for (const drop of [dropKin, dropTies, dropRefused]) await execute(db, drop(loadId));
  if (!keepsLost) await execute(db, dropLost(loadId));
}

interface Among {
  readonly kinships: readonly Kinship[];
  readonly isSheltered: boolean;
}

/** Casts to a domain of the target run its CHECK. */
export async function makeKin(
  db: Db,
  { loadId }: PlannedLoad,
  { kinships, slices, isSheltered }: Among & { readonly slices: readonly KeyedSlice[] },
): Promise<void> {
  const query = selectKin(
    kinships,
    loadId,
    slices.map(({ slice, rejected }) => ({ slice, hasVerdicts: rejected > 0 })),
  );
  await withOwnSettings(db, () => writeFound(db, isSheltered, { query, write: (found) => createKin(loadId, found) }));
  await execute(db, analyzeKin(loadId));
}

async function makeRefused(
  db: Db,
  load: PlannedLoad,
  { kinships, slices, isSheltered }: Among & { readonly slices: readonly SliceRow[] },
): Promise<void> {
  const { loadId } = load;
  const some = slices
    .filter(({ rejected }) => rejected > 0)
    .map(({ slice, rawRecords }) => ({ slice, hasRaw: (rawRecords ?? 0) > 0 }));
  if (some.length === 0) {
    await execute(db, createNoneRefused(loadId, kinships));
    return;
  }
  const query = selectRefused(kinships, load, some);
  await withOwnSettings(db, () =>
    writeFound(db, isSheltered, { query, write: (found) => createRefused(loadId, found) }),
  );
}

/** Down from who points nowhere; again where records had several parents to choose from, until no more are lost. */
async function loseKin(db: Db, { loadId }: PlannedLoad, kinships: readonly Kinship[]): Promise<void> {
  await execute(db, dropTies(loadId));
  // comparisons may be those of an extension, and code of the target's owner
  await withOwnSettings(db, () => execute(db, createTies(kinships, loadId)));
  for (const statement of indexTies(loadId)) await execute(db, statement);
  let found = 0;
  for (;;) {
    const more = await execute(db, insertLost(loadId));
    if (more === 0) break;
    found += more;
  }
  if (found === 0) return;
  await execute(db, insertLostVerdicts(loadId));
  await withOwnSettings(db, () => execute(db, updateLostReasons(kinships, loadId)));
}

async function losingSlices(db: Db, loadId: number): Promise<readonly number[]> {
  return (await many<{ slice: number }>(db, selectLostSlices(loadId))).map(({ slice }) => slice);
}

/** Their receipts count what the quarantine holds now. */
export async function recount(db: Db, load: PlannedLoad, slices: readonly { readonly slice: number }[]): Promise<void> {
  for (const { slice } of slices) await recountSlice(db, load, slice);
}

/** One of them. */
export async function recountSlice(db: Db, { loadId, epoch, contract }: PlannedLoad, slice: number): Promise<void> {
  const { records, baseRecord, baseLine } = await one<SliceRow>(db, selectSlice(loadId, slice));
  if (records === null || baseRecord === null || baseLine === null) throw new Error(`slice ${slice} has no receipt`);
  const maxKeptBytes = keptBytesAtMost(contract.limits);
  await countSliceRejects(db, { loadId, slice, baseRecord, baseLine, records, maxKeptBytes }, epoch);
}
