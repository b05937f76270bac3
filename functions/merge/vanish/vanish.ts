import { noCounts } from '../../core/dispositions.ts';
import { printable } from '../../core/printable.ts';
import { execute, many, one, type Db } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { withOwnSettings, withoutOwnSettings } from '../../db/meanings.ts';
import { mayBeOfRow, placeInOwnCode } from '../../db/own-code.ts';
import { withSavepoint } from '../../db/savepoint.ts';
import { checkDeferred } from '../../db/settings.ts';
import type { BatchRow } from '../../ledger/batches/batches-sql.ts';
import type { BatchReceipt } from '../../ledger/batches/parts-sql.ts';
import { insertKeptRows, type KeptRow } from '../../ledger/batches/vanishing-batches-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { TryAgain } from '../../protocol/errors.ts';
import { insertVanishing, removeVanishing, selectStanding, type VanishingRange } from './vanish-sql.ts';

/** Rows that refer to each other go once the others have: 10, as in write-carefully.ts. */
const mostPasses = 10;
/** So many rows that the target keeps are sought one by one, each in some ten statements: 20 s or so. */
const mostSought = 1_000;

/** A row that is there, and its key in words. */
interface Standing {
  readonly place: number;
  readonly key: string;
}

/** A part of a batch. */
interface Vanishing extends VanishingRange {
  readonly batch: number;
}

interface Kept extends Standing {
  readonly error: unknown;
}

/**
 * Deletes or marks the rows of a part of a batch that the file does not hold. What the target keeps (children refer to it, a trigger
 * raises or swallows it) stays and is listed, and the rest goes: found by halving, each half under one savepoint.
 */
export async function vanish(load: PlannedLoad, part: BatchRow, db: Db): Promise<BatchReceipt> {
  const range = {
    contract: load.contract,
    loadId: load.loadId,
    batch: part.batch,
    from: part.from_record,
    to: part.to_record,
  };
  const { removed, kept } = await withOwnSettings(db, () => removeAll(range, db));
  if (kept.length > 0) await execute(db, insertKeptRows(load.loadId, part.batch, kept.map(listed)));
  return { counts: { ...noCounts, deleted: removed }, ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
}

interface Removed {
  readonly removed: number;
  readonly kept: readonly Kept[];
}

async function removeAll(range: Vanishing, db: Db): Promise<Removed> {
  try {
    return await removeAtOnce(range, db);
  } catch (error) {
    if (!mayBeOfRow(error)) throw error;
  }
  let { removed, kept } = await removeHalves(range, await many<Standing>(db, selectStanding(range)), db);
  for (let pass = 2; pass <= mostPasses && kept.length > 0; pass += 1) {
    const again: Kept[] = [];
    let freed = 0;
    for (const row of kept) {
      const alone = await removeHalves(range, [row], db);
      freed += alone.removed;
      again.push(...alone.kept);
    }
    removed += freed;
    kept = again;
    if (freed === 0) break;
  }
  return { removed, kept };
}

/** What is there afterwards without an error was swallowed. */
async function removeAtOnce(range: Vanishing, db: Db): Promise<Removed> {
  return await withSavepoint(db, async () => {
    const kept = await journalVanishing(range, db);
    const removed = await execute(db, removeVanishing(range));
    if (removed > kept)
      throw new TryAgain(`${removed} rows went and the journal has ${kept}: others wrote them meanwhile`);
    await checkDeferred(db);
    if (removed === range.to - range.from) return { removed, kept: [] };
    const standing = await many<Standing>(db, selectStanding(range));
    return { removed, kept: standing.map((row) => ({ ...row, error: null })) };
  });
}

/** @returns how many rows may go by what the journal knows of them. */
async function journalVanishing(range: Vanishing, db: Db): Promise<number> {
  if (range.contract.undo === undefined) return Infinity;
  const kept = await withoutOwnSettings(db, () => one<{ rows: number }>(db, insertVanishing(range, range.batch)));
  return kept.rows;
}

async function removeHalves(range: Vanishing, rows: readonly Standing[], db: Db): Promise<Removed> {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return { removed: 0, kept: [] };
  try {
    return await removeAtOnce({ ...range, from: first.place, to: last.place + 1 }, db);
  } catch (error) {
    if (!mayBeOfRow(error)) throw error;
    if (rows.length === 1) return { removed: 0, kept: [{ ...first, error }] };
    const middle = rows.length >> 1;
    const left = await removeHalves(range, rows.slice(0, middle), db);
    if (left.kept.length > mostSought) throw error;
    const right = await removeHalves(range, rows.slice(middle), db);
    return { removed: left.removed + right.removed, kept: [...left.kept, ...right.kept] };
  }
}

/** A message of the server's own names constraints and tables; one of somebody's code may hold a cell, and is left out. */
function listed({ place, key, error }: Kept): KeptRow {
  const state = sqlState(error);
  return { place, key, sqlState: state, message: error === null ? swallowed : wordsOf(error, state) };
}

const swallowed = 'the target let it stay without a word: a trigger swallows what is deleted';

function wordsOf(error: unknown, state: string | null): string {
  const where = placeInOwnCode(error);
  if (where !== null) return `code of the target refuses it (SQLSTATE ${state}, ${printable(where)})`;
  return printable((error as Error).message);
}
