import { sql } from '../core/sql.ts';

/** Tables to suggest from, but for partitions, with the names of their columns. */
export const selectTablesWithColumns = sql`
select
  n.nspname as "schema",
  c.relname as "table",
  (
    select coalesce(jsonb_agg(a.attname order by a.attnum), '[]')
    from pg_catalog.pg_attribute as a
    where (a.attrelid operator(pg_catalog.=) c.oid)
      and (a.attnum operator(pg_catalog.>) 0)
      and (not a.attisdropped)
  ) as "columns"
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) c.relnamespace)
where (c.relkind in ('r', 'p'))
  and (not c.relispartition)
  and (n.nspname not in ('pg_catalog', 'information_schema', 'landfall', 'landfall_staging'))
  and (n.nspname not like 'pg\_%')
order by n.nspname, c.relname
limit 5000`;
