import { execute, idleWhileReadingMs, many, one, transaction, type Db } from '../db/client.ts';
import { assertAttempt, assertEpoch } from '../ledger/attempts.ts';
import { deleteDuplicates, insertDuplicates } from '../ledger/duplicates-sql.ts';
import type { Contract } from '../core/contract.ts';
import type { PlannedLoad } from '../ledger/load.ts';
import { selectSlice, type SliceRow } from '../ledger/slices-sql.ts';
import { recordsAt } from '../objects/records-at.ts';
import type { ObjectStore } from '../objects/store.ts';
import { dropLosers, selectLosers } from './duplicates-sql.ts';

/**
 * Losers into the quarantine, with their place: staging knows a record's offset, its line and length come from one more
 * pass over the slices that have losers. One transaction; until the gate a second run begins it anew.
 */
export async function quarantineDuplicates(
  db: Db,
  load: PlannedLoad,
  losing: readonly number[],
  store: ObjectStore,
): Promise<void> {
  await transaction(db, { idleTimeoutMs: idleWhileReadingMs }, async () => {
    await assertEpoch(db, load);
    await execute(db, deleteDuplicates(load.loadId));
    for (const slice of losing) {
      await quarantineSlice(db, load, await one<SliceRow>(db, selectSlice(load.loadId, slice)), store);
    }
    await execute(db, dropLosers(load.loadId));
    await assertAttempt(db, load);
  });
}

async function quarantineSlice(db: Db, load: PlannedLoad, slice: SliceRow, store: ObjectStore): Promise<void> {
  const { start_offset: start, end_offset: end, base_line: baseLine } = slice;
  if (start === null || end === null || baseLine === null) throw new Error(`slice ${slice.slice} has no receipt`);
  const losers = await losersOf(db, load.loadId, slice.slice);
  const located = recordsAt(store, load.object, {
    delimiter: load.contract.format.delimiter.charCodeAt(0),
    range: { start, end },
    startLine: baseLine + 1,
    wanted: losers.offsets,
    maxRawBytes: 0,
  });
  // the next page is located while the server writes this one
  let writing: Promise<unknown> = Promise.resolve();
  let placed = 0;
  for await (const records of located) {
    const first = placed;
    const page = records.map(({ byteOffset, byteLength, line }, i) => {
      const recordNo = losers.recordNos[first + i];
      if (recordNo === undefined) throw new Error(`no loser stands at byte ${byteOffset}`);
      return { recordNo, byteOffset, byteLength, line };
    });
    placed += records.length;
    await writing;
    writing = execute(db, insertDuplicates(load.loadId, slice.slice, keptInWords(load.contract), page));
    // awaited with the next page or below; a failure must not count as unhandled until then
    writing.catch(() => undefined);
  }
  await writing;
}

/** Two numbers a loser: a slice of nothing but duplicates is a quarter of a million of them, and rows would weigh 100 MB. */
async function losersOf(db: Db, loadId: number, slice: number): Promise<{ offsets: number[]; recordNos: number[] }> {
  const most = 20_000;
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
    if (page.length < most) return { offsets, recordNos };
  }
}

function keptInWords({ conflict }: Contract): string {
  if (conflict.rule === 'newer-wins') return `the one with the largest ${conflict.versionColumn} was kept`;
  return `the ${conflict.winner} one was kept`;
}
