import type { z } from 'zod';
import { LoadRejected, ReconciliationMismatch } from '../protocol/errors.ts';
import type { composeInput, composeOutput, StageItem } from '../protocol/states.ts';
import type { FileColumn } from '../core/contract.ts';
import { entersAnywhere } from '../decoding/steps.ts';
import { firstsOfRuns } from '../content/runs.ts';
import { readsInRuns, runsOf } from '../ledger/objects/runs-of.ts';
import { requireSequences } from '../contract/sequence-rights.ts';
import { execute, many, transaction, type Db } from '../db/client.ts';
import { memoryOf } from '../governor/memory/server-memory.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';
import { contentBytes, type PlannedLoad } from '../ledger/loads/load.ts';
import { updateComposed } from '../ledger/loads/loads-sql.ts';
import { selectSlices, updateBases, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { shownObject } from '../core/object-url.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { digestObject } from './digest-object.ts';
import { namedColumns } from './named-columns.ts';
import { countStaged } from './sql.ts';
import { tile } from './tile.ts';
import { byObject, membersOfRun, partOf, stagedMembers } from '../ledger/objects/member-load.ts';
import { unterminatedQuote } from './open-quote.ts';
import { type Tiled, withoutLeftOut } from './objects/without-left-out.ts';

/**
 * The state Compose: do the slices tile the object (invariant 1)? Each has to begin where the one before it ended; what
 * does not fit goes back to StageSlices. Once all fit, records and lines get their numbers in the whole load, and the object its
 * digest where one is asked for.
 */
export async function compose(
  input: z.output<typeof composeInput>,
  deps: Pick<RecordDeps, 'db' | 'storeFor' | 'millisecondsLeft'>,
): Promise<z.input<typeof composeOutput>> {
  const load = await readLeasedLoad(deps.db, input);
  const composed = await putTogether(load, input, deps.db);
  if (composed.stage.length === 0) await digestObject(load, deps);
  return composed;
}

async function putTogether(
  load: PlannedLoad,
  { loadId, attempt, seal, slicesAtOnce }: z.output<typeof composeInput>,
  db: Db,
): Promise<z.input<typeof composeOutput>> {
  const wholeLoad = await memoryOf(db, load.contract);
  return await transaction(db, { wholeLoad, onOneCore: load.live?.isLive === true }, async () => {
    await assertEpoch(db, load);
    const { slices, stage } =
      load.members === null
        ? await tiled(db, load)
        : await withoutLeftOut(db, load, (of, own) => toStageOfObject(load, of, own));
    if (stage.length > 0) return { loadId, attempt, seal, slicesAtOnce, stage: [...stage], validate: [] };
    await assertStaged(db, load, slices);
    assertReplayed(load, slices);
    const fileColumns = namedColumns(load, slices);
    // once the gate is passed rows may be merged already
    if (!load.gated && fileColumns !== load.fileColumns) await requireSequences(db, load.contract, fileColumns);
    await numberRecords(db, load, slices, fileColumns);
    await assertAttempt(db, load);
    const toValidate = slices
      .filter((slice) => (slice.records ?? 0) > 0 && slice.validatedEpoch !== load.epoch)
      .map(({ slice }) => slice);
    const validate = readsInRuns(load) ? firstsOfRuns(toValidate, slices.length, runsOf(load)) : toValidate;
    return { loadId, attempt, seal, slicesAtOnce, stage: [], validate: [...validate] };
  });
}

async function tiled(db: Db, load: PlannedLoad): Promise<Tiled> {
  const slices = await many<SliceRow>(db, selectSlices(load.loadId));
  return { slices, stage: toStage(load, slices) };
}

/** The same of one of several objects, or of those that share a slice. */
function toStageOfObject(load: PlannedLoad, of: PlannedLoad, slices: readonly SliceRow[]): readonly StageItem[] {
  const [only] = slices;
  if (only === undefined || membersOfRun(load, only.slice).length === 0) return toStage(of, slices);
  if (only.epoch !== load.epoch) return [{ slice: only.slice, through: only.slice, from: null }];
  assertRunTiles(load, only);
  return [];
}

/** Invariant 1 of a slice that objects share: each stands where the one before it ends, from its first record to its end. */
function assertRunTiles(load: PlannedLoad, { slice, startOffset, endOffset, records }: SliceRow): void {
  let end = startOffset;
  let before = 0;
  for (const member of stagedMembers(load, slice)) {
    const { body, shift } = partOf(member);
    if (body.start + shift !== end || member.staged.before !== before)
      throw new ReconciliationMismatch(
        `load ${load.loadId}, slice ${slice}: ${shownObject(member.load.object)} begins at ${body.start + shift} behind ${member.staged.before} records, and what is before it ends at ${end} with ${before}`,
      );
    end = body.end + shift;
    before += member.staged.records;
  }
  if (end !== endOffset || before !== records)
    throw new ReconciliationMismatch(
      `load ${load.loadId}, slice ${slice}: its objects end at ${end} with ${before} records, and its receipt says ${endOffset} and ${records}`,
    );
}

/** What of one object has to be staged; of one that is staged whole nothing. */
function toStage(load: PlannedLoad, slices: readonly SliceRow[]): readonly StageItem[] {
  const { misfits, end, openQuote } = tile(slices, load.bodyOffset, load.epoch);
  if (openQuote !== null && misfits.length === 0) throw openQuoteIn(load, slices, openQuote);
  const stage = entersAnywhere(load.decoding)
    ? misfits
    : load.members === null
      ? toGoOn(load, misfits, slices.length)
      : toReadAgain(load, slices, misfits);
  const bytes = contentBytes(load);
  if (stage.length === 0 && end !== bytes)
    throw new Error(`load ${load.loadId}: slices of ${shownObject(load.object)} end at ${end} of ${bytes}`);
  return stage;
}

/** Of several objects a packed one is a slice, which is read until its length is known. */
function toReadAgain(
  { decodedBytes, bodyOffset }: PlannedLoad,
  slices: readonly SliceRow[],
  misfits: readonly StageItem[],
): readonly StageItem[] {
  const [only] = slices;
  if (misfits.length === 0 && decodedBytes !== null) return [];
  return only === undefined ? [] : [{ slice: only.slice, through: only.slice, from: bodyOffset }];
}

/** One worker goes on with a packed object, until all of it has a receipt and its length is known. */
function toGoOn({ decodedBytes }: PlannedLoad, misfits: readonly StageItem[], planned: number): readonly StageItem[] {
  const next = misfits[0]?.slice ?? (decodedBytes === null ? planned : null);
  return next === null ? [] : [{ slice: next, through: next, from: null }];
}

/** Only now is it certain that this quote is a quote: the slice it opened in began at the right place. */
function openQuoteIn(load: PlannedLoad, slices: readonly SliceRow[], opened: SliceRow): LoadRejected {
  const before = slices.filter(({ slice }) => slice < opened.slice).reduce((sum, { lines }) => sum + (lines ?? 0), 0);
  const line = load.bodyLine - 1 + before + (opened.openQuoteLine ?? 0);
  return unterminatedQuote(load, { line, offset: opened.openQuoteOffset ?? 0 });
}

/** A replay's records are told from each other by their numbers: what came apart otherwise than it was written has none. */
function assertReplayed({ loadId, replay }: PlannedLoad, slices: readonly SliceRow[]): void {
  const records = slices.reduce((sum, slice) => sum + (slice.records ?? 0), 0);
  if (replay === null || replay.records === records) return;
  throw new LoadRejected(
    'REPLAY_REFUSED',
    `${replay.records} records were written for load ${loadId}, and ${records} can be told apart: a cell of a mended record has a quote or a line end too many. Nothing is merged; mend fewer records at a time to find it`,
  );
}

/** Invariant 3: the staging holds what the receipts say. The sum of both halves stays the same when validate moves records. */
async function assertStaged(db: Db, { loadId }: PlannedLoad, slices: readonly SliceRow[]): Promise<void> {
  const filled = slices.filter(({ records }) => (records ?? 0) > 0);
  if (filled.length === 0) return;
  const counted = await many<{ slice: number; records: number }>(db, countStaged(loadId, filled));
  const records = new Map(counted.map((row) => [row.slice, row.records]));
  for (const slice of filled) {
    if (records.get(slice.slice) === slice.records) continue;
    throw new ReconciliationMismatch(
      `load ${loadId}, slice ${slice.slice}: its receipt says ${slice.records} records, its staging holds ${records.get(slice.slice) ?? 0}`,
    );
  }
}

/** Record and line numbers count inside a slice; their bases are the sums of the slices before, lines in the same object. */
async function numberRecords(
  db: Db,
  load: PlannedLoad,
  slices: readonly SliceRow[],
  fileColumns: readonly FileColumn[],
): Promise<void> {
  let baseRecord = 0;
  const bases = byObject(load, slices).flatMap(([of, own]) => {
    let baseLine = of.bodyLine - 1;
    return own.map((slice) => {
      const base = { slice: slice.slice, baseRecord, baseLine };
      baseRecord += slice.records ?? 0;
      baseLine += slice.lines ?? 0;
      return base;
    });
  });
  await execute(db, updateBases(load.loadId, bases));
  await execute(db, updateComposed(load.loadId, baseRecord, fileColumns));
}
