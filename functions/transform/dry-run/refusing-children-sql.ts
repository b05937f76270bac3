import { sql, type Sql } from '../../core/sql.ts';

/** Foreign keys of other tables to this one that do not let a row go which a child refers to: { name }, with the child's table. */
export function selectRefusingChildren(targetOid: number): Sql {
  return sql`
    select pg_catalog.format('%s of %s', k.conname, k.conrelid::pg_catalog.regclass) as name
    from pg_catalog.pg_constraint as k
    where (k.confrelid operator(pg_catalog.=) ${targetOid}::pg_catalog.oid)
      and (k.conrelid operator(pg_catalog.<>) k.confrelid)
      and (k.contype operator(pg_catalog.=) 'f')
      and (k.confdeltype operator(pg_catalog.=) any (array['a', 'r']::pg_catalog."char"[]))
      and (k.conparentid operator(pg_catalog.=) 0::pg_catalog.oid)
    order by name`;
}
