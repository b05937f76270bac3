import { TryAgain } from '../../protocol/errors.ts';
import type { StageItem } from '../../protocol/states.ts';
import { execute, one, transaction } from '../../db/client.ts';
import { entersAnywhere } from '../../decoding/steps.ts';
import { assertAttempt } from '../../ledger/loads/attempts.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import { membersOfRun, type OpenObject, withContents } from '../../ledger/objects/member-load.ts';
import { addDecodingNotes, updateObjectDecoded } from '../../ledger/objects/decoded-sql.ts';
import { selectSlice, type SliceRow, updateRangeEnd } from '../../ledger/slices/slices-sql.ts';
import type { ObjectStore } from '../../objects/store.ts';
import type { RecordDeps } from '../../runtime/lambda-step.ts';
import { copyRun, namedNotes } from './copy-run.ts';
import { copySlice } from '../copy-slice.ts';
import { isOfLeftOut, leavingOut, leftOutOf } from './leave-out.ts';
import { assertNobodyFirst } from '../others-first.ts';
import type { StagedOnward } from '../stage-onward.ts';

type ObjectsDeps = RecordDeps & { readonly store: ObjectStore };

/**
 * Slices of a load of several objects, one after the other: those of many small objects in one call. Where the first record of an object
 * starts is known; a packed object is one slice, and is read to its end. What is left out has nothing to stage: Compose says so of its slices.
 */
export async function stageObjects(
  load: PlannedLoad,
  item: StageItem,
  deps: ObjectsDeps,
  marginMs: number,
): Promise<StagedOnward> {
  const { db } = deps;
  return await withContents(deps.store, load, async (at) => {
    const staged = { records: 0, bytes: 0 };
    let before: SliceRow | null = null;
    const leftOut = leftOutOf(load);
    for (let slice = item.slice; slice <= item.through; slice += 1) {
      if (slice > item.slice && deps.millisecondsLeft() < marginMs)
        throw new TryAgain(`slices ${slice} to ${item.through} of load ${load.loadId} are left for the next call`);
      await assertNobodyFirst(db, load);
      const planned = await one<SliceRow>(db, selectSlice(load.loadId, slice));
      if (isOfLeftOut(load, leftOut, planned)) continue;
      if (membersOfRun(load, slice).length > 0) await copyRun(load, slice, deps);
      else {
        const from = slice === item.slice ? item.from : (endIn(before, planned) ?? null);
        const refused = await leavingOut({ load, slice }, db, async (reading) => {
          const of = await at(planned);
          await reading({ ordinal: planned.object ?? 0 }, async () => {
            await copySlice({ load: of.load, slice, from }, { ...deps, content: of.content });
            const row = await one<SliceRow>(db, selectSlice(load.loadId, slice));
            if (!entersAnywhere(of.load.decoding)) await recordEnd(of, row, deps);
          });
        });
        if (refused !== null) leftOut.add(refused);
      }
      const row = await one<SliceRow>(db, selectSlice(load.loadId, slice));
      staged.records += row.records ?? 0;
      staged.bytes += (row.endOffset ?? 0) - (row.startOffset ?? 0);
      before = row;
    }
    return staged;
  });
}

/** Where the slice before it ended, if that is of the same object. */
function endIn(before: SliceRow | null, { object }: SliceRow): number | null {
  return before !== null && before.object === object ? before.endOffset : null;
}

/** Only now is a packed object known to be whole. Again where a call was killed between its receipt and this. */
async function recordEnd({ load, content }: OpenObject, row: SliceRow, { db }: ObjectsDeps): Promise<void> {
  if (row.openQuoteOffset !== null || row.object === null) return;
  const { object: ordinal } = row;
  if (load.decodedBytes !== null && row.rangeEnd === load.decodedBytes) return;
  if (!(await content.endsAt(row.endOffset ?? load.bodyOffset)) || content.length === null)
    throw new Error(`load ${load.loadId}: object ${ordinal} goes on behind its last record`);
  const { length } = content;
  const named = namedNotes(load, content);
  await transaction(db, {}, async () => {
    await execute(db, updateObjectDecoded(load.loadId, ordinal, length));
    await execute(db, updateRangeEnd(load.loadId, row.slice, length));
    if (named.length > 0) await execute(db, addDecodingNotes(load.loadId, named));
    await assertAttempt(db, load);
  });
}
