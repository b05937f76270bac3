import type { z } from 'zod';
import { TryAgain } from '../protocol/errors.ts';
import type { StageItem, stageSliceInput, stageSliceOutput } from '../protocol/states.ts';
import type { Content } from '../content/content.ts';
import { withContent } from '../content/open-content.ts';
import { one } from '../db/client.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSlice, type SliceRow } from '../ledger/slices/slices-sql.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { type StagedOnward, stageOnward } from './stage-onward.ts';
import { copySlice } from './copy-slice.ts';
import { assertNobodyFirst } from './others-first.ts';
import { stageObjects } from './objects/stage-objects.ts';
import { assertMayGoOn } from './stop-early.ts';

/** A slice takes seconds; with less than this left the next function call begins the next one. */
const marginMs = 120_000;

/**
 * The state StageSlice: one slice as a rule, or all of an object that is read from its start only. After wrong guesses several
 * in a row, each beginning where the one before it ended; what is staged is receipted, so a call that runs out of time is simply
 * made again.
 */
export async function stageSlice(
  input: z.output<typeof stageSliceInput>,
  deps: RecordDeps,
): Promise<z.input<typeof stageSliceOutput>> {
  const { db } = deps;
  const { item } = input;
  const load = await readLeasedLoad(db, input);
  const store = await deps.storeFor(load.object.bucket);
  if (load.members !== null) return await stageObjects(load, item, { ...deps, store }, marginMs);
  return await withContent(store, load, async (content) => {
    const all = { ...deps, content };
    return content.entersAnywhere ? await stageInTurn(load, item, all) : await stageOnward(load, marginMs, all);
  });
}

async function stageInTurn(
  load: PlannedLoad,
  item: StageItem,
  deps: RecordDeps & { readonly content: Content },
): Promise<StagedOnward> {
  const { db, content } = deps;
  const bytesEach = content.countsRows ? load.object.sizeBytes / (content.length ?? 1) : 1;
  let from = item.from;
  let records = 0;
  let bytes = 0;
  for (let slice = item.slice; slice <= item.through; slice += 1) {
    if (slice > item.slice && deps.millisecondsLeft() < marginMs) {
      throw new TryAgain(`slices ${slice} to ${item.through} of load ${load.loadId} are left for the next call`);
    }
    await assertMayGoOn(db, load);
    await assertNobodyFirst(db, load);
    await copySlice({ load, slice, from }, deps);
    const staged = await one<SliceRow>(db, selectSlice(load.loadId, slice));
    records += staged.records ?? 0;
    bytes += Math.round(((staged.endOffset ?? 0) - (staged.startOffset ?? 0)) * bytesEach);
    from = staged.endOffset ?? from;
    // it never closes: Compose refuses the load, and nothing after it can be told apart
    if (staged.openQuoteOffset !== null) break;
  }
  return { records, bytes };
}
