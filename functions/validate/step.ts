import type { z } from 'zod';
import { TryAgain } from '../protocol/errors.ts';
import type { validateSliceInput, validateSliceOutput } from '../protocol/states.ts';
import type { Content } from '../content/content.ts';
import { endOfRun } from '../content/runs.ts';
import { suppliedColumns } from '../core/supplies/supplied.ts';
import { UTC } from '../core/time-zone.ts';
import { isSheltered } from '../contract/is-sheltered.ts';
import { keptBytesAtMost } from '../compile/declaration/limits.ts';
import { type Db, execute, idleWhileReadingMs, many, one, transaction } from '../db/client.ts';
import { withReadings } from '../db/meanings.ts';
import { formatOf } from '../formats/format-of.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import { readLeasedLoad } from '../ledger/leases/leased-load.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { withContents } from '../ledger/objects/member-load.ts';
import { type OwnPlaces, ownPlacesIn } from '../ledger/slices/own-places.ts';
import { readsInRuns, runsOf } from '../ledger/objects/runs-of.ts';
import { forgetSliceRejects, recordRefill, countSliceRejects } from '../ledger/rejects/rejects.ts';
import type { SliceBase } from '../ledger/rejects/rejects-sql.ts';
import { selectSliceForUpdate, selectSlices, type SliceRow } from '../ledger/slices/slices-sql.ts';
import type { ObjectStore } from '../objects/store.ts';
import { judgementOf } from './judging/judgement.ts';
import { normaliseTyped } from './rules/normalise.ts';
import { pinReadings } from './rules/pinned-readings.ts';
import { judgeRawHalf } from './judging/raw-half.ts';
import { rawRelation } from './judging/relations.ts';
import type { SliceCells } from './rules/slice-cells.ts';
import { moveSoundRecords, moveWhatFits } from './move-sound.ts';
import { assertMayPass } from './stop-early.ts';
import { withTargetFacts } from './judging/target-facts.ts';
import { countZoneless, zonelessIn } from './zoneless.ts';
import { warns, warningsOf } from './judging/warning-judgement.ts';
import { countWarnings } from './judging/warnings.ts';
import { judgeTypedHalf, type SliceSource } from './judging/typed-half.ts';
import { derivesFromLineage } from './supplies/derivations.ts';
import { derives, withDerived } from './supplies/derive.ts';
import { type FilledSlice, fillLineage, placesBeside } from './supplies/fill-lineage.ts';
import type { Settings } from './supplies/lineage-sql.ts';

/** What ValidateSlice needs beside its input. */
export interface ValidateDeps {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  readonly millisecondsLeft: () => number;
}

/** A slice takes seconds to judge; with less than this left the next call goes on with the run. */
const marginMs = 120_000;

interface StagedSlice {
  readonly load: PlannedLoad;
  readonly base: SliceBase;
  readonly relation: SliceCells;
  readonly filled: FilledSlice;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly hasRaw: boolean;
}

/**
 * The state ValidateSlice: one slice; of an object that is read from its start only the slices of a run (content/runs.ts), so
 * that it is decoded once for all of them.
 */
export async function validateSlice(
  input: z.output<typeof validateSliceInput>,
  deps: ValidateDeps,
): Promise<z.input<typeof validateSliceOutput>> {
  const { db } = deps;
  const load = await readLeasedLoad(db, input);
  const store = await deps.storeFor(load.object.bucket);
  return await withContents(store, load, async (at) => {
    const slices = readsInRuns(load) ? await leftOfRun(db, load, input.slice) : [input.slice];
    let rejected = 0;
    for (const slice of slices) {
      if (slice !== slices[0] && deps.millisecondsLeft() < marginMs) {
        throw new TryAgain(`slices from ${slice} on of load ${load.loadId} are left for the next call`);
      }
      rejected += await validateOne(load, slice, { db, at });
    }
    return { rejected };
  });
}

async function leftOfRun(db: Db, load: PlannedLoad, first: number): Promise<readonly number[]> {
  const { loadId, epoch } = load;
  const slices = await many<SliceRow>(db, selectSlices(loadId));
  const end = endOfRun(first, slices.length, runsOf(load));
  return slices
    .filter(
      ({ slice, records, validatedEpoch }) =>
        slice >= first && slice < end && (records ?? 0) > 0 && validatedEpoch !== epoch,
    )
    .map(({ slice }) => slice);
}

interface SliceDeps {
  readonly db: Db;
  readonly content: Content;
}

type AllDeps = Pick<SliceDeps, 'db'> & { readonly at: Parameters<Parameters<typeof withContents>[2]>[0] };

/**
 * Judges one slice's records, quarantines those that break a rule, moves the sound ones of the raw
 * half into the typed one. One transaction; a second run forgets what the first one found and finds it again. Once the load
 * has passed its gate what was judged stands, and staging that was filled again is only made complete.
 */
async function validateOne(load: PlannedLoad, number: number, { db, at }: AllDeps): Promise<number> {
  await assertMayPass(db, load);
  // 64 MB: the hash of a foreign key's parent with a million keys
  const limits = { workMemMb: 64, idleTimeoutMs: idleWhileReadingMs, onOneCore: load.live?.isLive === true };
  return await transaction(db, limits, async () => {
    const row = await one<SliceRow>(db, selectSliceForUpdate(load.loadId, number));
    await assertEpoch(db, load);
    const { load: of, content } = await at(row);
    const slice = stagedSlice(of, row, ownPlacesIn(load, number));
    const rejected = load.gated ? await refill(slice, { db, content }) : await judge(slice, { db, content });
    await assertAttempt(db, load);
    return rejected;
  });
}

async function judge(slice: StagedSlice, { db, content }: SliceDeps): Promise<number> {
  const { load, base, relation } = slice;
  const { contract } = load;
  const sheltered = (await isSheltered(db, load)) || (contract.recordRules ?? []).length > 0;
  await forgetSliceRejects(db, base);
  await normaliseStaged(db, slice);
  await withTargetFacts(db, contract, { ...relation, startedAt: load.startedAt }, async (facts) => {
    if (slice.hasRaw) {
      await judgeRawHalf(db, base, judgementOf(rawRelation(relation), contract, facts), sheltered);
      await moveWhatFits(db, slice);
    }
    const source = sourceOf(slice, content);
    const beside = await lineageOf(slice, { db, content });
    await withDerived(db, contract, { cells: relation, facts, beside }, async (typed) => {
      await judgeTypedHalf(db, base, judgementOf(typed, contract, facts), source, sheltered);
      if (!warns(contract)) return;
      const warnings = warningsOf(typed, contract, { base, facts });
      await countWarnings(db, base, warnings, source, sheltered);
    });
  });
  return await countSliceRejects(db, base, load.epoch);
}

function sourceOf({ load, relation, startOffset, endOffset }: StagedSlice, content: Content): SliceSource {
  return {
    content,
    range: { start: startOffset, end: endOffset },
    format: formatOf(load),
    fileColumns: relation.fileColumns,
    maxRawBytes: load.contract.limits.maxRawBytes,
  };
}

async function refill(slice: StagedSlice, { db, content }: SliceDeps): Promise<number> {
  await normaliseStaged(db, slice);
  if (slice.hasRaw) await moveSoundRecords(db, slice);
  await deriveAgain(db, slice, await lineageOf(slice, { db, content }));
  return await recordRefill(db, slice.base, slice.load.epoch);
}

/**
 * Fills in what says where a record came from; answers it instead where the columns that are expressions are to be written in the same update. An
 * update's expressions see the row as it was before, so those that read such a column need it filled.
 */
async function lineageOf(slice: StagedSlice, { db, content }: SliceDeps): Promise<Settings | null> {
  const { load, filled } = slice;
  const isApart = derives(load.contract) && !derivesFromLineage(load.contract);
  const beside = isApart ? placesBeside(load, filled) : null;
  if (beside === null) await fillLineage(db, load, filled, sourceOf(slice, content));
  return beside;
}

async function deriveAgain(
  db: Db,
  { load: { contract, startedAt }, relation }: StagedSlice,
  beside: Settings | null,
): Promise<void> {
  if (!derives(contract)) return;
  await withTargetFacts(db, contract, { ...relation, startedAt }, async (facts) =>
    withDerived(db, contract, { cells: relation, facts, beside }, async () => undefined),
  );
}

async function normaliseStaged(db: Db, { relation, hasRaw }: StagedSlice): Promise<void> {
  const statement = normaliseTyped(relation);
  if (statement !== null) await execute(db, statement);
  for (const { timeZone, statement: pin, zoneless } of pinReadings(relation, hasRaw)) {
    const before = await zonelessIn(db, zoneless);
    await withReadings(db, timeZone, () => execute(db, pin));
    await countZoneless(db, relation, before - (before === 0 ? 0 : await zonelessIn(db, zoneless)));
  }
}

function stagedSlice(load: PlannedLoad, row: SliceRow, own: OwnPlaces | undefined): StagedSlice {
  const { loadId, fileColumns, contract } = load;
  const { slice, records, rawRecords, baseRecord, baseLine, startOffset, endOffset } = row;
  if (records === null || baseRecord === null || baseLine === null || row.epoch !== load.epoch) {
    throw new Error(`slice ${slice} of load ${loadId} is not staged and composed: it cannot be validated`);
  }
  const place = { loadId, slice, baseRecord, baseLine, records, ...(own !== undefined && { own }) };
  return {
    load,
    base: { ...place, maxKeptBytes: keptBytesAtMost(contract.limits) },
    filled: { ...place, regular: row.regular === true },
    relation: {
      loadId,
      slice,
      // what the file does not have breaks no rule
      supplied: suppliedColumns(contract),
      fileColumns: fileColumns.map((column) => (column.absent === true ? { ...column, column: null } : column)),
      leniencies: contract.leniencies,
      timeZone: contract.timeZone ?? UTC,
    },
    startOffset: startOffset ?? row.rangeStart,
    endOffset: endOffset ?? row.rangeEnd,
    hasRaw: (rawRecords ?? 0) > 0,
  };
}
