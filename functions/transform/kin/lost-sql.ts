import { letter } from '../../core/dispositions.ts';
import { ident, sql, type Sql } from '../../core/sql.ts';
import { STAGING_SCHEMA, verdictsTable } from '../../core/staging.ts';
import { recordNoOfPlace, sliceOfPlace } from '../keys-sql.ts';
import { tiesTable } from './ties-sql.ts';

/** Places of records that are refused since a parent of theirs will not be there, with the parents that they were found by: place, byte_offset, reasons. */
export function lostTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_lost`);
}

/** Empty, or as it is. */
export function createLost(loadId: number): Sql {
  return sql`
    create unlogged table if not exists ${lostTable(loadId)} (
      place bigint primary key, byte_offset bigint, reasons jsonb
    )`;
}

/** Harmless where there is none. */
export function dropLost(loadId: number): Sql {
  return sql`drop table if exists ${lostTable(loadId)}`;
}

/**
 * Who points nowhere, and all who have no other parent than one of these, however far down: each record is visited once. Answers
 * how many are new.
 */
export function insertLost(loadId: number): Sql {
  return sql`
    with recursive
    lost as (
      (
        select ties.child as place
        from ${tiesTable(loadId)} as ties
        where (ties.parent is null)
        union
        ${bereft(loadId)}
      )
      union
      select ties.child
      from lost
      join ${tiesTable(loadId)} as ties on (ties.parent operator(pg_catalog.=) lost.place)
      where ties.is_only
    )
    insert into ${lostTable(loadId)} (place)
    select lost.place from lost
    on conflict (place) do nothing`;
}

/** Who had several parents to choose from, all of which are lost by now. */
function bereft(loadId: number): Sql {
  return sql`
        select ties.child
        from ${tiesTable(loadId)} as ties
        left join ${lostTable(loadId)} as known on (known.place operator(pg_catalog.=) ties.parent)
        where (not ties.is_only)
        group by ties.fk, ties.child
        having pg_catalog.bool_and(known.place is not null)`;
}

/** They are rejects. Those of this pass alone, whose reasons are still to be told. */
export function insertLostVerdicts(loadId: number): Sql {
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select ${sliceOfPlace(sql`place`)}, ${recordNoOfPlace(sql`place`)}, ${letter('rejected')}
    from ${lostTable(loadId)}
    where (reasons is null)`;
}

/** The slices that have some. */
export function selectLostSlices(loadId: number): Sql {
  return sql`select distinct ${sliceOfPlace(sql`place`)} as slice from ${lostTable(loadId)} order by 1`;
}

/** A lost record, to be placed. */
export interface LostRow {
  readonly record_no: number;
  readonly byte_offset: number;
  readonly reasons: readonly {
    readonly code: string;
    readonly column: string | null;
    readonly value: string | null;
    readonly message: string;
  }[];
}

/** One page of a slice's lost records in the file's order, from after a record on. */
export function selectLost(loadId: number, slice: number, page: { after: number; most: number }): Sql {
  const recordNo = recordNoOfPlace(sql`lost.place`);
  return sql`
    select ${recordNo} as record_no, lost.byte_offset, lost.reasons
    from ${lostTable(loadId)} as lost
    where (${sliceOfPlace(sql`lost.place`)} operator(pg_catalog.=) ${slice})
      and (${recordNo} operator(pg_catalog.>) ${page.after}::pg_catalog.int4)
    order by lost.place
    limit ${page.most}`;
}
