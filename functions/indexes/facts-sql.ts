import { sql, type Sql } from '../core/sql.ts';

/** Every index of the table, by name; the columns of IndexFacts. */
export function selectIndexes(tableOid: number): Sql {
  return sql`
    select
      c.oid::pg_catalog.int8 as "oid",
      n.nspname as "schema",
      c.relname as "name",
      (
        select pg_catalog.sum(pg_catalog.pg_relation_size(part.oid::pg_catalog.regclass))::pg_catalog.int8
        from (${partsOf(sql`c.oid`)}) as part (oid)
      ) as "sizeBytes",
      ${stays} as "stays",
      (
        select pg_catalog.floor(pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.max(s.last_idx_scan))
          operator(pg_catalog./) 60)::pg_catalog.int4
        from pg_catalog.pg_stat_user_indexes as s
        where (s.indexrelid in (${partsOf(sql`c.oid`)}))
      ) as "usedMinutesAgo"
    ${indexesOf(tableOid)}
    order by c.relname`;
}

/** The relation itself, and where it is partitioned all that it consists of. */
function partsOf(relation: Sql): Sql {
  return sql`select ${relation} union select part.relid::pg_catalog.oid from pg_catalog.pg_partition_tree(${relation}::pg_catalog.regclass) as part`;
}

/** pg_index as i with its class c and schema n, and the table's class t; what `stays` and the ledger's row are read of. */
export function indexesOf(tableOid: number): Sql {
  return sql`from pg_catalog.pg_index as i
    join pg_catalog.pg_class as c on (c.oid operator(pg_catalog.=) i.indexrelid)
    join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) c.relnamespace)
    join pg_catalog.pg_class as t on (t.oid operator(pg_catalog.=) i.indrelid)
      and (t.oid operator(pg_catalog.=) ${tableOid}::pg_catalog.oid)`;
}

const ofClass = sql`'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid`;

/** NeverDropped, or NULL. What a foreign key rests on is unique, and what its constraint made is the constraint's. */
export const stays: Sql = sql`(case
        when i.indisprimary then 'primary'
        when i.indisexclusion then 'exclusion'
        when i.indisreplident then 'replica identity'
        when i.indisunique then 'unique'
        when exists (
          select
          from pg_catalog.pg_constraint as k
          where (k.conindid operator(pg_catalog.=) i.indexrelid)
        ) then 'constraint'
        when not (i.indisvalid and i.indisready and i.indislive) then 'invalid'
        when c.relispartition or t.relispartition then 'partitioned'
        when exists (
          select
          from pg_catalog.pg_depend as d
          where (d.classid operator(pg_catalog.=) ${ofClass})
            and (d.objid operator(pg_catalog.=) i.indexrelid)
            and (d.refclassid operator(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid)
        ) then 'extension'
        when exists (
          select
          from pg_catalog.pg_depend as d
          where (d.refclassid operator(pg_catalog.=) ${ofClass})
            and (d.refobjid operator(pg_catalog.=) i.indexrelid)
            and (d.deptype operator(pg_catalog.<>) 'P')
        ) then 'needed by others'
        when (c.reltablespace operator(pg_catalog.<>) 0::pg_catalog.oid)
          and (not pg_catalog.has_tablespace_privilege(c.reltablespace, 'create')) then 'tablespace'
      end)`;

/** One row, TableFacts; none where the table is gone. Rows: those of the last statistics, a page, on the pages that there are. */
export function selectTable(tableOid: number): Sql {
  return sql`
    select
      pg_catalog.sum(case
        when pages.now operator(pg_catalog.=) 0 then 0
        when (part.reltuples operator(pg_catalog.<) 0) or (part.relpages operator(pg_catalog.=) 0)
          then pages.now operator(pg_catalog.*) ${rowsOfUnknownPage}
        else pg_catalog.round(part.reltuples::pg_catalog.float8 operator(pg_catalog./) part.relpages operator(pg_catalog.*) pages.now)
      end)::pg_catalog.int8 as "rows",
      pg_catalog.bool_and(
        pg_catalog.pg_has_role(part.relowner, 'usage') and pg_catalog.has_schema_privilege(part.relnamespace, 'create')
      ) as "mayRebuild",
      (t.relkind operator(pg_catalog.=) 'p') as "isPartitioned",
      pg_catalog.pg_get_userbyid(t.relowner)::pg_catalog.text as "owner",
      current_user::pg_catalog.text as "role",
      (
        select pg_catalog.count(distinct l.pid)::pg_catalog.int4
        from pg_catalog.pg_locks as l
        left join pg_catalog.pg_stat_activity as a on (a.pid operator(pg_catalog.=) l.pid)
        where (l.relation in (${partsOf(sql`${tableOid}::pg_catalog.oid`)}))
          and (l.database operator(pg_catalog.=) (select d.oid from pg_catalog.pg_database as d where (d.datname operator(pg_catalog.=) pg_catalog.current_database())))
          and (coalesce(a.application_name, '') operator(pg_catalog.!~~) 'landfall:%')
          and (coalesce(a.backend_type, '') operator(pg_catalog.<>) 'autovacuum worker')
      ) as "others"
    from pg_catalog.pg_class as t
    join pg_catalog.pg_class as part on (part.oid in (${partsOf(sql`t.oid`)}))
    cross join lateral (
      select (case when part.relkind operator(pg_catalog.=) 'r' then pg_catalog.pg_relation_size(part.oid::pg_catalog.regclass) else 0 end) operator(pg_catalog./) pg_catalog.current_setting('block_size')::pg_catalog.int8
    ) as pages (now)
    where (t.oid operator(pg_catalog.=) ${tableOid}::pg_catalog.oid)
    group by t.oid, t.relowner, t.relkind`;
}

/** Of a table without statistics: rows of some 100 bytes. */
const rowsOfUnknownPage = sql`80`;
