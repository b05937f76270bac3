import type { RecordRange, Written } from '../conflict/range-sql.ts';
import { type DispositionCounts, noCounts, recordsOf, sumOfCounts, writingDispositions } from '../core/dispositions.ts';
import { many, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import { sqlState } from '../db/errors.ts';
import { mayBeOfRow } from '../db/own-code.ts';
import { withSavepoint } from '../db/savepoint.ts';
import { checkDeferred } from '../db/settings.ts';
import type { BatchRow } from '../ledger/batches/batches-sql.ts';
import type { BatchReceipt } from '../ledger/batches/parts-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { assertJournalled, journalJudgedOf } from './journal/journal.ts';
import { assertRunsForSome } from './own-code-runs.ts';
import { quarantine, type RefusedRecord } from './quarantine.ts';
import { selectRecords } from './sql.ts';
import { leftAlone, ShortWrite, writeOf } from './write.ts';

/** unique_violation: somebody else has the value. foreign_key_violation: of the table to itself, nobody has it yet. */
const passing: readonly (string | null)[] = ['23505', '23503'];

/** Of 5,000 rows of a batch, were all refused, a pass tries each: 2 s or so. A dry run reckons with as many (transform/dry-run/). */
const mostPasses = 10;

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
  deps: RecordDeps,
): Promise<BatchReceipt> {
  const { db } = deps;
  const ofNew: Halving = { range, batch: batch.batch, disposition: 'new', refused: [], db };
  const ofChanged: Halving = { range, batch: batch.batch, disposition: 'changed', refused: [], db };
  const ofDeleted: Halving = { range, batch: batch.batch, disposition: 'deleted', refused: [], db };
  const written = await withOwnSettings(db, async () => {
    const newRecords = await many<StagedRecord>(db, selectRecords(range, 'new'));
    const changedRecords = await many<StagedRecord>(db, selectRecords(range, 'changed'));
    const deletedRecords = await many<StagedRecord>(db, selectRecords(range, 'deleted'));
    await assertRunsForSome(
      range,
      [
        ...newRecords.map(({ record_no: recordNo }) => ({ recordNo, disposition: 'new' as const })),
        ...changedRecords.map(({ record_no: recordNo }) => ({ recordNo, disposition: 'changed' as const })),
        ...deletedRecords.map(({ record_no: recordNo }) => ({ recordNo, disposition: 'deleted' as const })),
      ],
      db,
    );
    const removed = await writeHalves(ofDeleted, deletedRecords);
    const fresh = await writeHalves(ofNew, newRecords);
    const changed = await writeHalves(ofChanged, changedRecords);
    const mayFree = changed.changed > 0 || ofDeleted.refused.length > 0;
    const freed = mayFree ? await writeFreed([ofDeleted, ofChanged, ofNew]) : noCounts;
    return [removed, fresh, changed, freed].reduce(sumOfCounts);
  });
  const refused = [...ofNew.refused, ...ofChanged.refused, ...ofDeleted.refused];
  return {
    counts: { ...sumOfCounts(written, leftAlone(batch)), rejected: refused.length },
    ...(await quarantine(load, batch, refused, deps)),
  };
}

interface Halving {
  readonly range: RecordRange;
  readonly batch: number;
  readonly disposition: Written;
  /** Collects what is refused. */
  readonly refused: RefusedRecord[];
  readonly db: Db;
}

/**
 * What another row had when it was asked for may be free by now, since an updated row gives its old keys up: who was refused
 * for a unique index, or for a foreign key to the table itself, is tried again, one by one, until that changes nothing. Changed rows before new ones, which free nothing;
 * backwards and forwards in turn, since values that move up by a row go through in one pass from the end alone.
 */
async function writeFreed(halvings: readonly Halving[]): Promise<DispositionCounts> {
  let written = noCounts;
  for (let pass = 2; pass <= mostPasses; pass += 1) {
    const before = recordsOf(written, writingDispositions);
    for (const halving of halvings) {
      const again = halving.refused.splice(0);
      const backwards = halving.disposition !== 'new' && pass % 2 === 0;
      for (const record of backwards ? again.toReversed() : again) {
        if (passing.includes(sqlState(record.error))) written = sumOfCounts(written, await writeAlone(halving, record));
        else halving.refused.push(record);
      }
      halving.refused.sort((a, b) => a.recordNo - b.recordNo);
    }
    if (recordsOf(written, writingDispositions) === before) break;
  }
  return written;
}

function writeAlone(halving: Halving, { recordNo, byteOffset }: RefusedRecord): Promise<DispositionCounts> {
  return writeHalves(halving, [{ record_no: recordNo, byte_offset: byteOffset }]);
}

async function writeHalves(halving: Halving, records: readonly StagedRecord[]): Promise<DispositionCounts> {
  const { range, batch, disposition, refused, db } = halving;
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return noCounts;
  const part = { ...range, fromRecord: first.record_no, toRecord: last.record_no + 1 };
  try {
    return await withSavepoint(db, async () => {
      const kept = await journalJudgedOf(part, { batch, disposition, rows: records.length }, db);
      const written = await writeOf(disposition)(part, records.length, db);
      await checkDeferred(db);
      assertJournalled(kept, written);
      return written;
    });
  } catch (error) {
    if (!mayBeOfRow(error) && !(error instanceof ShortWrite)) throw error;
    if (records.length === 1) {
      refused.push({ recordNo: first.record_no, byteOffset: first.byte_offset, error });
      return noCounts;
    }
    const middle = records.length >> 1;
    const left = await writeHalves(halving, records.slice(0, middle));
    return sumOfCounts(left, await writeHalves(halving, records.slice(middle)));
  }
}
