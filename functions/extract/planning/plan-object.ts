import { isDeepStrictEqual } from 'node:util';
import type { FileColumn } from '../../core/contract.ts';
import type { Db } from '../../db/client.ts';
import { SLICE_BYTES } from '../../compile/declaration/limits.ts';
import { laterBytes } from '../../content/later-bytes.ts';
import { type Declared, datasetOf } from '../../contract/dataset-of.ts';
import { requireSequences } from '../../contract/sequence-rights.ts';
import type { LineEnd, SniffedFormat } from '../../core/format/file-format.ts';
import { type DecodingStep, keepsPlaces } from '../../decoding/steps.ts';
import { type Trailer, trailerStep } from '../../decoding/trailer/trailer.ts';
import { formatOf } from '../../formats/format-of.ts';
import type { Load } from '../../ledger/loads/load.ts';
import type { PlannedSlice } from '../../ledger/slices/slices-sql.ts';
import type { updatePlan } from '../../ledger/loads/loads-sql.ts';
import type { ObjectStore, StoredObject } from '../../objects/store.ts';
import type { ObjectHead } from '../object-head.ts';
import { objectHeader, type ObjectHeader } from '../object-header.ts';
import { rowSlices } from '../row-slices.ts';
import { sliceRanges } from '../slice-ranges.ts';
import { sniffedFormat } from '../sniffed-format.ts';
import { headOfRecords, trailingLines } from '../trailing-lines.ts';
import { undeclaredJson } from '../undeclared-json.ts';

/** What planning an object needs beside it. */
export interface PlanObjectDeps extends Declared {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
}

/** How an object is read, and the slices that it is cut into; none where it is cut as it is read. */
export interface ObjectPlan extends ObjectHeader {
  readonly sniffed: SniffedFormat | null;
  readonly decoding: readonly DecodingStep[] | null;
  /** Null: not packed, or known when it was unpacked to its end. */
  readonly decodedBytes: number | null;
  readonly bodyEnd: number | null;
  readonly trailer: readonly string[] | null;
  readonly ranges: readonly PlannedSlice[];
}

/** What is known of it already. */
export interface LookedAt extends ObjectHead {
  readonly store: ObjectStore;
  /** Of one of several objects: how the first is read; absent: it is told by this one. */
  readonly sniffed?: SniffedFormat | null;
  /** Columns whose sequences were asked for already, those of another object of the load. */
  readonly askedColumns?: readonly FileColumn[];
  /** Bytes of a slice at least. */
  readonly leastBytes?: number;
}

/** Throws LoadRejected where it cannot be read, or its header is none of the target. */
export async function planObject(
  load: Load,
  object: StoredObject,
  { decoding, head, store, sniffed: known, askedColumns, leastBytes = 0 }: LookedAt,
  deps: PlanObjectDeps,
): Promise<ObjectPlan> {
  const trailer = trailerOf(load);
  const told = trailer.rows === 0 ? null : lineEndTold(load, { decoding, head });
  const { head: records, lineEnd } = headOfRecords(head, trailer, told);
  const sniffed =
    known === undefined
      ? (undeclaredJson(load, { decoding, head }) ??
        (await sniffedIn(load, object, { decoding, head: records, rows: trailer.rows, store }, deps)))
      : known;
  const header = await objectHeader({ ...load, object }, sniffed, { head: records, decoding });
  if (load.contract !== null && !isDeepStrictEqual(header.fileColumns, askedColumns))
    await requireSequences(deps.db, load.contract, header.fileColumns);
  const asked = load.request.sliceBytes ?? load.contract?.limits.sliceBytes;
  const wished = leastBytes === 0 ? asked : Math.max(asked ?? SLICE_BYTES, leastBytes);
  const table = await rowSlices(store, object, { decoding, wished });
  // what is read from its start only is cut as it is read: nobody knows its length before
  // no record says how the lines end of a file that is nothing but its trailer
  const last = { ...header, ...trailer, ...(records.bytes.length === 0 && { lineEnd }) };
  const end = await trailerIn(object, last, { decoding: table?.decoding ?? decoding, store });
  const bodyEnd = end.bodyEnd ?? object.sizeBytes;
  const ranges = table?.ranges ?? (keepsPlaces(end.decoding) ? sliceRanges(header.bodyOffset, bodyEnd, wished) : []);
  const decodedBytes = table?.bytes ?? (end.decoding !== null && keepsPlaces(end.decoding) ? bodyEnd : null);
  return {
    ...header,
    // no row is the header
    ...(table !== null && { bodyOffset: 0 }),
    sniffed,
    ...end,
    decodedBytes,
    ranges,
  };
}

/** How lines end, as the first record says; null where none can be told. */
function lineEndTold({ contract }: Load, { decoding, head }: ObjectHead): LineEnd | null {
  if (contract === null) return null;
  const layout = formatOf({ contract, decoding }).layout(head.bytes, head.isAll);
  return 'problem' in layout ? null : layout.lineEnd;
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
  declared: Declared,
): Promise<SniffedFormat | null> {
  if (load.contract === null || load.request.replay !== undefined) return null;
  const { undeclared } = datasetOf(load.request, declared);
  const entered = decoding === null && undeclared.length > 0 && !head.isAll;
  const later = entered ? await laterBytes(store, object, head.bytes.length) : [];
  // what stands at the end may be no records
  const places = rows === 0 ? later : later.filter(({ isEnd }) => !isEnd);
  return sniffedFormat(object, load.contract, { head: { ...head, later: places }, undeclared });
}
