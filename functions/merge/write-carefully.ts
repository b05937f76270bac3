import { isAboutData } from '../core/sql-state.ts';
import { many, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import type { BatchCounts, BatchRow } from '../ledger/batches-sql.ts';
import type { PlannedLoad } from '../ledger/load.ts';
import type { MergeDeps } from './deps.ts';
import { quarantine, type RefusedRecord } from './quarantine.ts';
import { selectRecords, type RecordRange } from './sql.ts';
import { ShortWrite, writeChanged, writeNew, type Written } from './write.ts';

/**
 * What only the target itself can refuse: a CHECK on columns that the file does not fill, another unique index, an
 * exclusion constraint, a missing partition, a value too long for an index, what a trigger raises, WITH CHECK OPTION.
 */
export function isRefusal(error: unknown): boolean {
  return isAboutData(sqlState(error));
}

interface StagedRecord {
  readonly record_no: number;
  readonly byte_offset: number;
}

/**
 * Finds the rows that the target refuses by halving: each half under one savepoint, so that a batch with one bad row
 * costs ~2 log2(rows) statements and no savepoint a row. The refused ones go to the quarantine, the rest is written.
 */
export async function writeCarefully(
  range: RecordRange,
  batch: BatchRow,
  load: PlannedLoad,
  deps: MergeDeps,
): Promise<BatchCounts> {
  const { db } = deps;
  const refused: RefusedRecord[] = [];
  const write = async (disposition: 'n' | 'c'): Promise<Written> =>
    await writeHalves({ range, disposition, refused, db }, await many(db, selectRecords(range, disposition)));
  const fresh = await write('n');
  const changed = await write('c');
  return {
    inserted: fresh.inserted + changed.inserted,
    updated: fresh.updated + changed.updated,
    unchanged: fresh.unchanged + changed.unchanged + batch.planned_unchanged,
    stale: fresh.stale + changed.stale + batch.planned_stale,
    rejected: refused.length,
    ruleCounts: await quarantine(load, batch.slice, refused, deps),
  };
}

interface Halving {
  readonly range: RecordRange;
  readonly disposition: 'n' | 'c';
  /** Collects what is refused. */
  readonly refused: RefusedRecord[];
  readonly db: Db;
}

async function writeHalves(halving: Halving, records: readonly StagedRecord[]): Promise<Written> {
  const { range, disposition, refused, db } = halving;
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return { inserted: 0, updated: 0, unchanged: 0, stale: 0 };
  const part = { ...range, fromRecord: first.record_no, toRecord: last.record_no + 1 };
  await db.query('savepoint half');
  try {
    const write = disposition === 'n' ? writeNew : writeChanged;
    const written = await write(part, records.length, db);
    await db.query('release savepoint half');
    return written;
  } catch (error) {
    if (!isRefusal(error) && !(error instanceof ShortWrite)) throw error;
    await db.query('rollback to savepoint half; release savepoint half');
    if (records.length === 1) {
      refused.push({ recordNo: first.record_no, byteOffset: first.byte_offset, error });
      return { inserted: 0, updated: 0, unchanged: 0, stale: 0 };
    }
    const middle = records.length >> 1;
    const left = await writeHalves(halving, records.slice(0, middle));
    const right = await writeHalves(halving, records.slice(middle));
    return {
      inserted: left.inserted + right.inserted,
      updated: left.updated + right.updated,
      unchanged: left.unchanged + right.unchanged,
      stale: left.stale + right.stale,
    };
  }
}
