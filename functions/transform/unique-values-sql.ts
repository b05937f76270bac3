import { incoming } from '../core/comparison.ts';
import type { ContractColumn } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { HIDDEN } from '../ledger/rejects/shown-text.ts';
import { join, literal, sql, type Sql } from '../core/sql.ts';
import { byteOffsetOf, verdictsTable } from '../core/staging.ts';
import { type KeyedSlice, notJudged, placeIn, recordNoOfPlace, sliceOfPlace } from './keys-sql.ts';
import { lostTable } from './kin/lost-sql.ts';

/** A column whose values the dataset wants once in the file. */
export interface UniqueColumn {
  readonly column: ContractColumn;
  /** A value that comes again refuses the load. */
  readonly refuses: boolean;
}

/** Records with a value that an accepted record before them has, into the table of lost ones, each with all its reasons. NULL is no value. */
export function insertRepeated(loadId: number, slices: readonly KeyedSlice[], columns: readonly UniqueColumn[]): Sql {
  const found = columns.map((unique) => repeatedIn(loadId, slices, unique));
  return sql`
    insert into ${lostTable(loadId)} (place, byte_offset, reasons)
    select repeated.place, pg_catalog.min(repeated.byte_offset), pg_catalog.jsonb_agg(repeated.reason)
    from (${join(found, ' union all ')}) as repeated
    group by repeated.place`;
}

function repeatedIn(loadId: number, slices: readonly KeyedSlice[], { column, refuses }: UniqueColumn): Sql {
  const shown = column.sensitive === true ? literal(HIDDEN) : sql`pg_catalog.left(ranked.value::pg_catalog.text, 80)`;
  const firstNo = sql`(slices.base_record operator(pg_catalog.+) ${recordNoOfPlace(sql`ranked.first_place`)})`;
  const more = refuses ? sql`, 'severity', 'refuse'` : sql``;
  return sql`
      select ranked.place, ranked.byte_offset, pg_catalog.jsonb_build_object(
        'code', 'NOT_UNIQUE', 'column', ${literal(column.name)}::pg_catalog.text, 'value', ${shown},
        'message', pg_catalog.concat(${literal(`${column.name}: '`)}::pg_catalog.text, ${shown}, ''' is unique in the file, and record ', ${firstNo}, ', at byte ', ranked.first_offset, ', has it already')${more}
      ) as reason
      from ${rankedValues(
        loadId,
        slices.map(({ slice, rejected }) => ({ slice, hasVerdicts: rejected > 0 })),
        column,
      )} as ranked
      join landfall.slices on (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
        and (slices.slice operator(pg_catalog.=) ${sliceOfPlace(sql`ranked.first_place`)})
      where (ranked.place operator(pg_catalog.>) ranked.first_place)`;
}

/** Each record that has a value, with the first one that has the same: place, byte_offset, value, first_place, first_offset. */
function rankedValues(
  loadId: number,
  slices: readonly { readonly slice: number; readonly hasVerdicts: boolean }[],
  column: ContractColumn,
): Sql {
  const values = slices.map(
    ({ slice, hasVerdicts }) => sql`
        select ${placeIn(slice)} as place, ${byteOffsetOf(sql`s`)} as byte_offset, ${incoming(column)} as value
        from ${notJudged(loadId, { slice, hasVerdicts, fenced: true })} as s`,
  );
  return sql`(
        select staged.place, staged.byte_offset, staged.value,
          pg_catalog.first_value(staged.place) over by_value as first_place,
          pg_catalog.first_value(staged.byte_offset) over by_value as first_offset
        from (${join(values, ' union all ')}) as staged
        where (staged.value is not null)
        window by_value as (partition by staged.value order by staged.place)
      )`;
}

/** How many records have a value again, with the first twenty, without their lines: { slice, warnings }, jsonb as SliceWarning has it. */
export function selectRepeatedWarnings(
  loadId: number,
  slices: readonly { readonly slice: number; readonly hasVerdicts: boolean }[],
  columns: readonly ContractColumn[],
): Sql {
  const found = columns.map(
    (column) => sql`
        select ${literal(column.name)}::pg_catalog.text as "column", ranked.place, ranked.byte_offset
        from ${rankedValues(loadId, slices, column)} as ranked
        where (ranked.place operator(pg_catalog.>) ranked.first_place)`,
  );
  const place = sql`pg_catalog.jsonb_build_object(
            'record', slices.base_record operator(pg_catalog.+) ${recordNoOfPlace(sql`repeated.place`)},
            'byteOffset', repeated.byte_offset)`;
  return sql`
    with
    counted as (
      select slices.slice, repeated."column", pg_catalog.count(*)::pg_catalog.int8 as records,
        pg_catalog.to_jsonb((pg_catalog.array_agg(${place} order by repeated.place))[1:20]) as places
      from (${join(found, ' union all ')}) as repeated
      join landfall.slices on (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
        and (slices.slice operator(pg_catalog.=) ${sliceOfPlace(sql`repeated.place`)})
      group by slices.slice, repeated."column"
    )
    select counted.slice, pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'code', 'NOT_UNIQUE', 'column', counted."column", 'rule', null, 'records', counted.records, 'places', counted.places
    ) order by counted."column") as warnings
    from counted
    group by counted.slice`;
}

/** All of the table of lost ones. */
export function insertRepeatedVerdicts(loadId: number): Sql {
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select ${sliceOfPlace(sql`lost.place`)}, ${recordNoOfPlace(sql`lost.place`)}, ${letter('rejected')}
    from ${lostTable(loadId)} as lost`;
}
