import type { z } from 'zod';
import type { planSlicesInput, planSlicesOutput, StageItem } from '../protocol/states.ts';
import { execute, many, transaction, type Db } from '../db/client.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import { beginEpoch } from '../ledger/staging/epochs.ts';
import { renew } from '../ledger/leases/lease.ts';
import { readLoad, type Load } from '../ledger/loads/load.ts';
import { updateEpoch, updatePlan } from '../ledger/loads/loads-sql.ts';
import { updateDecoded } from '../ledger/objects/decoded-sql.ts';
import { insertSlices, selectSlices, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { dropStagingOfOthers } from '../ledger/staging/staging.ts';
import type { WrittenRef } from '../objects/store.ts';
import { formatToLookBy } from './undeclared-json.ts';
import { isRejectsFile } from '../replay/mended-header.ts';
import { becomeReplay } from './become-replay.ts';
import { replayObject } from './replay-object.ts';
import { currentContract } from './current-contract.ts';
import { entersAnywhere, writtenSteps } from '../decoding/steps.ts';
import { readObjectHead } from './object-head.ts';
import { lookFirst } from './look-first.ts';
import { planObject, type PlanObjectDeps } from './planning/plan-object.ts';
import { stageItemOf, stageItems } from './planning/stage-items.ts';
import { planObjects } from './sets/plan-objects.ts';
import { withoutLoaded } from './sets/without-loaded.ts';

/** What PlanSlices needs beside its input. */
export interface PlanDeps extends PlanObjectDeps {
  /** Where the records of a replay are written for the steps that follow. */
  readonly replayPlace: (load: Load) => WrittenRef;
}

/**
 * The state PlanSlices: byte ranges into landfall.slices, once a load, and which of them have to be staged now: all of
 * them at first, later those without a receipt of the staging that is there. An object that has to be unpacked is one item.
 */
export async function planSlices(
  input: z.output<typeof planSlicesInput>,
  deps: PlanDeps,
): Promise<z.input<typeof planSlicesOutput>> {
  const { db } = deps;
  const { load: current, seal } = await currentContract(await readLoad(db, input.loadId), input.attempt, deps);
  const load = await withoutLoaded(db, current, input.attempt);
  await renew(db, { ...load, attempt: input.attempt });
  const { isLive } = await lookFirst(db, { ...load, attempt: input.attempt });
  const stage = await (load.bodyOffset !== null
    ? planAgain(db, load, input.attempt)
    : load.objectCount === null
      ? planFirst(load, input.attempt, deps)
      : planObjects(load, input.attempt, deps));
  if (stage === null) return await planSlices(input, deps);
  // one core of the server: others have the rest
  const slicesAtOnce = isLive ? 1 : input.slicesAtMost;
  return { loadId: load.loadId, attempt: input.attempt, seal, slicesAtOnce, stage: [...stage] };
}

/** Null: the load became a replay, which has a contract of its own. */
async function planFirst(load: Load, attempt: number, deps: PlanDeps): Promise<readonly StageItem[] | null> {
  const { db } = deps;
  const object = load.request.replay === undefined ? load.object : await replayObject(load, attempt, deps);
  const store = await deps.storeFor(object.bucket);
  const { decoding, head } = await readObjectHead(store, object, {
    declared: load.contract?.decoding,
    format: formatToLookBy(load),
    headerOnly: true,
  });
  if (load.request.replay === undefined && decoding === null && isRejectsFile(head)) {
    await becomeReplay(load, head, { db, attempt });
    return null;
  }
  const plan = await planObject(load, object, { decoding, head, store }, deps);
  return await transaction(db, {}, async () => {
    await execute(
      db,
      updatePlan({
        loadId: load.loadId,
        epoch: await beginEpoch(db, load),
        ...plan,
        decoding: plan.decoding === null ? null : writtenSteps(plan.decoding),
      }),
    );
    const { decodedBytes } = plan;
    if (decodedBytes !== null)
      await execute(db, updateDecoded(load.loadId, { decodedBytes, paddingBytes: 0, trailer: null, notes: [] }));
    await execute(db, insertSlices(load.loadId, plan.ranges));
    await assertAttempt(db, { loadId: load.loadId, attempt });
    const slices = await many<SliceRow>(db, selectSlices(load.loadId));
    return entersAnywhere(plan.decoding) ? slices.map(stageItemOf) : [onward(0)];
  });
}

/** A resumed load: the plan stands; where the staging was lost, or is another role's, a new epoch begins and everything is staged again. */
async function planAgain(db: Db, load: Load, attempt: number): Promise<readonly StageItem[]> {
  await dropStagingOfOthers(db, { loadId: load.loadId, attempt });
  return await transaction(db, {}, async () => {
    const epoch = await beginEpoch(db, load);
    await execute(db, updateEpoch(load.loadId, epoch));
    await assertAttempt(db, { loadId: load.loadId, attempt });
    const slices = await many<SliceRow>(db, selectSlices(load.loadId));
    const missing = slices.filter((slice) => slice.epoch !== epoch);
    if (load.objectCount !== null) return stageItems(missing);
    if (entersAnywhere(load.decoding)) return missing.map(stageItemOf);
    return missing.length === 0 && load.decodedBytes !== null ? [] : [onward(missing[0]?.slice ?? slices.length)];
  });
}

/** One worker stages all that is missing: where each slice starts it finds in the ledger. */
function onward(slice: number): StageItem {
  return { slice, through: slice, from: null };
}
