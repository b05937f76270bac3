import { type Sql, sql } from '../../core/sql.ts';

/** The equality operators of foreign keys, in column order, as SQL; those of extension types are not in pg_catalog. */
export function selectForeignKeyOperators(targetOid: number): Sql {
  return sql`
select
  k.conname as "name",
  array_agg(format('operator(%I.%s)', n.nspname, o.oprname) order by equal.position) as "operators"
from pg_catalog.pg_constraint as k
cross join unnest(k.conpfeqop) with ordinality as equal (operator, position)
join pg_catalog.pg_operator as o on o.oid = equal.operator
join pg_catalog.pg_namespace as n on n.oid = o.oprnamespace
where (k.conrelid = ${targetOid})
  and (k.contype = 'f')
group by k.conname`;
}

/** Columns with a collation of their own, which CHECKs compare by. */
export function selectCollations(targetOid: number): Sql {
  return sql`
select a.attname as "name", format('%I.%I', n.nspname, c.collname) as "collation"
from pg_catalog.pg_attribute as a
join pg_catalog.pg_type as t on t.oid = a.atttypid
join pg_catalog.pg_collation as c on c.oid = a.attcollation
join pg_catalog.pg_namespace as n on n.oid = c.collnamespace
where (a.attrelid = ${targetOid})
  and (a.attnum > 0)
  and (not a.attisdropped)
  and (a.attcollation <> t.typcollation)`;
}
