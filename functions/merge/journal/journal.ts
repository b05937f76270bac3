import { ruleOf } from '../../conflict/all.ts';
import type { RecordRange, Written } from '../../conflict/range-sql.ts';
import type { Sql } from '../../core/sql.ts';
import type { DispositionCounts } from '../../core/dispositions.ts';
import { one, type Db } from '../../db/client.ts';
import { withoutOwnSettings } from '../../db/meanings.ts';
import { withoutNestedLoops } from '../../db/settings.ts';
import { TryAgain } from '../../protocol/errors.ts';
import { insertImages, insertKeys } from '../../ledger/undos/journal-sql.ts';

/** Rows of which the journal knows what they were: as many may be written of each kind, and no more. */
export interface JournalledCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

const nothing: JournalledCounts = { inserted: 0, updated: 0, deleted: 0 };

/** Of a range: how many records have each disposition. */
export type PlannedWrites = Readonly<Record<Written, number>>;

/**
 * Before rows are written as they were classified: locks those that are there, and keeps them as they are; of the others, which
 * are new, their keys. A statement of its own before the one that writes, in one transaction or savepoint: a statement that locks a row
 * and writes it, too, keeps nothing (docs/adr/0072). Null: the dataset keeps no journal.
 */
export async function journalPlanned(
  range: RecordRange,
  { batch, planned }: { readonly batch: number; readonly planned: PlannedWrites },
  db: Db,
): Promise<JournalledCounts | null> {
  if (range.contract.undo === undefined) return null;
  const none = { new: 0, changed: 0, deleted: 0 };
  const { deleted } = await journalStanding(range, { batch, planned: { ...none, deleted: planned.deleted } }, db);
  const fresh = planned.new === 0 ? 0 : await keepNewKeys(range, batch, db);
  const { changed } = planned;
  const { inserted, updated } = await journalStanding(range, { batch, planned: { ...none, changed } }, db);
  return { inserted: fresh + inserted, updated, deleted };
}

/** The same before records are judged against what is there now: what is new may be there, and what was changed may be gone. */
export async function journalJudged(
  range: RecordRange,
  { batch, planned }: { readonly batch: number; readonly planned: PlannedWrites },
  db: Db,
): Promise<JournalledCounts | null> {
  if (range.contract.undo === undefined) return null;
  return await journalStanding(range, { batch, planned }, db);
}

/** The same for records of one disposition, where the settings are those of the table's owner. */
export async function journalJudgedOf(
  range: RecordRange,
  { batch, disposition, rows }: { readonly batch: number; readonly disposition: Written; readonly rows: number },
  db: Db,
): Promise<JournalledCounts | null> {
  if (range.contract.undo === undefined) return null;
  const planned = { new: 0, changed: 0, deleted: 0, [disposition]: rows };
  return await withoutOwnSettings(db, () => journalStanding(range, { batch, planned }, db));
}

async function journalStanding(
  range: RecordRange,
  { batch, planned }: { readonly batch: number; readonly planned: PlannedWrites },
  db: Db,
): Promise<JournalledCounts> {
  const place = at(range, batch);
  const { demands } = ruleOf(range.contract);
  let { inserted, updated } = nothing;
  // in the order in which they are written: it is undone from its end
  const deleted = planned.deleted === 0 ? 0 : await keep(db, insertImages(range, place, 'deleted'));
  for (const disposition of ['new', 'changed'] as const) {
    const most = planned[disposition];
    if (most === 0) continue;
    const standing = demands.update ? await keep(db, insertImages(range, place, disposition)) : 0;
    updated += standing;
    if (standing < most && demands.insert)
      inserted += await keep(db, insertKeys(range, place, { disposition, absent: true }));
  }
  return { inserted, updated, deleted };
}

function at({ loadId }: RecordRange, batch: number): { readonly loadId: number; readonly batch: number } {
  return { loadId, batch };
}

/** Staging has no statistics: left alone the planner looks each record's verdict up by itself instead of hashing them. */
async function keepNewKeys(range: RecordRange, batch: number, db: Db): Promise<number> {
  const statement = insertKeys(range, at(range, batch), { disposition: 'new', absent: false });
  return await withoutNestedLoops(db, () => keep(db, statement));
}

async function keep(db: Db, statement: Sql): Promise<number> {
  return (await one<{ rows: number }>(db, statement)).rows;
}

/**
 * Somebody inserted a key between the statement that looked and the one that wrote: what was there then is kept nowhere.
 * @throws TryAgain; what was written goes back
 */
export function assertJournalled(kept: JournalledCounts | null, written: DispositionCounts): void {
  if (kept === null) return;
  const isWhole = written.new === kept.inserted && written.changed <= kept.updated && written.deleted <= kept.deleted;
  if (!isWhole)
    throw new TryAgain(
      `others inserted keys of a batch while it was merged: of ${written.new} inserted, ${written.changed} updated and ${written.deleted} deleted rows the journal has ${kept.inserted}, ${kept.updated} and ${kept.deleted}. Where nobody else writes the table, a trigger of it stores rows under another key than their record's, and they could not be found again: load without undo`,
    );
}
