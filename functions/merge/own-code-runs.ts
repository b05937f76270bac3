import { ruleOf } from '../conflict/all.ts';
import type { RecordRange, Written } from '../conflict/range-sql.ts';
import { isAboutData } from '../core/sql-state.ts';
import { type Db, execute, one } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { isOfOwnCode, isSameError, mayBeOfRow } from '../db/own-code.ts';
import { undone } from '../db/savepoint.ts';
import { checkDeferred } from '../db/settings.ts';
import { insertNulls, selectWhetherQuoted } from './sql.ts';
import { writeOf } from './write.ts';

/** So many records of a batch are tried before the target's code is said to run for none: 100 to 200 ms. */
const mostTried = 100;

/** A record that is to be written. */
export interface OfferedRecord {
  readonly recordNo: number;
  readonly disposition: Written;
}

/**
 * Code of the target that can run for no row (it misses a table, a right, a setting) is no statement about rows: halving would
 * refuse them all, one by one. Records from all over the batch are tried alone, and undone, until one is taken, or two meet
 * different errors. Where all meet the same one, of a class that is not about data, it is the code's, unless its words quote a
 * cell of each: if a function of the owner's raised it, for more records than one or before it read any, or if a statement
 * without rows or with NULLs alone meets it too (docs/adr/0026).
 * @throws the error that all of them meet.
 */
export async function assertRunsForSome(range: RecordRange, all: readonly OfferedRecord[], db: Db): Promise<void> {
  let first: Error | null = null;
  let tried = 0;
  let isQuoted = true;
  for (const record of spread(all, mostTried)) {
    const error = await errorOf(db, () => write(range, record, db));
    if (error === null || isAboutData(sqlState(error)) || !mayBeOfRow(error)) return;
    if (first !== null && !isSameError(first, error)) return;
    first ??= error as Error;
    tried += 1;
    const asked = selectWhetherQuoted(range, record.recordNo, (error as Error).message);
    isQuoted &&= (await one<{ quoted: boolean }>(db, asked)).quoted;
  }
  if (first === null || isQuoted) return;
  if ((isOfOwnCode(first) && (tried > 1 || isOfItsWords(first))) || (await isMetWithoutCells(range, all, first, db)))
    throw first;
}

/** Of the words of a function, as PostgreSQL analysed them: they name what is not there. Or of its rights. */
function isOfItsWords(error: unknown): boolean {
  return (error as { internalPosition?: unknown }).internalPosition !== undefined || sqlState(error) === '42501';
}

async function isMetWithoutCells(
  range: RecordRange,
  all: readonly OfferedRecord[],
  error: unknown,
  db: Db,
): Promise<boolean> {
  const { judgeAgain, updateChanged, removeDeleted } = ruleOf(range.contract).write;
  const nobody = { ...range, toRecord: range.fromRecord };
  const statements = [
    ...(all.some(({ disposition }) => disposition === 'new') ? [judgeAgain(nobody, 'new')] : []),
    ...(all.some(({ disposition }) => disposition === 'changed') ? [updateChanged(nobody)] : []),
    ...(removeDeleted !== undefined && all.some(({ disposition }) => disposition === 'deleted')
      ? [removeDeleted(nobody)]
      : []),
    insertNulls(range),
  ];
  for (const statement of statements) {
    const met = await errorOf(db, () => execute(db, statement));
    if (met !== null && isSameError(met, error)) return true;
  }
  return false;
}

async function write(range: RecordRange, { recordNo, disposition }: OfferedRecord, db: Db): Promise<void> {
  const alone = { ...range, fromRecord: recordNo, toRecord: recordNo + 1 };
  await writeOf(disposition)(alone, 1, db);
  await checkDeferred(db);
}

/** What the target says to it; null where it takes it. Nothing of it stays. */
async function errorOf(db: Db, run: () => Promise<unknown>): Promise<unknown> {
  try {
    await undone(db, run);
    return null;
  } catch (error) {
    return error;
  }
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * (all.length - 1)) / (most - 1))] as T);
}
