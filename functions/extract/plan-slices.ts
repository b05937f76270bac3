import type { z } from 'zod';
import type { planSlicesInput, planSlicesOutput, StageItem } from '../protocol/states.ts';
import { execute, many, transaction, type Db } from '../db/client.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import { beginEpoch } from '../ledger/staging/epochs.ts';
import { renew } from '../ledger/leases/lease.ts';
import { readLoad, type Load } from '../ledger/loads/load.ts';
import { updateDecoded, updateEpoch, updatePlan } from '../ledger/loads/loads-sql.ts';
import { insertSlices, selectSlices, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { dropStagingOfOthers } from '../ledger/staging/staging.ts';
import { laterBytes } from '../content/later-bytes.ts';
import { type Declared, datasetOf } from '../contract/dataset-of.ts';
import type { SniffedFormat } from '../core/format/file-format.ts';
import type { ObjectStore, StoredObject, WrittenRef } from '../objects/store.ts';
import { sniffedFormat } from './sniffed-format.ts';
import { formatToLookBy, undeclaredJson } from './undeclared-json.ts';
import { isRejectsFile } from '../replay/mended-header.ts';
import { becomeReplay } from './become-replay.ts';
import { replayObject } from './replay-object.ts';
import { currentContract } from './current-contract.ts';
import { type DecodingStep, entersAnywhere, keepsPlaces, writtenSteps } from '../decoding/steps.ts';
import { type Trailer, trailerStep } from '../decoding/trailer/trailer.ts';
import { headOfRecords, trailingLines } from './trailing-lines.ts';
import { type ObjectHead, readObjectHead } from './object-head.ts';
import { lookFirst } from './look-first.ts';
import { objectHeader } from './object-header.ts';
import { requireSequences } from '../contract/sequence-rights.ts';
import { rowSlices } from './row-slices.ts';
import { sliceRanges } from './slice-ranges.ts';

/** What PlanSlices needs beside its input. */
export interface PlanDeps extends Declared {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
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
  const { load, seal } = await currentContract(await readLoad(db, input.loadId), input.attempt, deps);
  await renew(db, { ...load, attempt: input.attempt });
  const { isLive } = await lookFirst(db, { ...load, attempt: input.attempt });
  const stage =
    load.bodyOffset === null ? await planFirst(load, input.attempt, deps) : await planAgain(db, load, input.attempt);
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
  const trailer = trailerOf(load);
  const records = headOfRecords(head, trailer);
  const sniffed =
    undeclaredJson(load, { decoding, head }) ??
    (await sniffedIn(load, object, { decoding, head: records, rows: trailer.rows, store }, deps));
  const header = await objectHeader(load, sniffed, { head: records, decoding });
  if (load.contract !== null) await requireSequences(db, load.contract, header.fileColumns);
  const wished = load.request.sliceBytes ?? load.contract?.limits.sliceBytes;
  const table = await rowSlices(store, object, { decoding, wished });
  // what is read from its start only is cut as it is read: nobody knows its length before
  const end = await trailerIn(object, { ...header, ...trailer }, { decoding: table?.decoding ?? decoding, store });
  const bodyEnd = end.bodyEnd ?? object.sizeBytes;
  const ranges = table?.ranges ?? (keepsPlaces(end.decoding) ? sliceRanges(header.bodyOffset, bodyEnd, wished) : []);
  return await transaction(db, {}, async () => {
    await execute(
      db,
      updatePlan({
        loadId: load.loadId,
        epoch: await beginEpoch(db, load),
        ...header,
        // no row is the header
        ...(table !== null && { bodyOffset: 0 }),
        sniffed,
        ...end,
        decoding: end.decoding === null ? null : writtenSteps(end.decoding),
      }),
    );
    const decodedBytes = table?.bytes ?? (end.decoding !== null && keepsPlaces(end.decoding) ? bodyEnd : null);
    if (decodedBytes !== null)
      await execute(db, updateDecoded(load.loadId, { decodedBytes, paddingBytes: 0, trailer: null, notes: [] }));
    await execute(db, insertSlices(load.loadId, ranges));
    await assertAttempt(db, { loadId: load.loadId, attempt });
    const slices = await many<SliceRow>(db, selectSlices(load.loadId));
    return entersAnywhere(end.decoding) ? slices.map(stageItemOf) : [onward(0)];
  });
}

function trailerOf({ contract }: Load): Parameters<typeof headOfRecords>[1] {
  const format = contract?.format;
  const rows = format !== undefined && 'trailerRows' in format ? (format.trailerRows ?? 0) : 0;
  const recordEnd = format !== undefined && 'recordEnd' in format ? format.recordEnd : undefined;
  const isDelimited = format?.kind === 'csv' || format?.kind === 'tsv';
  const hasHeader = isDelimited && format.header === undefined;
  return { rows, hasHeader, ...(recordEnd !== undefined && { recordEnd }) };
}

/** Lines at the end that are no records: a plain object's are found now, those of any other one are held back as it is read. */
async function trailerIn(
  object: StoredObject,
  trailer: Trailer,
  { decoding, store }: { readonly decoding: readonly DecodingStep[] | null; readonly store: ObjectStore },
): Promise<Pick<Parameters<typeof updatePlan>[0], 'bodyEnd' | 'trailer'> & { decoding: typeof decoding }> {
  if (trailer.rows === 0) return { decoding, bodyEnd: null, trailer: null };
  if (decoding === null) return { decoding, ...(await trailingLines(store, object, trailer)) };
  return { decoding: [...decoding, trailerStep(trailer)], bodyEnd: null, trailer: null };
}

/** Of a replay nothing is: its object is written in the format of the load that it replays. */
async function sniffedIn(
  load: Load,
  object: StoredObject,
  { decoding, head, rows, store }: ObjectHead & { readonly rows: number; readonly store: ObjectStore },
  declared: PlanDeps,
): Promise<SniffedFormat | null> {
  if (load.contract === null || load.request.replay !== undefined) return null;
  const { undeclared } = datasetOf(load.request, declared);
  const entered = decoding === null && undeclared.length > 0 && !head.isAll;
  const later = entered ? await laterBytes(store, object, head.bytes.length) : [];
  // what stands at the end may be no records
  const places = rows === 0 ? later : later.filter(({ isEnd }) => !isEnd);
  return sniffedFormat(object, load.contract, { head: { ...head, later: places }, undeclared });
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
    if (entersAnywhere(load.decoding)) return missing.map(stageItemOf);
    return missing.length === 0 && load.decodedBytes !== null ? [] : [onward(missing[0]?.slice ?? slices.length)];
  });
}

/** One worker stages all that is missing: where each slice starts it finds in the ledger. */
function onward(slice: number): StageItem {
  return { slice, through: slice, from: null };
}

/** A slice that was staged before keeps its start, so that the refilled staging holds the same records. */
function stageItemOf(slice: SliceRow): StageItem {
  const from = slice.baseRecord === null ? null : (slice.startOffset ?? slice.rangeEnd);
  return { slice: slice.slice, through: slice.slice, from };
}
