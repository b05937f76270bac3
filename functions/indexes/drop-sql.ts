import type { TargetTable } from '../core/contract.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { indexesOf, stays } from './facts-sql.ts';

/** Nobody reads or writes the table until the transaction ends: what is written down of its indexes is what is dropped. */
export function lockTable({ schema, table }: TargetTable): Sql {
  return sql`lock table ${ident(schema, table)} in access exclusive mode`;
}

/** Whose indexes they are. */
export interface Owning {
  readonly loadId: number;
  /** As landfall.leases names it. */
  readonly target: string;
  readonly tableOid: number;
  /** Dropped, and so built again, while others use the table. */
  readonly isConcurrent: boolean;
}

/**
 * Writes down all that brings these back: those that may be dropped still, and that this load has not dropped before. Answers
 * index_id, oid, schema, name and definition of each. The search_path has to be pg_catalog alone, so that definitions name schemas.
 */
export function insertDropped({ loadId, target, tableOid, isConcurrent }: Owning, names: readonly string[]): Sql {
  return sql`
    insert into landfall.indexes (load_id, target, table_oid, index_schema, index_name, attached_to, part_of, definition, comment, statistics, tablespace,
      is_clustered, is_concurrent, owner, size_bytes)
    select
      ${loadId}, ${target}, i.indrelid, n.nspname, c.relname,
      (
        select pg_catalog.jsonb_build_object('schema', an.nspname, 'name', a.relname)
        from pg_catalog.pg_class as a
        join pg_catalog.pg_namespace as an on (an.oid operator(pg_catalog.=) a.relnamespace)
        where (a.oid operator(pg_catalog.=) whole.attached_to)
      ),
      (case when whole.attached_to is not null then whole.name end),
      pg_catalog.pg_get_indexdef(i.indexrelid),
      pg_catalog.obj_description(i.indexrelid, 'pg_class'),
      ${statistics},
      (select s.spcname from pg_catalog.pg_tablespace as s where (s.oid operator(pg_catalog.=) c.reltablespace)),
      i.indisclustered,
      ${isConcurrent},
      pg_catalog.pg_get_userbyid(c.relowner),
      pg_catalog.pg_relation_size(c.oid::pg_catalog.regclass)
    from (
      select c.relname as name, part.oid, part.attached_to, part.level
      ${indexesOf(tableOid)}
      cross join lateral (
        select c.oid, null::pg_catalog.oid, 0
        union all
        select leaf.relid::pg_catalog.oid, leaf.parentrelid::pg_catalog.oid, leaf.level
        from pg_catalog.pg_partition_tree(c.oid::pg_catalog.regclass) as leaf
        where (leaf.relid::pg_catalog.oid operator(pg_catalog.<>) c.oid)
      ) as part (oid, attached_to, level)
      where (c.relname operator(pg_catalog.=) any (${names}::pg_catalog.text[]))
        and (${stays} is null)
        and not exists (
          select
          from landfall.indexes as before
          where (before.load_id operator(pg_catalog.=) ${loadId})
            and (before.index_name operator(pg_catalog.=) c.relname)
        )
    ) as whole
    join pg_catalog.pg_index as i on (i.indexrelid operator(pg_catalog.=) whole.oid)
    join pg_catalog.pg_class as c on (c.oid operator(pg_catalog.=) i.indexrelid)
    join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) c.relnamespace)
    order by whole.name, whole.level, n.nspname, c.relname
    returning index_id, index_schema as schema, index_name as name, definition, part_of`;
}

/** A row of it. */
export interface DroppedRow {
  readonly index_id: number;
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  /** The index of the target that it is a part of, and goes with; null: it is that one. */
  readonly part_of: string | null;
}

/** Its row goes again: the index stays. */
export function deleteDropped(indexIds: readonly number[]): Sql {
  return sql`
    delete from landfall.indexes
    where (index_id operator(pg_catalog.=) any (${indexIds}::pg_catalog.int8[]))`;
}

const statistics = sql`coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('column', a.attnum, 'target', a.attstattarget) order by a.attnum)
        from pg_catalog.pg_attribute as a
        where (a.attrelid operator(pg_catalog.=) i.indexrelid)
          and (a.attstattarget operator(pg_catalog.>=) 0)
      ), '[]'::pg_catalog.jsonb)`;

/** Where something depends on one of them, none is dropped. */
export function dropIndexes(indexes: readonly { readonly schema: string; readonly name: string }[]): Sql {
  return sql`drop index ${join(indexes.map(({ schema, name }) => ident(schema, name)))} restrict`;
}

/** Beside whoever uses the table; by itself, in no transaction. One that is broken off leaves the index invalid. */
export function dropBeside({ schema, name }: { readonly schema: string; readonly name: string }): Sql {
  return sql`drop index concurrently if exists ${ident(schema, name)} restrict`;
}
