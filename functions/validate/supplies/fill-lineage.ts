import { recordsAt } from '../../content/records-at.ts';
import { lineageOf, suppliedColumns } from '../../core/supplies/supplied.ts';
import { execute, many, type Db } from '../../db/client.ts';
import { withoutNestedLoops } from '../../db/settings.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { SliceSource } from '../judging/typed-half.ts';
import {
  createPlaces,
  dropOffsetsIndex,
  dropPlaces,
  indexOffsets,
  insertPlaces,
  type PlacedColumn,
  type PlacedSlice,
  regularPlaces,
  selectOffsets,
  setPlaces,
  setPlacesFound,
  setPlacesOfOrigin,
  type Settings,
} from './lineage-sql.ts';

/** A slice whose sound records are all in its typed half. */
export interface FilledSlice extends PlacedSlice {
  readonly records: number;
  /** Each line of it is a record, and each record a line. */
  readonly regular: boolean;
}

/**
 * Fills in what differs from record to record of the columns that say where one came from: its line and its number, and its object where
 * several share the slice. Where lines do
 * not follow from numbers (records of several lines, blank lines) the object is read once more; a replay's are those of its origin.
 * The same at each filling of staging.
 */
export async function fillLineage(
  db: Db,
  load: Pick<PlannedLoad, 'contract' | 'request'>,
  slice: FilledSlice,
  source: SliceSource,
): Promise<void> {
  const columns = placedColumns(load, slice);
  if (columns.length === 0) return;
  const { replay } = load.request;
  const regular = placesBeside(load, slice);
  if (replay !== undefined) {
    await withoutNestedLoops(db, () => execute(db, setPlacesOfOrigin(slice, replay.of, columns)));
  } else if (regular !== null) await execute(db, setPlaces(slice, regular));
  else await fillFromObject(db, slice, { columns, source });
}

/**
 * The same for an update that writes all records anyway, which costs as much as a second one; null where there is nothing to say, or it does not
 * follow from their numbers.
 */
export function placesBeside(load: Pick<PlannedLoad, 'contract' | 'request'>, slice: FilledSlice): Settings | null {
  const columns = placedColumns(load, slice);
  const isRegular = slice.regular || columns.every(({ says }) => says !== 'line');
  return columns.length > 0 && isRegular && load.request.replay === undefined ? regularPlaces(slice, columns) : null;
}

function placedColumns(
  { contract }: Pick<PlannedLoad, 'contract'>,
  { own }: Pick<FilledSlice, 'own'>,
): readonly PlacedColumn[] {
  return suppliedColumns(contract).flatMap((column): readonly PlacedColumn[] => {
    const says = lineageOf(column);
    if (says === 'line' || says === 'record') return [{ column, says }];
    return own !== undefined && (says === 'object-key' || says === 'object-time') ? [{ column, says }] : [];
  });
}

async function fillFromObject(
  db: Db,
  slice: FilledSlice,
  { columns, source }: { readonly columns: readonly PlacedColumn[]; readonly source: SliceSource },
): Promise<void> {
  const { loadId, slice: number } = slice;
  const { content, format, range } = source;
  const wanted = await offsetsOf(db, slice);
  await execute(db, createPlaces(loadId, number));
  const pages = recordsAt(content, { format, range, wanted, startLine: slice.baseLine + 1, maxRawBytes: 0 });
  for await (const page of pages) await execute(db, insertPlaces(slice, page));
  await withoutNestedLoops(db, () => execute(db, setPlacesFound(slice, columns)));
  await execute(db, dropPlaces(loadId, number));
}

/** Eight bytes an offset. */
async function offsetsOf(db: Db, slice: FilledSlice): Promise<number[]> {
  const { loadId, slice: number } = slice;
  const pageRecords = 20_000;
  const offsets: number[] = [];
  await execute(db, indexOffsets(loadId, number));
  for (;;) {
    const page = await many<{ byte_offset: number }>(db, selectOffsets(slice, offsets.at(-1) ?? -1, pageRecords));
    for (const { byte_offset } of page) offsets.push(byte_offset);
    if (page.length < pageRecords) break;
  }
  await execute(db, dropOffsetsIndex(loadId, number));
  return offsets;
}
