import { sql, type Sql } from '../../core/sql.ts';

/** A table with indexes that are not unique, which this role may not drop and create. */
export interface IndexOwnerRow {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly is_owner: boolean;
  readonly may_create: boolean;
}

/** One row for each of these tables that is so. */
export function selectIndexOwners(tables: readonly { readonly schema: string; readonly table: string }[]): Sql {
  return sql`
    select wanted.schema, wanted.name, pg_catalog.pg_get_userbyid(t.relowner)::pg_catalog.text as owner,
      pg_catalog.pg_has_role(t.relowner, 'usage') as is_owner,
      pg_catalog.has_schema_privilege(n.oid, 'create') as may_create
    from unnest(${tables.map(({ schema }) => schema)}::pg_catalog.text[], ${tables.map(({ table }) => table)}::pg_catalog.text[])
      as wanted (schema, name)
    join pg_catalog.pg_namespace as n on (n.nspname operator(pg_catalog.=) wanted.schema)
    join pg_catalog.pg_class as t on (t.relnamespace operator(pg_catalog.=) n.oid) and (t.relname operator(pg_catalog.=) wanted.name)
    where (t.relkind operator(pg_catalog.=) 'r')
      and exists (
        select
        from pg_catalog.pg_index as i
        where (i.indrelid operator(pg_catalog.=) t.oid)
          and (not i.indisunique)
      )
      and not (pg_catalog.pg_has_role(t.relowner, 'usage') and pg_catalog.has_schema_privilege(n.oid, 'create'))
    order by wanted.schema, wanted.name`;
}
