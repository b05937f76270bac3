import { ruleOf } from '../conflict/all.ts';
import { type RecordRange, selectParts, type Written } from '../conflict/range-sql.ts';
import { type DispositionCounts, noCounts, sumOfCounts, writingDispositions } from '../core/dispositions.ts';
import { execute, many, one, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import { withoutNestedLoops } from '../db/settings.ts';
import type { BatchRow } from '../ledger/batches/batches-sql.ts';
import type { BatchReceipt } from '../ledger/batches/parts-sql.ts';
import type { LateReject } from '../ledger/rejects/late-rejects-sql.ts';
import { assertJournalled, journalJudged, journalPlanned } from './journal/journal.ts';
import { countStanding } from './sql.ts';

type LateReason = LateReject['reasons'][number];

/** The target took fewer rows than it was offered, without an error: a trigger swallowed some. */
export class ShortWrite extends Error {
  override readonly name: string = 'ShortWrite';
}

/** The conflict rule refuses some of the rows for what is in the target by now. */
export class RefusedByRule extends ShortWrite {
  override readonly name = 'RefusedByRule';
  /** Of the first of them. */
  readonly reason: LateReason;
  constructor(rows: number, reason: LateReason) {
    super(`the conflict rule refuses ${rows} rows`);
    this.reason = reason;
  }
}

/** As classified: new rows by a plain INSERT, changed ones by an UPDATE of what still differs. */
export async function writeFast(range: RecordRange, batch: BatchRow, { db }: { db: Db }): Promise<BatchReceipt> {
  const planned = plannedCounts(batch);
  const kept = await journalPlanned(range, { batch: batch.batch, planned }, db);
  const written = await withOwnSettings(db, async () => {
    const removed = await writeDeleted(range, planned.deleted, db);
    const inserted = planned.new === 0 ? 0 : await insertPlainly(range, db);
    if (inserted !== planned.new) throw new ShortWrite(`${inserted} of ${planned.new} new rows arrived`);
    return receipt(
      batch,
      sumOfCounts(removed, { ...noCounts, new: inserted }),
      await writeChanged(range, planned.changed, db),
    );
  });
  assertJournalled(kept, written.counts);
  return written;
}

/** Staging has no statistics: left alone the planner looks each record's verdict up by itself instead of hashing them. */
async function insertPlainly(range: RecordRange, db: Db): Promise<number> {
  const { insertNew } = ruleOf(range.contract).write;
  return await withoutNestedLoops(db, async () => {
    let inserted = 0;
    for (const part of await partsOf(range, 'new', db)) inserted += await execute(db, insertNew(part));
    return inserted;
  });
}

/** A statement writes the same columns of all its rows: where NULLs take a column's default, records are written by which those are. */
async function partsOf(range: RecordRange, disposition: Written, db: Db): Promise<readonly RecordRange[]> {
  const asked = ruleOf(range.contract).write.takesDefault(range);
  if (asked.length === 0) return [range];
  const parts = await many<{ nulls: readonly string[] }>(db, selectParts(range, disposition, asked));
  return parts.map(({ nulls }) => ({ ...range, part: { asked, nulls } }));
}

/** Somebody inserted one of the keys meanwhile: new rows go through ON CONFLICT, which judges each against what is there. */
export async function writeSafely(range: RecordRange, batch: BatchRow, { db }: { db: Db }): Promise<BatchReceipt> {
  const planned = plannedCounts(batch);
  const kept = await journalJudged(range, { batch: batch.batch, planned }, db);
  const written = await withOwnSettings(db, async () => {
    const removed = await writeDeleted(range, planned.deleted, db);
    const fresh = await writeNew(range, planned.new, db);
    return receipt(batch, sumOfCounts(removed, fresh), await writeChanged(range, planned.changed, db));
  });
  assertJournalled(kept, written.counts);
  return written;
}

/** New records through ON CONFLICT. */
export async function writeNew(range: RecordRange, rows: number, db: Db): Promise<DispositionCounts> {
  return rows === 0 ? noCounts : await judgeAgain(range, 'new', { rows, written: 0 }, db);
}

/** Rows that records ask to go. What others deleted meanwhile is as the record wants it; what is there still was swallowed. */
export async function writeDeleted(range: RecordRange, rows: number, db: Db): Promise<DispositionCounts> {
  const { removeDeleted, leavesDiffering } = ruleOf(range.contract).write;
  if (rows === 0 || removeDeleted === undefined) return noCounts;
  const removed = await execute(db, removeDeleted(range));
  if (removed === rows) return { ...noCounts, deleted: removed };
  const { missing } = await one<{ missing: number }>(db, countStanding(range, 'deleted'));
  if (leavesDiffering) return { ...noCounts, deleted: removed, unchanged: missing - removed, stale: rows - missing };
  if (missing !== rows) throw new ShortWrite(`${rows - missing} rows are in the target after they were deleted`);
  return { ...noCounts, deleted: removed, unchanged: rows - removed };
}

/** Records of a range that have this disposition, judged again where others were first. */
export function writeOf(
  disposition: Written,
): (range: RecordRange, rows: number, db: Db) => Promise<DispositionCounts> {
  return { new: writeNew, changed: writeChanged, deleted: writeDeleted }[disposition];
}

/** Rows that the update did not find differing were changed or deleted since the classifying: those are judged again. */
export async function writeChanged(range: RecordRange, rows: number, db: Db): Promise<DispositionCounts> {
  if (rows === 0) return noCounts;
  const { makeRoom, updateChanged } = ruleOf(range.contract).write;
  if (makeRoom !== undefined) await execute(db, makeRoom(range));
  const updated = await execute(db, updateChanged(range));
  if (updated === rows) return { ...noCounts, changed: updated };
  const again = await judgeAgain(range, 'changed', { rows, written: updated }, db);
  return { ...again, changed: again.changed + updated };
}

/**
 * ON CONFLICT writes what is missing or still differs. What it leaves stood in the target: equal (unchanged), or kept by
 * the conflict rule (stale). Where the rule leaves nothing that differs, that is a short write.
 */
async function judgeAgain(
  range: RecordRange,
  disposition: Written,
  offered: { rows: number; written: number },
  db: Db,
): Promise<DispositionCounts> {
  const { write } = ruleOf(range.contract);
  let inserted = 0;
  let updated = 0;
  if (write.hold !== null) await execute(db, write.hold(range, disposition));
  for (const part of await partsOf(range, disposition, db)) {
    const judged = await one<{ inserted: number; updated: number }>(db, write.judgeAgain(part, disposition));
    inserted += judged.inserted;
    updated += judged.updated;
  }
  const left = offered.rows - offered.written - inserted - updated;
  if (left === 0) return { ...noCounts, new: inserted, changed: updated };
  const { missing, equal, refused, reason } = await one<Standing>(db, countStanding(range, disposition));
  if (refused > 0 && reason !== null) throw new RefusedByRule(refused, reason);
  if (missing > 0) throw new ShortWrite(`${missing} rows are not in the target after they were written`);
  const unchanged = Math.min(left, Math.max(0, equal - offered.written - inserted - updated));
  if (!write.leavesDiffering && unchanged < left) {
    throw new ShortWrite(`${left - unchanged} rows still differ after they were written`);
  }
  return { ...noCounts, new: inserted, changed: updated, unchanged, stale: left - unchanged };
}

/** Of countStanding. */
interface Standing {
  readonly missing: number;
  readonly equal: number;
  readonly refused: number;
  readonly reason: LateReason | null;
}

/** What the classifying found of a batch. */
export function plannedCounts({ planned }: BatchRow): DispositionCounts {
  return { ...noCounts, ...planned };
}

/** What was written, and what the plan says that nothing is written for. */
function receipt(batch: BatchRow, fresh: DispositionCounts, changed: DispositionCounts): BatchReceipt {
  const counts = sumOfCounts(sumOfCounts(fresh, changed), leftAlone(batch));
  return { counts, ruleCounts: [], kept: { bytes: 0, unkept: 0 } };
}

/** The records of a batch that write nothing. */
export function leftAlone(batch: BatchRow): DispositionCounts {
  return { ...plannedCounts(batch), ...Object.fromEntries(writingDispositions.map((name) => [name, 0])) };
}
