import type { StageItem } from '../../protocol/states.ts';
import { execute, many, type Db } from '../../db/client.ts';
import { assertAttempt } from '../../ledger/loads/attempts.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { byObject } from '../../ledger/objects/member-load.ts';
import { selectRefusals } from '../../ledger/objects/objects-sql.ts';
import { emptySlices, selectSlices, type SliceRow } from '../../ledger/slices/slices-sql.ts';
import { isLoadCode } from '../../protocol/load-codes.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { isOfLeftOut, leaveOut, leftOutOf } from './leave-out.ts';
import { dropStaging } from '../sql.ts';

/** The slices of a load, and which of them have to be staged now. */
export interface Tiled {
  readonly slices: readonly SliceRow[];
  readonly stage: readonly StageItem[];
}

/**
 * Compares the slices of a load of several objects, one object after the other. What was left out while it was staged, or is now since a quote of it
 * never closes, has no records: its staging goes, and its slices say that they are empty.
 * @throws {LoadRejected} where none is left, or an object refuses the load
 */
export async function withoutLeftOut(
  db: Db,
  load: PlannedLoad,
  toStage: (of: PlannedLoad, own: readonly SliceRow[]) => readonly StageItem[],
): Promise<Tiled> {
  const { loadId } = load;
  const leftOut = leftOutOf(load);
  const slices = await many<SliceRow>(db, selectSlices(loadId));
  const isEmptied = (slice: SliceRow): boolean => isOfLeftOut(load, leftOut, slice);
  const stage: StageItem[] = [];
  for (const [of, own] of byObject(
    load,
    slices.filter((slice) => !isEmptied(slice)),
  )) {
    try {
      stage.push(...toStage(of, own));
    } catch (error) {
      const ordinal = own[0]?.object ?? null;
      if (!(error instanceof LoadRejected) || !load.leavesOut || load.gated || ordinal === null) throw error;
      await leaveOut(load, db, ordinal, error);
      leftOut.add(ordinal);
    }
  }
  if (leftOut.size === 0) return { slices, stage };
  await requireOneLeft(db, load, leftOut);
  const emptied = slices.filter(isEmptied).map(({ slice }) => slice);
  for (const slice of emptied) await many(db, dropStaging(loadId, slice));
  await execute(db, emptySlices(load, emptied));
  await assertAttempt(db, load);
  return { slices: await many<SliceRow>(db, selectSlices(loadId)), stage };
}

/** @throws {LoadRejected} of the first object, where all are left out */
async function requireOneLeft(db: Db, { loadId, members }: PlannedLoad, leftOut: ReadonlySet<number>): Promise<void> {
  if ((members ?? []).some(({ ordinal, plan }) => plan !== null && !leftOut.has(ordinal))) return;
  const [first] = await many<{ code: string; message: string }>(db, selectRefusals(loadId));
  if (first === undefined || !isLoadCode(first.code)) throw new Error(`load ${loadId} has no object left`);
  throw new LoadRejected(first.code, first.message);
}
