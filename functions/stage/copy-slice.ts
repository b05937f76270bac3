import { rowTooBig } from '../core/sql-state.ts';
import type { Content } from '../content/content.ts';
import { idleWhileReadingMs, many, one, transaction } from '../db/client.ts';
import { isFixed, UTC } from '../core/time-zone.ts';
import { sqlState } from '../db/errors.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import type { ZoneJump } from '../formats/shared/zone-jumps.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSliceForUpdate, updateReceipt, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { copyRecords, type Staged } from './copy-records.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { createTyped, dropStaging } from './sql.ts';
import { findStart } from './find-start.ts';
import { givenValues } from './given-values.ts';
import { selectZoneJumps } from './zone-jumps-sql.ts';

/** A slice of a load whose lease this attempt holds. */
export interface SliceToStage {
  readonly load: PlannedLoad;
  readonly slice: number;
  /** Where its first record starts, where that is known; else it is guessed and Compose verifies it. */
  readonly from: number | null;
}

type SliceDeps = Pick<RecordDeps, 'db' | 'log'> & { readonly content: Content };

/**
 * One slice, one connection, one transaction: receipt FOR UPDATE, COPY, receipt, commit. Runs twice without harm: a
 * receipt of this epoch and start answers at once. The typed half holds only what is certain to convert; should the
 * server disagree all the same, the slice is staged once more with every record raw, and the log says so.
 */
export async function copySlice(toStage: SliceToStage, deps: SliceDeps): Promise<void> {
  await rawWhereRefused(toStage.slice, deps, (allRaw) => stageOnce(toStage, deps, { allRaw }));
}

/** Once more with every record raw where PostgreSQL refuses one that the scanner called plain. */
export async function rawWhereRefused(
  slice: number,
  { log }: Pick<RecordDeps, 'log'>,
  stage: (allRaw: boolean) => Promise<void>,
): Promise<void> {
  try {
    await stage(false);
  } catch (error) {
    if (!isOfRecord(error)) throw error;
    log.error('typed half refused, slice staged raw', { slice, sqlState: sqlState(error) });
    await stage(true);
  }
}

async function stageOnce(toStage: SliceToStage, deps: SliceDeps, mode: { allRaw: boolean }): Promise<void> {
  const { db } = deps;
  const { load, slice } = toStage;
  const timeZone = load.contract.timeZone ?? UTC;
  await transaction(db, { lockTimeoutMs: 30_000, idleTimeoutMs: idleWhileReadingMs, timeZone }, async () => {
    const row = await one<SliceRow>(db, selectSliceForUpdate(load.loadId, slice));
    if (isStaged(row, toStage)) return;
    await assertEpoch(db, load);
    await many(db, dropStaging(load.loadId, slice));
    await many(db, createTyped(load.loadId, slice, load.fileColumns, await givenValues(db, load)));
    const startedAt = new Date();
    const staged = await stageRecords(row, toStage, deps, mode);
    await many(
      db,
      updateReceipt({ ...staged, loadId: load.loadId, slice, attempt: load.attempt, epoch: load.epoch, startedAt }),
    );
    await assertAttempt(db, load);
  });
}

/** Staged in this epoch, from the start that is asked for. */
export function isStaged(row: SliceRow, { load, from }: SliceToStage): boolean {
  if (row.stagedAt === null || row.epoch !== load.epoch || row.guessFailed) return false;
  return from === null || (row.startOffset === null ? from >= row.rangeEnd : row.startOffset === from);
}

async function stageRecords(
  row: SliceRow,
  toStage: SliceToStage,
  deps: SliceDeps,
  mode: { allRaw: boolean },
): Promise<Staged> {
  const { load, from } = toStage;
  // a slice of rows begins with one
  const known =
    from ?? (row.slice === load.firstSlice ? load.bodyOffset : deps.content.countsRows ? row.rangeStart : null);
  const start = known ?? (await findStart(load, row, deps.content));
  if (start === 'not found') return { ...nothingStaged, startKnown: false, guessFailed: true };
  if (start === null || start >= row.rangeEnd) return { ...nothingStaged, startKnown: known !== null };
  const zoneJumps = await jumpsOf(deps.db, load);
  return await copyRecords({ load, row, start, startKnown: known !== null, zoneJumps, ...mode }, deps);
}

/** Asked in the transaction of the COPY, which reads in the same zone: 30 ms, and only where a column of the file needs it. */
export async function jumpsOf(
  db: SliceDeps['db'],
  { contract, fileColumns }: PlannedLoad,
): Promise<readonly ZoneJump[]> {
  const readsMoments = fileColumns.some(({ column }) => column?.plainForm === 'timestamptz');
  return !readsMoments || isFixed(contract.timeZone ?? UTC) ? [] : await many<ZoneJump>(db, selectZoneJumps);
}

/** The receipt of a slice in which no record starts. */
export const nothingStaged: Staged = {
  startOffset: null,
  endOffset: null,
  startKnown: true,
  records: 0,
  typed: 0,
  raw: 0,
  unsound: 0,
  blankLines: 0,
  zonelessCells: 0,
  nullWords: {},
  lines: 0,
  regular: true,
  openQuote: null,
  guessFailed: false,
};

/** Class 22: a value did not convert, or COPY read the record otherwise than the scanner did. A row that is too big for a page: judging finds which. */
function isOfRecord(error: unknown): boolean {
  const state = sqlState(error);
  return state === rowTooBig || state?.startsWith('22') === true;
}
