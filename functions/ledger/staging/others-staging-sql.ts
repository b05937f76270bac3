import { sql, type Sql } from '../../core/sql.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';

/** What stands under the name of a load's staging and is no table of whoever asks, whose code it could therefore run. */
export interface OthersStaging {
  readonly name: string;
  readonly is_table: boolean;
}

/** One row a relation. */
export function selectOthersStaging(loadId: number): Sql {
  return sql`
    select
      pg_class.relname::pg_catalog.text as name,
      (pg_class.relkind operator(pg_catalog.=) 'r') as is_table
    from pg_catalog.pg_class
    join pg_catalog.pg_namespace as space on (space.oid operator(pg_catalog.=) pg_class.relnamespace)
    where (space.nspname operator(pg_catalog.=) ${STAGING_SCHEMA})
      and (pg_class.relname operator(pg_catalog.~~) ${`l${loadId}\\_%`})
      and (pg_class.relkind operator(pg_catalog.<>) all (array['i', 't']::pg_catalog."char"[]))
      and (
        (pg_class.relkind operator(pg_catalog.<>) 'r')
        or (pg_catalog.pg_get_userbyid(pg_class.relowner) operator(pg_catalog.<>) current_user)
      )
    order by pg_class.relname`;
}
