import { ruleOf } from '../../conflict/all.ts';
import { execute, one, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import { readingOnly, writeFound } from '../../db/sheltered.ts';
import {
  closeVanishingBatches,
  insertVanishingBatches,
  selectAfterBatches,
} from '../../ledger/batches/vanishing-batches-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { SliceRow } from '../../ledger/slices/slices-sql.ts';
import { updateRowsBefore } from '../../ledger/batches/replaced-sql.ts';
import {
  countJudged,
  countStanding,
  countUnreadKeys,
  createVanishing,
  dropVanishing,
  type HalvedSlice,
  indexVanishing,
  selectVanishing,
} from './vanishing-sql.ts';

/** The widest batch, as of records. */
const widestBatch = 250_000;

/** What becomes of the rows of the target that the file does not hold. */
export interface Vanishing {
  /** As many go. */
  readonly rows: number;
  /** None goes, since so many rejects have a key that nobody can read: each may be any row's. */
  readonly unread: number;
}

/** Under most rules what the file does not hold stays. */
const none: Vanishing = { rows: 0, unread: 0 };

/** A slice, and whether any of its records has a verdict. */
type StagedSlice = Pick<SliceRow, 'slice' | 'records' | 'rawRecords' | 'rejected'> & { readonly hasVerdicts: boolean };

function halved({ slice, rawRecords, rejected, hasVerdicts }: StagedSlice): HalvedSlice {
  return { slice, rawRecords, rejected: hasVerdicts ? Math.max(1, rejected) : 0 };
}

/**
 * Where the conflict rule takes the file for the whole truth: finds the rows of the target, or of the load's scope, that it does not
 * hold. A file without an accepted record is the truth of nothing. Before the records are classified, while only rejects and
 * duplicates have verdicts.
 * @param isSheltered as in db/sheltered.ts.
 */
export async function findVanishing(
  db: Db,
  load: PlannedLoad,
  staged: readonly StagedSlice[],
  isSheltered: boolean,
): Promise<Vanishing> {
  const { contract, loadId, fileColumns } = load;
  await execute(db, updateRowsBefore(loadId, null));
  const { missing } = ruleOf(contract);
  if (missing === undefined) return none;
  const held = { contract, fileColumns, loadId, slices: staged.map(halved) };
  const { judged } = await one<{ judged: number }>(db, countJudged(loadId));
  const accepted = staged.reduce((sum, { records }) => sum + (records ?? 0), 0) > judged;
  return await withOwnSettings(db, async () => {
    const counted = await readingOnly(db, isSheltered, async () => ({
      ...(await one<{ rows: number }>(db, countStanding(held, missing))),
      ...(await one<{ unread: number }>(db, countUnreadKeys(held))),
    }));
    await execute(db, updateRowsBefore(loadId, counted.rows));
    if (!accepted || counted.unread > 0) return { rows: 0, unread: accepted ? counted.unread : 0 };
    const query = selectVanishing(held, missing, { first: 1 });
    const rows = await writeFound(db, isSheltered, { query, write: (found) => createVanishing(loadId, found) });
    await execute(db, indexVanishing(loadId));
    return { rows, unread: 0 };
  });
}

/** How they are cut into batches: one a lane, so that all have work. The ledger wants a batch to belong to a slice. */
interface Cut {
  readonly lanes: number;
  readonly slices: readonly { readonly slice: number }[];
}

/** Batches behind those of the records: what is missing goes last. */
export async function planVanishing(
  db: Db,
  { loadId, contract }: PlannedLoad,
  { rows, first = 1 }: { readonly rows: number; readonly first?: number },
  { lanes, slices }: Cut,
): Promise<void> {
  if (rows === 0) return;
  const width = Math.min(widestBatch, Math.max(contract.limits.batchRows, Math.ceil(rows / lanes)));
  // of rows that refer to each other one cannot go before the other: one transaction takes all
  const whole = contract.selfForeignKeys !== undefined;
  await execute(
    db,
    insertVanishingBatches(loadId, { first, rows, width: whole ? rows : width, slice: slices[0]?.slice ?? 0, whole }),
  );
}

/**
 * The staging was filled again behind the gate: what is left to go is found again among the rows that were there when the gate was
 * passed. What others wrote since stays. Batches that were merged keep their receipts.
 */
export async function findVanishingAgain(db: Db, load: PlannedLoad, staged: readonly StagedSlice[]): Promise<void> {
  const { contract, loadId, fileColumns, gatedBelow } = load;
  const { missing } = ruleOf(contract);
  if (missing === undefined) return;
  const { planned, next } = await one<{ planned: number; next: number }>(db, selectAfterBatches(loadId));
  await execute(db, dropVanishing(loadId));
  if (planned === 0) return;
  await execute(db, closeVanishingBatches(loadId));
  const held = { contract, fileColumns, loadId, slices: staged.map(halved) };
  const query = selectVanishing(held, missing, { first: next, below: gatedBelow });
  const rows = await withOwnSettings(db, () =>
    writeFound(db, false, { query, write: (found) => createVanishing(loadId, found) }),
  );
  await execute(db, indexVanishing(loadId));
  await planVanishing(db, load, { rows, first: next }, { lanes: load.lanes ?? 1, slices: staged });
}
