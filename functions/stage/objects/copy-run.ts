import { addedUp } from '../../cleaning/cleaned-cells.ts';
import { UTC } from '../../core/time-zone.ts';
import { execute, idleWhileReadingMs, many, one, transaction } from '../../db/client.ts';
import { contentOf } from '../../content/open-content.ts';
import type { Content } from '../../content/content.ts';
import { sliceBytes } from '../../content/slice-bytes.ts';
import { formatOf } from '../../formats/format-of.ts';
import type { ScanCounts } from '../../formats/shared/scanner.ts';
import { assertAttempt, assertEpoch } from '../../ledger/loads/attempts.ts';
import { contentBytes, type PlannedLoad } from '../../ledger/loads/load.ts';
import { loadOfMember, membersOfRun } from '../../ledger/objects/member-load.ts';
import type { Member } from '../../ledger/objects/members.ts';
import { selectRefused, type StagedPart, updateStagedParts } from '../../ledger/objects/objects-sql.ts';
import { addDecodingNotes } from '../../ledger/objects/decoded-sql.ts';
import { selectSliceForUpdate, type SliceRow, updateRangeEnd, updateReceipt } from '../../ledger/slices/slices-sql.ts';
import { readAhead } from '../../objects/read-ahead.ts';
import { beyondAnyEnd, type ObjectStore } from '../../objects/store.ts';
import type { RecordDeps } from '../../runtime/lambda-step.ts';
import {
  assertSent,
  type Halves,
  inPieces,
  isRegular,
  openHalves,
  type RecordsToCopy,
  scanning,
  type Staged,
} from '../copy-records.ts';
import { jumpsOf, nothingStaged, rawWhereRefused } from '../copy-slice.ts';
import { givenValues } from '../given-values.ts';
import { leavingOut, type Reading } from './leave-out.ts';
import { unterminatedQuote } from '../open-quote.ts';
import { createTyped, dropStaging } from '../sql.ts';

type RunDeps = Pick<RecordDeps, 'db' | 'log'> & { readonly store: ObjectStore };

/** A slice that objects share, as a call stages it. */
interface RunToStage {
  readonly load: PlannedLoad;
  readonly slice: number;
  readonly members: readonly Member[];
}

/**
 * A slice that several whole objects share, as copySlice stages one of a single object: one transaction, one COPY, one receipt. Each object is
 * scanned from its own start to its own end, so that nothing of one is taken for another's; record numbers go on through all of them. One
 * that cannot be read refuses the load, or is left out, and the slice is staged without it.
 */
export async function copyRun(load: PlannedLoad, slice: number, deps: RunDeps): Promise<void> {
  let members = membersOfRun(load, slice);
  for (;;) {
    const staging = { load, slice, members };
    const refused = await leavingOut({ load, slice }, deps.db, async (reading) => {
      await rawWhereRefused(slice, deps, (allRaw) => stageOnce(staging, deps, { allRaw, reading }));
    });
    if (refused === null) return;
    members = members.filter(({ ordinal }) => ordinal !== refused);
  }
}

async function stageOnce(
  { load, slice, members: planned }: RunToStage,
  { db, store }: RunDeps,
  { allRaw, reading }: { readonly allRaw: boolean; readonly reading: Reading },
): Promise<void> {
  const timeZone = load.contract.timeZone ?? UTC;
  await transaction(db, { lockTimeoutMs: 30_000, idleTimeoutMs: idleWhileReadingMs, timeZone }, async () => {
    const row = await one<SliceRow>(db, selectSliceForUpdate(load.loadId, slice));
    if (row.stagedAt !== null && row.epoch === load.epoch) return;
    await assertEpoch(db, load);
    await many(db, dropStaging(load.loadId, slice));
    // another call of the same slice may have left one out meanwhile
    const refused = new Set(
      (await many<{ ordinal: number }>(db, selectRefused(load.loadId))).map(({ ordinal }) => ordinal),
    );
    const members = planned.filter(({ ordinal }) => !refused.has(ordinal));
    const objects = members.map(({ object }) => object);
    const [first] = members;
    const startedAt = new Date();
    const receipt = { loadId: load.loadId, slice, attempt: load.attempt, epoch: load.epoch, startedAt };
    if (first === undefined) await many(db, updateReceipt({ ...nothingStaged, ...receipt }));
    else {
      const of = loadOfMember(load, first);
      await many(db, createTyped(load.loadId, slice, of.fileColumns, await givenValues(db, of)));
      const mode = { allRaw, zoneJumps: await jumpsOf(db, of) };
      const ahead = readAhead(store, objects);
      let run: StagedRun;
      try {
        run = await copyParts({ load, slice, members }, { db, store: ahead.store, mode, reading });
      } finally {
        await ahead.end();
      }
      const { staged, parts, notes } = run;
      await many(db, updateReceipt({ ...staged, ...receipt }));
      await execute(db, updateRangeEnd(load.loadId, slice, staged.endOffset ?? row.rangeStart));
      await execute(db, updateStagedParts(load.loadId, parts));
      if (notes.length > 0) await execute(db, addDecodingNotes(load.loadId, notes));
    }
    await assertAttempt(db, load);
  });
}

interface StagedRun {
  readonly staged: Staged;
  readonly parts: readonly StagedPart[];
  /** What decoders say of objects of which they said nothing before. */
  readonly notes: readonly string[];
}

interface PartDeps {
  readonly db: RunDeps['db'];
  readonly store: ObjectStore;
  readonly mode: Pick<RecordsToCopy, 'allRaw' | 'zoneJumps'>;
  readonly reading: Reading;
}

async function copyParts({ load, slice, members }: RunToStage, deps: PartDeps): Promise<StagedRun> {
  const { db, store, mode, reading } = deps;
  const parts: StagedPart[] = [];
  const notes: string[] = [];
  const counted: ScanCounts[] = [];
  const [first] = members.map((member) => loadOfMember(load, member));
  if (first === undefined) throw new Error(`slice ${slice} of load ${load.loadId} has no object`);
  const halves = openHalves(db, first, slice, formatOf(first));
  let end = first.bodyOffset;
  let before = 0;
  let regular = true;
  try {
    for (const member of members) {
      const of = loadOfMember(load, member);
      const shift = end - of.bodyOffset;
      const content = contentOf(store, of);
      try {
        const { ordinal } = member;
        const found = await reading(member, async () => await scanObject(of, { content, halves, shift, before, mode }));
        const { records, endOffset } = found.counts;
        const decodedBytes = content.entersAnywhere ? null : found.length;
        parts.push({ ordinal, shift, before, records, decodedBytes });
        counted.push(found.counts);
        regular &&= found.regular;
        if (of.decodedBytes === null) notes.push(...namedNotes(of, content));
        before += records;
        end = endOffset ?? end;
      } finally {
        await content.close();
      }
    }
    const staged = {
      ...together(counted),
      startOffset: first.bodyOffset,
      endOffset: end,
      regular,
      unsound: halves.unsound,
    };
    assertSent(await halves.end(), staged, load, { slice });
    return { staged: { ...staged, startKnown: true, guessFailed: false }, parts, notes };
  } catch (error) {
    await halves.abort(error as Error);
    throw error;
  }
}

interface ObjectScan {
  readonly content: Content;
  readonly halves: Halves;
  readonly shift: number;
  readonly before: number;
  readonly mode: PartDeps['mode'];
}

interface ScannedObject {
  readonly counts: ScanCounts;
  readonly regular: boolean;
  /** Of its content. */
  readonly length: number;
}

/** One object from its first record to its end. */
async function scanObject(
  of: PlannedLoad,
  { content, halves, shift, before, mode }: ObjectScan,
): Promise<ScannedObject> {
  const { bodyOffset: start } = of;
  const end = contentBytes(of) ?? start + beyondAnyEnd;
  const scanner = formatOf(of).scanner({
    ...scanning(of, mode),
    startOffset: start + shift,
    endOffset: end + shift,
    recordsBefore: before,
  });
  let lastByte: number | undefined;
  if (end > start)
    for await (const piece of inPieces(sliceBytes(content, { start, end }, scanner))) {
      lastByte = piece.at(-1) ?? lastByte;
      const { typed, raw } = scanner.push(piece);
      await halves.send(typed, raw);
    }
  if (!scanner.done) {
    const { typed, raw } = scanner.end();
    await halves.send(typed, raw);
  }
  const counts = scanner.counts();
  const { openQuote, endOffset } = counts;
  if (openQuote !== null)
    throw unterminatedQuote(of, { line: of.bodyLine - 1 + openQuote.line, offset: openQuote.offset - shift });
  const last = endOffset === null ? start : endOffset - shift;
  // invariant 1; only now is a packed object known to be whole
  if (!(await content.endsAt(last)) || content.length === null)
    throw new Error(`load ${of.loadId}: ${of.object.key} goes on behind its last record, at byte ${last}`);
  return { counts, regular: isRegular(counts, lastByte), length: content.length };
}

/** What decoders say of an object, with its name. */
export function namedNotes({ object: { key } }: PlannedLoad, { notes }: Content): readonly string[] {
  return notes.map((note) => `${key.slice(key.lastIndexOf('/') + 1)}: ${note}`);
}

/** The receipt of all, but for where they begin and end. */
function together(counted: readonly ScanCounts[]): Omit<ScanCounts, 'startOffset' | 'endOffset'> {
  const sum = (of: (counts: ScanCounts) => number): number => counted.reduce((all, counts) => all + of(counts), 0);
  const skipped = {
    blankRows: sum((counts) => counts.skipped?.blankRows ?? 0),
    repeatedHeaders: sum((counts) => counts.skipped?.repeatedHeaders ?? 0),
  };
  const nullWords: Record<string, number> = {};
  for (const [word, cells] of counted.flatMap((counts) => Object.entries(counts.nullWords)))
    nullWords[word] = (nullWords[word] ?? 0) + cells;
  const cleaned = addedUp(counted.flatMap((counts) => counts.cleaned ?? []));
  // an object without a sound record names none
  const named = counted.flatMap((counts) => (counts.named === undefined ? [] : [counts.named]));
  return {
    records: sum(({ records }) => records),
    typed: sum(({ typed }) => typed),
    raw: sum(({ raw }) => raw),
    blankLines: sum(({ blankLines }) => blankLines),
    ...(skipped.blankRows + skipped.repeatedHeaders > 0 && { skipped }),
    zonelessCells: sum(({ zonelessCells }) => zonelessCells),
    nullWords,
    ...(cleaned.length > 0 && { cleaned }),
    lines: sum(({ lines }) => lines),
    openQuote: null,
    ...(named.length > 0 && { named: [...new Set(named.flat())].toSorted((a, b) => a - b) }),
  };
}
