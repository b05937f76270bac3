import { execute, many, one, type Db } from '../db/client.ts';
import type { PlannedLoad } from '../ledger/load.ts';
import { selectSlice, type SliceRow } from '../ledger/slices-sql.ts';
import { selectUnplacedDuplicates, updatePlaces } from '../ledger/verdicts-sql.ts';
import { recordsAt } from '../objects/records-at.ts';
import type { ObjectStore } from '../objects/store.ts';

/** Staging knows a duplicate's offset; its line and length come from one more pass over the slices that have some. */
export async function placeDuplicates(
  db: Db,
  load: PlannedLoad,
  losing: readonly number[],
  store: ObjectStore,
): Promise<void> {
  for (const slice of losing) {
    await placeSlice(db, load, await one<SliceRow>(db, selectSlice(load.loadId, slice)), store);
  }
}

async function placeSlice(db: Db, load: PlannedLoad, slice: SliceRow, store: ObjectStore): Promise<void> {
  const { start_offset: start, end_offset: end, base_record: baseRecord, base_line: baseLine, records } = slice;
  if (start === null || end === null || baseRecord === null || baseLine === null || records === null) return;
  const unplaced = await many<{ record_no: number; byte_offset: number }>(
    db,
    selectUnplacedDuplicates(load.loadId, baseRecord, records),
  );
  const recordNos = new Map(unplaced.map((record) => [record.byte_offset, record.record_no]));
  const located = recordsAt(store, load.object, {
    delimiter: load.contract.format.delimiter.charCodeAt(0),
    range: { start, end },
    startLine: baseLine + 1,
    wanted: unplaced.map((record) => record.byte_offset),
    maxRawBytes: 0,
  });
  for await (const records of located) {
    const places = records.map((record) => ({ ...record, recordNo: recordNos.get(record.byteOffset) ?? 0 }));
    await execute(db, updatePlaces(load.loadId, places));
  }
}
