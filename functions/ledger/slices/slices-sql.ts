import type { CleanedCells } from '../../cleaning/cleaned-cells.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';

/** A slice and the bytes [rangeStart, rangeEnd) in which the records start that it owns. */
export interface PlannedSlice {
  readonly slice: number;
  readonly rangeStart: number;
  readonly rangeEnd: number;
  /** The ordinal of the object that it is of; absent: the load has one. */
  readonly object?: number;
}

/** A slice with its receipt; all of the receipt is null until it is staged. */
export interface SliceRow {
  readonly slice: number;
  /** The ordinal of the object that it is of; null: the load has one. */
  readonly object: number | null;
  readonly rangeStart: number;
  readonly rangeEnd: number;
  readonly epoch: string | null;
  readonly startOffset: number | null;
  readonly endOffset: number | null;
  readonly records: number | null;
  readonly rawRecords: number | null;
  readonly unsoundRecords: number | null;
  /** Places in the load's file columns of those that sound records named; null where the object's header names them. */
  readonly namedColumns: readonly number[] | null;
  readonly lines: number | null;
  /** Each line of it is a record, and each record a line; null: nobody knows. */
  readonly regular: boolean | null;
  readonly openQuoteOffset: number | null;
  readonly openQuoteLine: number | null;
  readonly guessFailed: boolean;
  readonly baseRecord: number | null;
  readonly baseLine: number | null;
  readonly validatedEpoch: string | null;
  readonly rejected: number;
  readonly stagedAt: Date | null;
}

/** Where each field of a SliceRow stands; the type proves that none is forgotten. */
const columnOfField: Readonly<Record<keyof SliceRow, string>> = {
  slice: 'slice',
  object: 'object',
  rangeStart: 'range_start',
  rangeEnd: 'range_end',
  epoch: 'epoch',
  startOffset: 'start_offset',
  endOffset: 'end_offset',
  records: 'records',
  rawRecords: 'raw_records',
  unsoundRecords: 'unsound_records',
  namedColumns: 'named_columns',
  lines: 'lines',
  regular: 'regular',
  openQuoteOffset: 'open_quote_offset',
  openQuoteLine: 'open_quote_line',
  guessFailed: 'guess_failed',
  baseRecord: 'base_record',
  baseLine: 'base_line',
  validatedEpoch: 'validated_epoch',
  rejected: 'rejected',
  stagedAt: 'staged_at',
};

const sliceRow = join(
  Object.entries(columnOfField).map(([field, column]) => sql`slices.${ident(column)} as ${ident(field)}`),
);

/** What staging a slice came to: SliceRow says what each of it means. */
export interface SliceReceipt {
  readonly loadId: number;
  readonly slice: number;
  readonly attempt: number;
  readonly epoch: string;
  readonly startOffset: number | null;
  readonly endOffset: number | null;
  readonly startKnown: boolean;
  readonly records: number;
  readonly typed: number;
  readonly raw: number;
  /** Raw records with a structural fault (formats/shared/raw-record.ts): rejects, whatever the table says. */
  readonly unsound: number;
  readonly blankLines: number;
  /** Records that were passed over; absent: none. */
  readonly skipped?: { readonly blankRows: number; readonly repeatedHeaders: number };
  /** Moments without an offset that went to the typed half. */
  readonly zonelessCells: number;
  /** Cells that cleaning changed; absent: no column has steps. */
  readonly cleaned?: readonly CleanedCells[];
  /** Words for NULL that nobody declared, in columns of text: cells by word. */
  readonly nullWords: Readonly<Record<string, number>>;
  /** Where records name their columns: places of those that sound ones named. */
  readonly named?: readonly number[];
  readonly lines: number;
  readonly regular: boolean;
  readonly openQuote: { readonly offset: number; readonly line: number } | null;
  readonly guessFailed: boolean;
  readonly startedAt: Date;
}

/** A plan that stands already is left as it is. */
export function insertSlices(loadId: number, slices: readonly PlannedSlice[]): Sql {
  return sql`
    insert into landfall.slices (load_id, slice, range_start, range_end, object)
    select ${loadId}::bigint, planned.slice, planned.range_start, planned.range_end, planned.object
    from unnest(
      ${slices.map((s) => s.slice)}::integer[],
      ${slices.map((s) => s.rangeStart)}::bigint[],
      ${slices.map((s) => s.rangeEnd)}::bigint[],
      ${slices.map((s) => s.object ?? null)}::integer[]
    ) as planned (slice, range_start, range_end, object)
    on conflict (load_id, slice) do nothing`;
}

/** The whole plan of a load that begins anew. */
export function deleteSlices(loadId: number): Sql {
  return sql`delete from landfall.slices where (load_id = ${loadId})`;
}

/** The object ends in this slice. */
export function updateRangeEnd(loadId: number, slice: number, rangeEnd: number): Sql {
  return sql`
    update landfall.slices
    set range_end = ${rangeEnd}
    where (slices.load_id operator(pg_catalog.=) ${loadId})
      and (slices.slice operator(pg_catalog.=) ${slice})`;
}

/** In the order of the object. */
export function selectSlices(loadId: number): Sql {
  return sql`select ${sliceRow} from landfall.slices where (slices.load_id operator(pg_catalog.=) ${loadId}) order by slices.slice`;
}

/** The receipt, locked: two calls for one slice see each other. */
export function selectSliceForUpdate(loadId: number, slice: number): Sql {
  return sql`
    select ${sliceRow}
    from landfall.slices
    where (slices.load_id operator(pg_catalog.=) ${loadId})
      and (slices.slice operator(pg_catalog.=) ${slice})
    for update`;
}

/** One slice as it stands. */
export function selectSlice(loadId: number, slice: number): Sql {
  return sql`
    select ${sliceRow}
    from landfall.slices
    where (slices.load_id operator(pg_catalog.=) ${loadId})
      and (slices.slice operator(pg_catalog.=) ${slice})`;
}

/** Written in the transaction of the COPY that it is the receipt of. */
export function updateReceipt(receipt: SliceReceipt): Sql {
  return sql`
    update landfall.slices
    set attempt = ${receipt.attempt}, epoch = ${receipt.epoch},
      start_offset = ${receipt.startOffset}, end_offset = ${receipt.endOffset}, start_known = ${receipt.startKnown},
      records = ${receipt.records}, typed_records = ${receipt.typed}, raw_records = ${receipt.raw}, unsound_records = ${receipt.unsound},
      blank_lines = ${receipt.blankLines}, lines = ${receipt.lines}, regular = ${receipt.regular},
      skipped = ${receipt.skipped === undefined ? null : JSON.stringify(receipt.skipped)}::pg_catalog.jsonb,
      zoneless_cells = ${receipt.zonelessCells},
      null_words = ${Object.keys(receipt.nullWords).length === 0 ? null : JSON.stringify(receipt.nullWords)}::pg_catalog.jsonb,
      cleaned = ${(receipt.cleaned ?? []).length === 0 ? null : JSON.stringify(receipt.cleaned)}::pg_catalog.jsonb,
      named_columns = ${receipt.named === undefined ? null : JSON.stringify(receipt.named)}::pg_catalog.jsonb,
      open_quote_offset = ${receipt.openQuote?.offset ?? null}, open_quote_line = ${receipt.openQuote?.line ?? null},
      guess_failed = ${receipt.guessFailed},
      started_at = ${receipt.startedAt}, staged_at = clock_timestamp(), validated_epoch = null
    where (load_id = ${receipt.loadId})
      and (slice = ${receipt.slice})`;
}

/** Receipts of slices of which nothing is loaded: whoever comes to stage one finds that it is done, wherever it was to begin. */
export function emptySlices(
  { loadId, attempt, epoch }: { readonly loadId: number; readonly attempt: number; readonly epoch: string },
  slices: readonly number[],
): Sql {
  return sql`
    update landfall.slices
    set attempt = ${attempt}, epoch = ${epoch}, range_end = slices.range_start, start_offset = null, end_offset = null, start_known = true,
      records = 0, typed_records = 0, raw_records = 0, unsound_records = 0, blank_lines = 0, lines = 0, regular = true, skipped = null, zoneless_cells = 0,
      null_words = null, cleaned = null, named_columns = null, open_quote_offset = null, open_quote_line = null, guess_failed = false,
      started_at = clock_timestamp(), staged_at = clock_timestamp(), validated_epoch = null
    where (slices.load_id operator(pg_catalog.=) ${loadId})
      and (slices.slice operator(pg_catalog.=) any (${slices}::pg_catalog.int4[]))`;
}

/** More moments without an offset: those of raw records that were found sound, in the transaction that moves them. */
export function addZonelessCells(loadId: number, slice: number, cells: number): Sql {
  return sql`
    update landfall.slices
    set zoneless_cells = coalesce(slices.zoneless_cells, 0) operator(pg_catalog.+) ${cells}::pg_catalog.int8
    where (slices.load_id operator(pg_catalog.=) ${loadId})
      and (slices.slice operator(pg_catalog.=) ${slice})`;
}

/** Record and line numbers count inside a slice; these are the sums before it. */
export function updateBases(
  loadId: number,
  bases: readonly { slice: number; baseRecord: number; baseLine: number }[],
): Sql {
  return sql`
    update landfall.slices
    set base_record = found.base_record, base_line = found.base_line
    from unnest(
      ${bases.map((b) => b.slice)}::integer[],
      ${bases.map((b) => b.baseRecord)}::bigint[],
      ${bases.map((b) => b.baseLine)}::bigint[]
    ) as found (slice, base_record, base_line)
    where (slices.load_id = ${loadId})
      and (slices.slice = found.slice)`;
}

/** How many a load has: { slices }. */
export function countSlices(loadId: number): Sql {
  return sql`
    select pg_catalog.count(*)::pg_catalog.int4 as slices
    from landfall.slices
    where (slices.load_id operator(pg_catalog.=) ${loadId})`;
}
