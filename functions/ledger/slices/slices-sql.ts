import { sql, type Sql } from '../../core/sql.ts';

/** A slice and the bytes [rangeStart, rangeEnd) in which the records start that it owns. */
export interface PlannedSlice {
  readonly slice: number;
  readonly rangeStart: number;
  readonly rangeEnd: number;
}

/** A slice with its receipt; all of the receipt is null until it is staged. */
export interface SliceRow {
  readonly slice: number;
  readonly range_start: number;
  readonly range_end: number;
  readonly epoch: string | null;
  readonly start_offset: number | null;
  readonly end_offset: number | null;
  readonly start_known: boolean | null;
  readonly records: number | null;
  readonly typed_records: number | null;
  readonly raw_records: number | null;
  readonly blank_lines: number | null;
  readonly lines: number | null;
  readonly open_quote_offset: number | null;
  readonly open_quote_line: number | null;
  readonly guess_failed: boolean;
  readonly base_record: number | null;
  readonly base_line: number | null;
  readonly validated_epoch: string | null;
  readonly rejected: number;
  readonly staged_at: Date | null;
}

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
  /** Moments without an offset that went to the typed half. */
  readonly zonelessCells: number;
  /** Words for NULL that nobody declared, in columns of text: cells by word. */
  readonly nullWords: Readonly<Record<string, number>>;
  readonly lines: number;
  readonly openQuote: { readonly offset: number; readonly line: number } | null;
  readonly guessFailed: boolean;
  readonly startedAt: Date;
}

/** A plan that stands already is left as it is. */
export function insertSlices(loadId: number, slices: readonly PlannedSlice[]): Sql {
  return sql`
    insert into landfall.slices (load_id, slice, range_start, range_end)
    select ${loadId}::bigint, planned.slice, planned.range_start, planned.range_end
    from unnest(
      ${slices.map((s) => s.slice)}::integer[],
      ${slices.map((s) => s.rangeStart)}::bigint[],
      ${slices.map((s) => s.rangeEnd)}::bigint[]
    ) as planned (slice, range_start, range_end)
    on conflict (load_id, slice) do nothing`;
}

/** In the order of the object. */
export function selectSlices(loadId: number): Sql {
  return sql`select * from landfall.slices where (load_id = ${loadId}) order by slice`;
}

/** The receipt, locked: two calls for one slice see each other. */
export function selectSliceForUpdate(loadId: number, slice: number): Sql {
  return sql`select * from landfall.slices where (load_id = ${loadId}) and (slice = ${slice}) for update`;
}

/** One slice as it stands. */
export function selectSlice(loadId: number, slice: number): Sql {
  return sql`select * from landfall.slices where (load_id = ${loadId}) and (slice = ${slice})`;
}

/** Written in the transaction of the COPY that it is the receipt of. */
export function updateReceipt(receipt: SliceReceipt): Sql {
  return sql`
    update landfall.slices
    set attempt = ${receipt.attempt}, epoch = ${receipt.epoch},
      start_offset = ${receipt.startOffset}, end_offset = ${receipt.endOffset}, start_known = ${receipt.startKnown},
      records = ${receipt.records}, typed_records = ${receipt.typed}, raw_records = ${receipt.raw}, unsound_records = ${receipt.unsound},
      blank_lines = ${receipt.blankLines}, lines = ${receipt.lines},
      zoneless_cells = ${receipt.zonelessCells},
      null_words = ${Object.keys(receipt.nullWords).length === 0 ? null : JSON.stringify(receipt.nullWords)}::pg_catalog.jsonb,
      open_quote_offset = ${receipt.openQuote?.offset ?? null}, open_quote_line = ${receipt.openQuote?.line ?? null},
      guess_failed = ${receipt.guessFailed},
      started_at = ${receipt.startedAt}, staged_at = clock_timestamp(), validated_epoch = null
    where (load_id = ${receipt.loadId})
      and (slice = ${receipt.slice})`;
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
