import { filledColumns } from '../../core/staging.ts';
import { execute, one, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { analyzeVerdicts } from '../../ledger/slices/verdicts-sql.ts';
import type { KeyedSlice } from '../keys-sql.ts';
import { dropKinTables, type Kin, makeKin } from './judge-kin.ts';
import { deleteLeftOut } from './kin-sql.ts';
import { type Kinship, kinshipsOf } from './kinship.ts';
import {
  createDepths,
  createFirstDepths,
  createLine,
  dropDepths,
  dropLine,
  indexDepths,
  indexLine,
  insertDepth,
  selectLined,
  selectWhetherTied,
} from './line-sql.ts';
import { createTiesOfFile, dropTies, indexTies } from './ties-sql.ts';

/** The records of a load in the order in which they are merged. */
export interface Line {
  readonly records: number;
  /** The first of those that hang together in a circle; they are merged at once. Null: there are none. */
  readonly knotFrom: number | null;
}

/**
 * Where the load brings parents that the table lacks, children of one batch may want those of another: then all records that pass are
 * copied into one line, parents before their children, and merged along it. Null: nobody waits for anybody.
 */
export async function lineUp(
  db: Db,
  load: PlannedLoad,
  { kinships }: Kin,
  slices: readonly KeyedSlice[],
): Promise<Line | null> {
  const { loadId } = load;
  if (kinships.length === 0) return null;
  const { tied } = await one<{ tied: boolean }>(db, selectWhetherTied(loadId));
  const line = tied ? await makeLine(db, load, { kinships, slices }) : null;
  await dropKinTables(db, loadId, true);
  return line;
}

/**
 * The same line again, of staging that was filled again: while the verdicts are those that were there at the gate, and none of what the
 * target refused since.
 */
export async function lineUpAgain(db: Db, load: PlannedLoad, slices: readonly KeyedSlice[]): Promise<void> {
  const { contract, loadId, fileColumns } = load;
  const kinships = kinshipsOf(contract, filledColumns({ contract, fileColumns }));
  await execute(db, dropLine(loadId));
  await dropKinTables(db, loadId);
  await makeKin(db, load, {
    kinships,
    slices: slices.map(({ slice }) => ({ slice, rejected: 1 })),
    isSheltered: false,
  });
  await makeLine(db, load, { kinships, slices });
  await dropKinTables(db, loadId);
}

async function makeLine(
  db: Db,
  { loadId, contract, fileColumns }: PlannedLoad,
  { kinships, slices }: { readonly kinships: readonly Kinship[]; readonly slices: readonly KeyedSlice[] },
): Promise<Line> {
  await execute(db, analyzeVerdicts(loadId));
  await execute(db, deleteLeftOut(loadId));
  await execute(db, dropTies(loadId));
  await withOwnSettings(db, () => execute(db, createTiesOfFile(kinships, loadId)));
  for (const statement of indexTies(loadId)) await execute(db, statement);
  await makeDepths(db, loadId, kinships.filter(({ parents }) => parents !== null).length > 1);
  const { lined, knotted } = await one<{ lined: number; knotted: number }>(db, selectLined(loadId));
  const numbers = slices.map(({ slice }) => slice);
  await execute(db, createLine(filledColumns({ contract, fileColumns }), loadId, numbers));
  for (const statement of indexLine(loadId)) await execute(db, statement);
  await execute(db, dropDepths(loadId));
  return { records: lined + knotted, knotFrom: knotted === 0 ? null : lined + 1 };
}

/** A level a statement where records may have several parents; else all in one. */
async function makeDepths(db: Db, loadId: number, severalParents: boolean): Promise<void> {
  await execute(db, dropDepths(loadId));
  if (!severalParents) {
    await execute(db, createDepths(loadId));
    return;
  }
  await execute(db, createFirstDepths(loadId));
  for (const statement of indexDepths(loadId)) await execute(db, statement);
  for (let depth = 1; (await execute(db, insertDepth(loadId, depth))) > 0; ) depth += 1;
}
