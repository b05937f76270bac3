import { type Sql, sql } from '../../core/sql.ts';
import { rejectsByCode } from '../loads/gate-sql.ts';
import type { KeptRecord } from './kept.ts';
import { type OwnPlaces, saidOfObject } from '../slices/own-places.ts';
import { withSources } from './sources-sql.ts';
import { type JudgedSlice, roomOfSlice } from './kept-sql.ts';

/** Where a slice's records stand in its load: local numbers count from 1, global ones are these plus the local ones. */
export interface SliceBase extends JudgedSlice {
  readonly baseLine: number;
  /** Of a slice that objects share; absent: it is of one. */
  readonly own?: OwnPlaces;
}

/** A slice's rejects and duplicates: both are judged again. Never after the gate. */
export function deleteSliceRejects({ loadId, baseRecord, records }: SliceBase): Sql {
  return sql`
    delete from landfall.rejects
    where (load_id = ${loadId}::bigint)
      and (record_no > ${baseRecord}::bigint)
      and (record_no <= ${baseRecord + records}::bigint)`;
}

/** All that is in quarantine of a load that begins anew. */
export function deleteRejects(loadId: number): Sql {
  return sql`delete from landfall.rejects where (load_id = ${loadId})`;
}

/**
 * Rejects whose bytes lie in the database; from the first one that has no room on, without them.
 * @param found selects record_no, line, byte_offset, byte_length, raw and reasons; numbers and lines inside the slice.
 */
export function insertRejects(base: SliceBase, found: Sql): Sql {
  const { loadId, baseRecord, baseLine, own } = base;
  const recordNo = sql`rejected.record_no`;
  const line = own === undefined ? sql`${baseLine}::bigint` : saidOfObject(own, 'lines', recordNo);
  const shift = own === undefined ? sql`` : sql` operator(pg_catalog.-) ${saidOfObject(own, 'shifts', recordNo)}`;
  return sql`
    insert into landfall.rejects (load_id, record_no, line, byte_offset, byte_length, kind, raw, reasons)
    select
      ${loadId}::bigint,
      ${baseRecord}::bigint operator(pg_catalog.+) rejected.record_no,
      ${line} operator(pg_catalog.+) rejected.line,
      rejected.byte_offset${shift},
      rejected.byte_length,
      'reject',
      (case
        when (pg_catalog.sum(pg_catalog.octet_length(rejected.raw)) over (rows unbounded preceding) operator(pg_catalog.<=) ${roomOfSlice(base)})
          then rejected.raw
      end),
      rejected.reasons
    from (${found}) as rejected`;
}

/** Records whose bytes were read again. */
export interface PlacedRejects {
  readonly records: readonly KeptRecord[];
  /** Of each of them: JSON of the cells that cleaning changed, as the file has them (sources-sql.ts), or null. */
  readonly sources: readonly (string | null)[];
}

/**
 * Rejects whose bytes were read again, one page; their lines count over the whole load.
 * @param breaches the table that holds their record_no, byte_offset and reasons.
 */
export function insertPlacedRejects(
  { loadId, baseRecord }: SliceBase,
  breaches: Sql,
  { records, sources }: PlacedRejects,
): Sql {
  const isCleaned = sources.some((source) => source !== null);
  const { bytes, starts, lengths } = together(records);
  return sql`
    insert into landfall.rejects (load_id, record_no, line, byte_offset, byte_length, kind, raw, reasons)
    select
      ${loadId}::bigint,
      ${baseRecord}::bigint + breach.record_no,
      placed.line,
      placed.own_offset,
      placed.byte_length,
      'reject',
      pg_catalog.substr(${bytes}::pg_catalog.bytea, placed.raw_start, placed.raw_length),
      ${isCleaned ? withSources(sql`breach.reasons`, sql`placed.sources`) : sql`breach.reasons`}
    from unnest(
      ${records.map(({ byteOffset }) => byteOffset)}::bigint[],
      ${records.map(({ byteOffset, ownOffset = byteOffset }) => ownOffset)}::pg_catalog.int8[],
      ${records.map(({ byteLength }) => byteLength)}::bigint[],
      ${records.map(({ line }) => line)}::bigint[],
      ${starts}::pg_catalog.int4[],
      ${lengths}::pg_catalog.int4[]${isCleaned ? sql`, ${sources}::pg_catalog.jsonb[]` : sql``}
    ) as placed (byte_offset, own_offset, byte_length, line, raw_start, raw_length${isCleaned ? sql`, sources` : sql``})
    join ${breaches} as breach on breach.byte_offset = placed.byte_offset`;
}

/**
 * Bytes of records behind one another, and where each lie: from 1, and how many; null of a record without. One value, which travels as it is: an array of them is
 * written in hexadecimal digits and taken apart by the sign.
 */
function together(records: readonly Pick<KeptRecord, 'raw'>[]): {
  readonly bytes: Buffer;
  readonly starts: readonly (number | null)[];
  readonly lengths: readonly (number | null)[];
} {
  let next = 1;
  const starts = records.map(({ raw }) => {
    const start = raw === null ? null : next;
    next += raw?.length ?? 0;
    return start;
  });
  const bytes = Buffer.concat(records.flatMap(({ raw }) => raw ?? []));
  return { bytes, starts, lengths: records.map(({ raw }) => raw?.length ?? null) };
}

/**
 * What a slice's validation found, counted from its rejects: a record with two reasons counts in both, in words or not
 * (\`more\`, validate/judging/reasons-sql.ts), and once where two are of one code and column. Equal lists are taken apart once, since
 * one fault of a source repeats. The paths are strict: a reason without a code or column is an error, no shorter list.
 * @param epoch of the staging that is judged; null where only a part of the rules was asked.
 */
export function updateSliceRejects({ loadId, slice, baseRecord, records }: SliceBase, epoch: string | null): Sql {
  return sql`
    with own_rejects as (
      select record_no, reasons, octet_length(raw) as bytes
      from landfall.rejects
      where (load_id = ${loadId}::bigint)
        and (record_no > ${baseRecord}::bigint)
        and (record_no <= ${baseRecord + records}::bigint)
        and (kind = 'reject')
    ),
    in_words as (
      select each.code, each.column_name, pg_catalog.sum(broken.rejects)::integer as rejects
      from (
        select
          pg_catalog.jsonb_path_query_array(reasons, 'strict $[*].code') as codes,
          pg_catalog.jsonb_path_query_array(reasons, 'strict $[*].column') as columns,
          pg_catalog.count(*) as rejects
        from own_rejects
        group by 1, 2
      ) as broken
      cross join lateral (
        select distinct listed.code, listed.column_name
        from rows from (
          pg_catalog.jsonb_array_elements_text(broken.codes),
          pg_catalog.jsonb_array_elements_text(broken.columns)
        ) as listed (code, column_name)
        where (listed.code <> 'MORE_REASONS')
      ) as each
      group by 1, 2
    ),
    lists as (
      select reasons->-1->'more' as more, pg_catalog.count(*) as rejects
      from own_rejects
      where ((reasons->-1->'more') is not null)
      group by 1
    ),
    named as (
      select by_code.key as code, listed.column_name, lists.rejects
      from lists
      cross join pg_catalog.jsonb_each(lists.more) as by_code
      cross join pg_catalog.jsonb_array_elements_text(by_code.value) as listed (column_name)
    ),
    rules as (
      select code, column_name, pg_catalog.sum(rejects)::integer as rejects
      from (select * from in_words union all select * from named) as found
      group by 1, 2
    )
    update landfall.slices
    set
      rejected = (select count(*) from own_rejects),
      kept_bytes = (select coalesce(pg_catalog.sum(bytes), 0)::pg_catalog.int8 from own_rejects),
      unkept_records = (select pg_catalog.count(*)::pg_catalog.int4 from own_rejects where (bytes is null)),
      rule_counts = (
        select coalesce(
          jsonb_agg(
            jsonb_build_object('code', code, 'column', column_name, 'rejects', rejects)
            order by rejects desc, code, column_name
          ),
          '[]'
        )
        from rules
      ),
      validated_epoch = ${epoch}
    where (load_id = ${loadId}::bigint)
      and (slice = ${slice})
    returning rejected`;
}

/** Past the gate nothing is judged: the receipt of the refilled staging alone. */
export function updateValidatedEpoch({ loadId, slice }: SliceBase, epoch: string): Sql {
  return sql`
    update landfall.slices
    set validated_epoch = ${epoch}
    where (load_id = ${loadId}::bigint)
      and (slice = ${slice})
    returning rejected`;
}

/** How far a load is judged; `records` are those of all its slices. */
export interface JudgedSoFar {
  readonly records: number;
  readonly rejected: number;
  /** Slices that were judged, and how many there are. */
  readonly slices: number;
  readonly of: number;
}

/** Of the slices of this staging. */
export function selectJudgedSoFar(loadId: number, epoch: string): Sql {
  return sql`
    select
      coalesce(pg_catalog.sum(slices.records), 0)::pg_catalog.int8 as records,
      coalesce(pg_catalog.sum(slices.rejected) filter (where slices.validated_epoch operator(pg_catalog.=) ${epoch}::pg_catalog.uuid), 0)::pg_catalog.int8 as rejected,
      pg_catalog.count(*) filter (where slices.validated_epoch operator(pg_catalog.=) ${epoch}::pg_catalog.uuid)::pg_catalog.int4 as slices,
      pg_catalog.count(*)::pg_catalog.int4 as of
    from landfall.slices
    where (slices.load_id operator(pg_catalog.=) ${loadId})`;
}

/** The counts of a load that is refused before all of it is judged. */
export function updateRejectedSoFar(loadId: number, attempt: number): Sql {
  return sql`
    update landfall.loads
    set rejected = (
        select coalesce(pg_catalog.sum(slices.rejected), 0)::pg_catalog.int8
        from landfall.slices
        where (slices.load_id operator(pg_catalog.=) ${loadId})
          and (slices.validated_epoch operator(pg_catalog.=) loads.epoch)
      ),
      rejects_by_code = ${rejectsByCode(loadId)}
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (loads.attempt operator(pg_catalog.=) ${attempt})
      and (loads.outcome is null)`;
}
