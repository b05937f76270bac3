import { growingSliceBytes } from './growing-slices.ts';
import type { Content } from '../content/content.ts';
import { execute, many, one, transaction, type Db } from '../db/client.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { updateDecoded } from '../ledger/objects/decoded-sql.ts';
import {
  insertSlices,
  type PlannedSlice,
  selectSlice,
  selectSlices,
  type SliceRow,
  updateRangeEnd,
} from '../ledger/slices/slices-sql.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { isStaged, copySlice } from './copy-slice.ts';
import { assertNobodyFirst } from './others-first.ts';
import { assertMayGoOn } from './stop-early.ts';

type OnwardDeps = Pick<RecordDeps, 'db' | 'log' | 'millisecondsLeft'> & { readonly content: Content };

/** What one call came to. */
export interface StagedOnward {
  readonly records: number;
  readonly bytes: number;
}

/**
 * Stages a content that is read from its start only: slice after slice from the first one without a receipt, each planned when
 * it is begun, each with its receipt, and at the end the content's length. A call that runs out of time ends early, and Compose
 * sends another one on; that one decodes again what has a receipt, and stages none of it.
 * @param marginMs with less than this left no slice is begun, but for the first one of a call.
 */
export async function stageOnward(load: PlannedLoad, marginMs: number, deps: OnwardDeps): Promise<StagedOnward> {
  const { db, content } = deps;
  const staged = { records: 0, bytes: 0 };
  let isFirst = true;
  const known = await many<SliceRow>(db, selectSlices(load.loadId));
  let last: SliceRow | null = null;
  for (let slice = 0, from = load.bodyOffset; ; slice += 1) {
    let row = known[slice] ?? null;
    if (row === null || !isStaged(row, { load, slice, from })) {
      if (!isFirst && deps.millisecondsLeft() < marginMs) return staged;
      // before the transaction: what lies before the slice may take minutes to decode
      const isEnd = await content.endsAt(from);
      if (row === null && isEnd) {
        await recordEnd(load, last, deps);
        return staged;
      }
      await assertMayGoOn(db, load);
      await assertNobodyFirst(db, load);
      if (row === null) await plan(db, load, nextSlice(load, slice, last));
      await copySlice({ load, slice, from }, deps);
      row = await one<SliceRow>(db, selectSlice(load.loadId, slice));
      isFirst = false;
      staged.records += row.records ?? 0;
      staged.bytes += (row.endOffset ?? 0) - (row.startOffset ?? 0);
    }
    // it never closes: Compose refuses the load, and nothing after it can be told apart
    if (row.openQuoteOffset !== null) return staged;
    from = row.endOffset ?? from;
    last = row;
  }
}

/** Where the slice before it ends, or where that one's last record does, if it is longer than a slice. */
function nextSlice(load: PlannedLoad, slice: number, last: SliceRow | null): PlannedSlice {
  const rangeStart = last?.rangeEnd ?? load.bodyOffset;
  const from = Math.max(rangeStart, last?.endOffset ?? 0);
  const wished = load.request.sliceBytes ?? load.contract.limits.sliceBytes;
  return { slice, rangeStart, rangeEnd: from + growingSliceBytes(slice, wished) };
}

async function plan(db: Db, load: PlannedLoad, slice: PlannedSlice): Promise<void> {
  await transaction(db, {}, async () => {
    await execute(db, insertSlices(load.loadId, [slice]));
    await assertAttempt(db, load);
  });
}

/** Only now is the content known to be whole: its last byte was decoded, and all that is checked behind it. */
async function recordEnd(load: PlannedLoad, last: SliceRow | null, { db, content, log }: OnwardDeps): Promise<void> {
  const { length, paddingBytes, trailer, notes } = content;
  if (length === null) throw new Error(`load ${load.loadId}: its content ended without a length`);
  await transaction(db, {}, async () => {
    await execute(db, updateDecoded(load.loadId, { decodedBytes: length, paddingBytes, trailer, notes }));
    if (last !== null) await execute(db, updateRangeEnd(load.loadId, last.slice, length));
    await assertAttempt(db, load);
  });
  if (paddingBytes > 0) log.info('zeros behind the packed bytes were read over', { bytes: paddingBytes });
}
