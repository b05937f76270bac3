import { sql, type Sql } from '../../core/sql.ts';

/** What the role of the login may do beyond tables: one word each. */
export interface RolePowers {
  readonly powers: readonly string[];
}

/** Rights that code of a target's owner would have as well: it runs as this role. */
export function selectRolePowers(): Sql {
  return sql`
    select array(
      select power
      from pg_catalog.pg_roles as r
      cross join lateral (
        values
          (1, r.rolsuper, 'superuser'),
          (2, r.rolbypassrls and (not r.rolsuper), 'bypassrls'),
          (3, r.rolcreaterole and (not r.rolsuper), 'createrole'),
          (4, r.rolreplication and (not r.rolsuper), 'replication')
      ) as own (place, has, power)
      where (r.rolname operator(pg_catalog.=) current_user)
        and own.has
      union all
      select 'member of ' operator(pg_catalog.||) g.rolname::pg_catalog.text
      from pg_catalog.pg_roles as g
      join pg_catalog.pg_roles as r on (r.rolname operator(pg_catalog.=) current_user) and (not r.rolsuper)
      where (g.rolname operator(pg_catalog.=) any (array['rds_superuser', 'pg_execute_server_program', 'pg_write_server_files',
          'pg_read_server_files', 'pg_write_all_data', 'pg_read_all_data']::pg_catalog.name[]))
        and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
    ) as powers`;
}
