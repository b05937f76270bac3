import type { NotJudged } from '../../protocol/report-parts.ts';
import type { Sql } from '../../core/sql.ts';
import { ruleOf } from '../../conflict/all.ts';
import { filledColumns } from '../../core/staging.ts';
import { readCatalogue } from '../../contract/read-catalogue.ts';
import { execute, many, one, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import { writeFound } from '../../db/sheltered.ts';
import { countWouldBe, updatePlannedBatches, updateRefusedBatches } from '../../ledger/batches/batches-sql.ts';
import { selectWhetherLined, updatePlannedLine } from '../../ledger/batches/line-batches-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';
import { isAtomic } from '../gate/is-atomic.ts';
import type { KeyedSlice } from '../keys-sql.ts';
import {
  createContested,
  createImages,
  dropContested,
  hasContested,
  imageColumns,
  insertContested,
  selectContested,
  selectImages,
} from './contested-sql.ts';
import { sortedIndexes } from './judged-indexes.ts';
import { exclude } from './exclude.ts';
import { isComputed } from './is-computed.ts';
import { notJudged } from './not-judged.ts';
import { acceptChains, acceptFirst, raisePasses, refuseBeaten, refuseWaiting } from './decide-sql.ts';
import {
  createStanding,
  deleteRefusedVerdicts,
  dropStanding,
  indexStanding,
  insertRefusedVerdicts,
  selectRefusedByBatch,
} from './standing-sql.ts';
import { selectRefusingChildren } from './refusing-children-sql.ts';
import { selectUniqueIndexes, type UniqueIndex } from './unique-indexes-sql.ts';

/** What the target's unique indexes, beside the one of its business key, and its exclusion constraints would say to the load. */
export interface Foreseen {
  /** Records that they would refuse; they stand in the standing table with the constraint by its place in `judged`. */
  readonly refused: number;
  readonly judged: readonly JudgedConstraint[];
  readonly notJudged: readonly NotJudged[];
}

/** One that records can be asked about beforehand. */
export interface JudgedConstraint {
  readonly name: string;
  readonly kind: 'unique' | 'exclusion';
}

/** Records that rival for keys that others give up take a round each where they hang together; so many are refused rather than promised. */
const mostRounds = 100;
/** Rounds in which only passes are raised: those of a circle are raised for ever. */
const quietRounds = 10;

/**
 * For a dry run, once the batches are planned: finds the records that another unique index would refuse in the merge, as the
 * merge would come to them, makes them rejects, and corrects what the batches would write; names what else could refuse rows.
 * Reads the target and writes nothing but staging. In the transaction of the verdicts.
 */
export async function foresee(
  db: Db,
  load: PlannedLoad,
  slices: readonly KeyedSlice[],
  isSheltered: boolean,
): Promise<Foreseen> {
  const { contract, loadId } = load;
  const filled = filledColumns(load);
  const indexes = await many<UniqueIndex>(db, selectUniqueIndexes(contract.target.oid));
  const { judged, unknown } = sortedIndexes(indexes, contract, filled);
  await execute(db, dropStanding(loadId));
  await execute(db, dropContested(loadId));
  const isNeeded = judged.length > 0 && slices.length > 0;
  const failed = isNeeded ? await contend(db, load, { slices, judged, isSheltered }) : [];
  const { lined } = await one<{ lined: boolean }>(db, selectWhetherLined(loadId));
  const taken = isNeeded ? await refuse(db, loadId, lined) : 0;
  await execute(db, dropContested(loadId));
  const excluded = await exclude(db, load, { slices, first: judged.length, lined, isSheltered });
  if (excluded.refused > 0) await writeRefused(db, loadId, lined);
  const catalogue = await readCatalogue(db, contract.target);
  const unknownIndexes = [...unknown.map(({ name }) => name), ...failed];
  const { unknown: exclusions } = excluded;
  const notAsked = { filled, fillable: contract.columns, unknownIndexes, exclusions, checks: contract.checks };
  return {
    refused: taken + excluded.refused,
    judged: [
      ...judged.map(({ name }) => ({ name, kind: 'unique' as const })),
      ...excluded.judged.map(({ name }) => ({ name, kind: 'exclusion' as const })),
    ],
    notJudged: catalogue === null ? [] : [...notJudged(catalogue, notAsked), ...(await refusingDeletes(db, load))],
  };
}

/** Whether rows that the file does not hold are deleted before its records come: where one transaction merges all. */
async function goFirst(db: Db, load: Pick<PlannedLoad, 'contract' | 'loadId' | 'objectCount'>): Promise<boolean> {
  const { contract, loadId } = load;
  const { missing, deletes } = ruleOf(contract);
  if (missing === undefined || deletes?.(contract.conflict) !== true) return false;
  const counts = await one<WouldBe>(db, countWouldBe(loadId));
  return counts.deleted > 0 && isAtomic(load, counts);
}

/** Children of other tables that keep a row from being deleted. */
async function refusingDeletes(db: Db, { contract }: PlannedLoad): Promise<readonly NotJudged[]> {
  if (ruleOf(contract).deletes?.(contract.conflict) !== true) return [];
  const children = await many<{ name: string }>(db, selectRefusingChildren(contract.target.oid));
  return children.map(({ name }) => ({ kind: 'foreign key', name }));
}

/** Answers the indexes whose expressions could not be computed for some row: then nothing is known of them. */
async function contend(
  db: Db,
  load: PlannedLoad,
  {
    slices,
    judged,
    isSheltered,
  }: { slices: readonly KeyedSlice[]; judged: readonly UniqueIndex[]; isSheltered: boolean },
): Promise<readonly string[]> {
  const { contract, loadId, fileColumns } = load;
  const columns = imageColumns(judged);
  const images = { loadId, slices: slices.map(({ slice }) => slice), columns };
  await execute(db, createContested(loadId));
  // casts to a domain of the target run its CHECK
  const query = selectImages(contract, filledColumns({ contract, fileColumns }), images);
  const write = (found: Sql): Sql => createImages(loadId, found);
  const hasImages = await isComputed(db, () =>
    withOwnSettings(db, () => writeFound(db, isSheltered, { query, write })),
  );
  if (!hasImages) return judged.map(({ name }) => name);
  const vanishFirst = await goFirst(db, load);
  const failed: string[] = [];
  for (const [number, index] of judged.entries()) {
    const contest = {
      query: selectContested(contract, { loadId, index, number, columns, vanishFirst }),
      write: (found: Sql): Sql => insertContested(loadId, found),
    };
    if (!(await isComputed(db, () => writeFound(db, isSheltered, contest)))) failed.push(index.name);
  }
  return failed;
}

async function refuse(db: Db, loadId: number, lined: boolean): Promise<number> {
  const { contested } = await one<{ contested: boolean }>(db, hasContested(loadId));
  if (!contested) return 0;
  await execute(db, createStanding(loadId, lined));
  for (const index of indexStanding(loadId)) await execute(db, index);
  const refused = await decideStanding(db, loadId);
  await writeRefused(db, loadId, lined);
  return refused;
}

/** All that are refused so far: their verdicts, and what their batches would write without them. */
async function writeRefused(db: Db, loadId: number, lined: boolean): Promise<void> {
  await execute(db, deleteRefusedVerdicts(loadId));
  await execute(db, insertRefusedVerdicts(loadId));
  await execute(db, lined ? updatePlannedLine(loadId) : updatePlannedBatches(loadId));
  await execute(db, updateRefusedBatches(loadId, selectRefusedByBatch(loadId)));
}

/**
 * Round after round: who finds a key taken is refused, who is the first for all of its keys is accepted. Where nobody is for
 * some rounds they wait for each other, as two records that swap a value: then the first of them is refused, as in the merge.
 */
async function decideStanding(db: Db, loadId: number): Promise<number> {
  let refused = 0;
  for (let round = 1, quiet = 0; ; round += 1) {
    const beaten = await execute(db, refuseBeaten(loadId));
    const raised = await execute(db, raisePasses(loadId));
    const accepted = (await execute(db, acceptFirst(loadId))) + (await execute(db, acceptChains(loadId)));
    refused += beaten;
    quiet = beaten + accepted > 0 ? 0 : quiet + 1;
    if (round < mostRounds && (quiet === 0 || (raised > 0 && quiet < quietRounds))) continue;
    const stuck = await execute(db, refuseWaiting(loadId, round < mostRounds ? 1 : null));
    refused += stuck;
    quiet = 0;
    if (stuck === 0 || round >= mostRounds) return refused;
  }
}
