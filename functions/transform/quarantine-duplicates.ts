import { ruleOf } from '../conflict/all.ts';
import { execute, idleWhileReadingMs, many, one, transaction, type Db } from '../db/client.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import { insertDuplicates, type PlacedDuplicate } from '../ledger/rejects/duplicates-sql.ts';
import { formatOf } from '../formats/format-of.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSlice, type SliceRow } from '../ledger/slices/slices-sql.ts';
import type { Content } from '../content/content.ts';
import { type OfObject, type OpenObject, withContents } from '../ledger/objects/member-load.ts';
import { recordsAt } from '../content/records-at.ts';
import type { ObjectStore } from '../objects/store.ts';
import { dropLosers, selectLosers } from './duplicates-sql.ts';

/** Runs what it is given when all before it has ended, since a connection of pg takes one statement at a time. */
type InOrder = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Losers into the quarantine, with their place: staging knows a record's offset, its line and length come from one more
 * pass over the slices that have losers. One transaction, behind that of the analysis, which has taken out what an earlier run put in.
 */
export async function quarantineDuplicates(
  db: Db,
  load: PlannedLoad,
  losing: readonly number[],
  store: ObjectStore,
): Promise<void> {
  if (losing.length === 0) return;
  const kept = ruleOf(load.contract).duplicates.words(load.contract.conflict);
  await transaction(db, { idleTimeoutMs: idleWhileReadingMs }, async () => {
    await assertEpoch(db, load);
    // two pages wait for the server at most, so that it never waits for the next one to be located
    let writing: readonly Promise<unknown>[] = [];
    const inOrder = oneAfterAnother();
    const losersAt = (position: number): Promise<Losers> | null => {
      const slice = losing[position];
      return slice === undefined ? null : inOrder(() => losersOf(db, load.loadId, slice));
    };
    await withContents(store, load, async (at) => {
      for await (const { slice, page } of placedDuplicates(losersAt, at)) {
        const [oldest, ...rest] = writing;
        if (writing.length === 2) await oldest;
        const written = inOrder(() => execute(db, insertDuplicates(load.loadId, slice, kept, page)));
        writing = [...(writing.length === 2 ? rest : writing), written];
      }
    });
    await Promise.all(writing);
    await execute(db, dropLosers(load.loadId));
    await assertAttempt(db, load);
  });
}

/** What comes later may be awaited later: its failure does not count as unhandled until then, and fails all that follows it. */
function oneAfterAnother(): InOrder {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = before.then(work);
    done.catch(() => undefined);
    before = done;
    return done;
  };
}

/** Slice after slice; the losers of the next one are asked for before this one's are located, so that its pages wait for no query. */
async function* placedDuplicates(
  losersAt: (position: number) => Promise<Losers> | null,
  at: (slice: OfObject) => Promise<OpenObject>,
): AsyncGenerator<{ slice: number; page: readonly PlacedDuplicate[] }> {
  let upcoming = losersAt(0);
  for (let position = 0; upcoming !== null; position += 1) {
    const losers: Losers = await upcoming;
    upcoming = losersAt(position + 1);
    const { load: of, content } = await at(losers.row);
    for await (const page of placed(of, losers, content)) yield { slice: losers.row.slice, page };
  }
}

async function* placed(
  load: PlannedLoad,
  { row, offsets, recordNos }: Losers,
  content: Content,
): AsyncGenerator<readonly PlacedDuplicate[]> {
  const { startOffset: start, endOffset: end, baseLine } = row;
  if (start === null || end === null || baseLine === null) throw new Error(`slice ${row.slice} has no receipt`);
  const located = recordsAt(content, {
    format: formatOf(load),
    range: { start, end },
    startLine: baseLine + 1,
    wanted: offsets,
    maxRawBytes: 0,
  });
  let before = 0;
  for await (const records of located) {
    const first = before;
    before += records.length;
    yield records.map(({ byteOffset, ownOffset = byteOffset, byteLength, line }, i) => {
      const recordNo = recordNos[first + i];
      if (recordNo === undefined) throw new Error(`no loser stands at byte ${byteOffset}`);
      return { recordNo, byteOffset: ownOffset, byteLength, line };
    });
  }
}

interface Losers {
  readonly row: SliceRow;
  readonly offsets: readonly number[];
  readonly recordNos: readonly number[];
}

/** Two numbers a loser: a slice of nothing but duplicates is a quarter of a million of them, and rows would weigh 100 MB. */
async function losersOf(db: Db, loadId: number, slice: number): Promise<Losers> {
  const most = 20_000;
  const row = await one<SliceRow>(db, selectSlice(loadId, slice));
  const offsets: number[] = [];
  const recordNos: number[] = [];
  for (;;) {
    const page = await many<{ record_no: number; byte_offset: number }>(
      db,
      selectLosers(loadId, slice, { after: recordNos.at(-1) ?? 0, most }),
    );
    for (const loser of page) {
      offsets.push(loser.byte_offset);
      recordNos.push(loser.record_no);
    }
    if (page.length < most) return { row, offsets, recordNos };
  }
}
