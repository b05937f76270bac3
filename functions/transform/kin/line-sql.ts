import type { ContractColumn } from '../../core/contract.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import {
  byteOffsetOf,
  lineColumns,
  lineTable,
  recordNoOf,
  STAGING_SCHEMA,
  stagingColumns,
  typedTable,
} from '../../core/staging.ts';
import { placeIn, sliceOfPlace } from '../keys-sql.ts';
import { kinTable } from './kin-sql.ts';
import { lostTable } from './lost-sql.ts';
import { tiesTable } from './ties-sql.ts';

/** Records by how many parents in the file stand above them: place, depth. Those of a circle, and below one, have none. */
function depthsTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_depths`);
}

/** Answers { tied }: a record that passes has a parent which the table lacks and the load brings. */
export function selectWhetherTied(loadId: number): Sql {
  return sql`
    select exists (
      select
      from ${tiesTable(loadId)} as ties
      where (ties.parent is not null)
        and not exists (select from ${lostTable(loadId)} as lost where (lost.place operator(pg_catalog.=) ties.child))
    ) as tied`;
}

/** Where each has one parent at most: each record is visited once, however long the chain. */
export function createDepths(loadId: number): Sql {
  return sql`
    create unlogged table ${depthsTable(loadId)} as
    with recursive
    lined as (
      ${withoutParents(loadId)}
      union all
      select ties.child, lined.depth operator(pg_catalog.+) 1
      from lined
      join ${tiesTable(loadId)} as ties on (ties.parent operator(pg_catalog.=) lined.place)
    )
    select lined.place, lined.depth from lined`;
}

/** Where some have several parents: those without any; insertDepth goes down from there, a level a time. */
export function createFirstDepths(loadId: number): Sql {
  return sql`create unlogged table ${depthsTable(loadId)} as ${withoutParents(loadId)}`;
}

function withoutParents(loadId: number): Sql {
  return sql`
      select kin.place, 0 as depth
      from ${kinTable(loadId)} as kin
      where not exists (select from ${tiesTable(loadId)} as ties where (ties.child operator(pg_catalog.=) kin.place))`;
}

/** For insertDepth. */
export function indexDepths(loadId: number): readonly Sql[] {
  return [
    sql`create index on ${depthsTable(loadId)} (place)`,
    sql`create index on ${depthsTable(loadId)} (depth)`,
    sql`analyze ${depthsTable(loadId)}`,
  ];
}

/** Those of whom the last parent stands on the level above. Answers how many. */
export function insertDepth(loadId: number, depth: number): Sql {
  return sql`
    insert into ${depthsTable(loadId)} (place, depth)
    select distinct ties.child, ${depth}::pg_catalog.int4
    from ${depthsTable(loadId)} as above
    join ${tiesTable(loadId)} as ties on (ties.parent operator(pg_catalog.=) above.place)
    where (above.depth operator(pg_catalog.=) ${depth - 1}::pg_catalog.int4)
      and not exists (
        select
        from ${tiesTable(loadId)} as other
        left join ${depthsTable(loadId)} as known on (known.place operator(pg_catalog.=) other.parent)
        where (other.child operator(pg_catalog.=) ties.child)
          and (known.place is null)
      )`;
}

/** Answers { lined, knotted }: records with a depth, and those without. */
export function selectLined(loadId: number): Sql {
  return sql`
    select (select pg_catalog.count(*) from ${depthsTable(loadId)})::pg_catalog.int4 as lined,
      ((select pg_catalog.count(*) from ${kinTable(loadId)}) operator(pg_catalog.-) (select pg_catalog.count(*) from ${depthsTable(loadId)}))::pg_catalog.int4 as knotted`;
}

/**
 * The records in the order in which they may be merged: parents before their children, what hangs together in a circle last. It follows
 * from the file and its quarantine alone, so that staging which is filled again has the same one.
 */
export function createLine(filled: readonly ContractColumn[], loadId: number, slices: readonly number[]): Sql {
  const names = join(filled.map(({ name }) => ident(name)));
  const staged = slices.map(
    (slice) => sql`
      select ${placeIn(slice)} as "landfall place", ${byteOffsetOf(sql`s`)}, ${recordNoOf(sql`s`)} as ${ident(lineColumns.origin)}, ${names}
      from ${typedTable(loadId, slice)} as s`,
  );
  return sql`
    create unlogged table ${lineTable(loadId)} with (autovacuum_enabled = off) as
    select
      pg_catalog.row_number() over (order by depths.depth nulls last, s."landfall place")::pg_catalog.int4 as ${ident(stagingColumns.recordNo)},
      s.${ident(stagingColumns.byteOffset)}, ${sliceOfPlace(sql`s."landfall place"`)} as ${ident(lineColumns.slice)},
      s.${ident(lineColumns.origin)}, ${names}
    from ${kinTable(loadId)} as kin
    join (${join(staged, ' union all ')}) as s on (s."landfall place" operator(pg_catalog.=) kin.place)
    left join ${depthsTable(loadId)} as depths on (depths.place operator(pg_catalog.=) kin.place)`;
}

/** Batches are looked up by their place in the line, verdicts and refused records by where they stand in the file. */
export function indexLine(loadId: number): readonly Sql[] {
  return [
    sql`create index on ${lineTable(loadId)} (${ident(stagingColumns.recordNo)})`,
    sql`create index on ${lineTable(loadId)} (${ident(lineColumns.slice)}, ${ident(lineColumns.origin)})`,
    sql`analyze ${lineTable(loadId)}`,
  ];
}

/** Harmless where there is none. */
export function dropLine(loadId: number): Sql {
  return sql`drop table if exists ${lineTable(loadId)}`;
}

/** Harmless where there are none. */
export function dropDepths(loadId: number): Sql {
  return sql`drop table if exists ${depthsTable(loadId)}`;
}
