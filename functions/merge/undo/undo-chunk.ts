import { execute, many, one, type Db } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import { mayBeOfRow, placeInOwnCode } from '../../db/own-code.ts';
import { withSavepoint } from '../../db/savepoint.ts';
import { checkDeferred } from '../../db/settings.ts';
import { printable } from '../../core/printable.ts';
import {
  insertKept,
  type JournalKind,
  type JournalRange,
  lockUnchanged,
  selectKey,
  selectLeft,
  type UndoneTarget,
  undoRows,
} from '../../ledger/undos/journalled-sql.ts';
import { type ChunkRow, insertRefused, type RefusedRow, type UndoCounts } from '../../ledger/undos/undos-sql.ts';

/** As vanish.ts has it: rows that refer to each other, or give unique values up, go once the others have. */
const mostPasses = 10;

/** foreign_key_violation, unique_violation, exclusion_violation: another row of the chunk may be why. */
const passing: readonly (string | null)[] = ['23503', '23505', '23P01'];

const nothing: UndoCounts = { restored: 0, removed: 0, returned: 0, untouched: 0, kept: 0 };

/** Which count says that a row of a kind is as it was. */
const doneAs: Readonly<Record<JournalKind, 'restored' | 'removed' | 'returned'>> = {
  inserted: 'removed',
  updated: 'restored',
  deleted: 'returned',
};

interface Done {
  readonly done: number;
  readonly kept: number;
  readonly refused: readonly Refused[];
}

interface Refused {
  readonly place: number;
  readonly error: unknown;
}

/**
 * Undoes the rows of one chunk, inside of a transaction that holds the lease: those that nobody wrote since are locked, what stays is
 * listed, the others become what they were. What the target refuses is found by halving, each half under a savepoint, and listed.
 */
export async function undoChunk(
  target: UndoneTarget,
  { loadId, chunk }: { readonly loadId: number; readonly chunk: ChunkRow },
  db: Db,
): Promise<UndoCounts> {
  const whole = { loadId, kind: chunk.kind, chunk: chunk.chunk, from: 1, to: chunk.rows + 1 };
  let { done, kept, refused } = await undoHalves(target, whole, db);
  for (let pass = 2; pass <= mostPasses && refused.length > 0; pass += 1) {
    const again: Refused[] = [];
    let freed = 0;
    for (const each of refused) {
      const alone = passing.includes(sqlState(each.error))
        ? await undoHalves(target, { ...whole, from: each.place, to: each.place + 1 }, db)
        : { done: 0, kept: 0, refused: [each] };
      freed += alone.done + alone.kept;
      done += alone.done;
      kept += alone.kept;
      again.push(...alone.refused);
    }
    refused = again;
    if (freed === 0) break;
  }
  for (const each of refused) await execute(db, insertRefused(loadId, await listed(target, { whole, each }, db)));
  const stay = kept + refused.length;
  return { ...nothing, [doneAs[chunk.kind]]: done, kept: stay, untouched: chunk.rows - done - stay };
}

async function undoHalves(target: UndoneTarget, range: JournalRange, db: Db): Promise<Done> {
  try {
    return await withSavepoint(db, () => undoAtOnce(target, range, db));
  } catch (error) {
    if (!mayBeOfRow(error)) throw error;
    const { from, to } = range;
    if (to - from === 1) return { done: 0, kept: 0, refused: [{ place: from, error }] };
    const middle = from + ((to - from) >> 1);
    const left = await undoHalves(target, { ...range, to: middle }, db);
    const right = await undoHalves(target, { ...range, from: middle }, db);
    return {
      done: left.done + right.done,
      kept: left.kept + right.kept,
      refused: [...left.refused, ...right.refused],
    };
  }
}

async function undoAtOnce(target: UndoneTarget, range: JournalRange, db: Db): Promise<Done> {
  // others' rows that refer to these are seen by the next statement, and none comes while they are locked
  const { rows: unchanged } = await one<{ rows: number }>(db, lockUnchanged(target, range));
  const kept = await execute(db, insertKept(target, range));
  const rows = range.to - range.from;
  // what is listed of a row that the load made stays for rows that refer to it, too
  const most = range.kind === 'deleted' ? rows - kept : unchanged;
  if (most === 0) return { done: 0, kept, refused: [] };
  const done = await withOwnSettings(db, () => execute(db, undoRows(target, range)));
  await checkDeferred(db);
  if (done === most) return { done, kept, refused: [] };
  const left = await many<{ place: number; key: string }>(db, selectLeft(target, range));
  for (const { place, key } of left)
    await execute(
      db,
      insertRefused(range.loadId, {
        ...{ chunk: range.chunk ?? 0, place, key },
        ...{ why: 'refused', sqlState: null, message: swallowed },
      }),
    );
  return { done, kept: kept + left.length, refused: [] };
}

const swallowed = 'the target let it not be what it was, without a word: a trigger swallows what is written';

async function listed(
  target: UndoneTarget,
  { whole, each: { place, error } }: { readonly whole: JournalRange; readonly each: Refused },
  db: Db,
): Promise<RefusedRow> {
  const { key } = await one<{ key: string }>(db, selectKey(target, { ...whole, from: place, to: place + 1 }));
  const state = sqlState(error);
  const where = placeInOwnCode(error);
  const message =
    where === null
      ? printable((error as Error).message)
      : `code of the target refuses it (SQLSTATE ${state}, ${printable(where)})`;
  const why = state === '23503' && whole.kind === 'inserted' ? 'referenced' : 'refused';
  return { chunk: whole.chunk ?? 0, place, key, why, sqlState: state, message };
}
