import { type Sql, sql } from '../../core/sql.ts';

/** A slice that is judged: its records are those behind baseRecord in its load. */
export interface JudgedSlice {
  readonly loadId: number;
  readonly slice: number;
  readonly baseRecord: number;
  readonly records: number;
  /** Of the whole load's rejects. */
  readonly maxKeptBytes: number;
}

/** Bytes of a load's rejects that are committed, but for those of one slice; those of batches and slices that are in work are not seen. */
function keptElsewhere(loadId: number, slice: number | null): Sql {
  return sql`
    (select coalesce(pg_catalog.sum(slices.kept_bytes), 0)::pg_catalog.int8
    from landfall.slices
    where (slices.load_id operator(pg_catalog.=) ${loadId})
      and ((${slice}::pg_catalog.int4 is null) or (slices.slice operator(pg_catalog.<>) ${slice}::pg_catalog.int4)))
    operator(pg_catalog.+)
    (select coalesce(pg_catalog.sum(batches.kept_bytes), 0)::pg_catalog.int8
    from landfall.batches
    where (batches.load_id operator(pg_catalog.=) ${loadId}))`;
}

/** How many bytes more a slice that is judged may keep. Sizes are read without the bytes; not asked where a statement finds no reject. */
export function roomOfSlice({ loadId, slice, baseRecord, records, maxKeptBytes }: JudgedSlice): Sql {
  return sql`(
    select ${maxKeptBytes}::pg_catalog.int8 operator(pg_catalog.-) (${keptElsewhere(loadId, slice)}) operator(pg_catalog.-) coalesce((
      select pg_catalog.sum(pg_catalog.octet_length(own.raw))
      from landfall.rejects as own
      where (own.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
        and (own.record_no operator(pg_catalog.>) ${baseRecord}::pg_catalog.int8)
        and (own.record_no operator(pg_catalog.<=) ${baseRecord + records}::pg_catalog.int8)
    ), 0)
  )`;
}

/** The same as a row. */
export function selectRoomOfSlice(base: JudgedSlice): Sql {
  return sql`select ${roomOfSlice(base)} as bytes`;
}

/** How many bytes more a load may keep of records that are found after its slices were judged. */
export function selectRoomOfLoad(loadId: number, maxKeptBytes: number): Sql {
  return sql`select ${maxKeptBytes}::pg_catalog.int8 operator(pg_catalog.-) (${keptElsewhere(loadId, null)}) as bytes`;
}

/** Of a dry run's records that the target would refuse, into its first batch; a second run says the same. */
export function updateKeptOfDryRun(loadId: number, kept: { readonly bytes: number; readonly unkept: number }): Sql {
  return sql`
    update landfall.batches
    set kept_bytes = ${kept.bytes}, unkept_records = ${kept.unkept}
    where (batches.load_id operator(pg_catalog.=) ${loadId})
      and (batches.batch operator(pg_catalog.=) (
        select pg_catalog.min(planned.batch) from landfall.batches as planned where (planned.load_id operator(pg_catalog.=) ${loadId})
      ))`;
}

/** Rejects of a load whose bytes are not kept, by its receipts; a scalar. */
export function unkeptRejects(loadId: number): Sql {
  return sql`(
    select coalesce(pg_catalog.sum(counted.unkept_records), 0)::pg_catalog.int8
    from (
      select slices.unkept_records from landfall.slices where (slices.load_id operator(pg_catalog.=) ${loadId})
      union all
      select batches.unkept_records from landfall.batches where (batches.load_id operator(pg_catalog.=) ${loadId})
    ) as counted
  )`;
}
