import { sql, type Sql } from '../../core/sql.ts';

/** The server as ServerSettings has it. RDS keeps a database of its own; Aurora has a function for its version. */
export function selectServerSettings(): Sql {
  return sql`
    select
      (case
        when exists (select 1 from pg_catalog.pg_proc as functions where (functions.proname operator(pg_catalog.=) 'aurora_version')
          and (functions.pronamespace operator(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace)) then 'aurora'
        when exists (select 1 from pg_catalog.pg_database as databases where (databases.datname operator(pg_catalog.=) 'rdsadmin')) then 'rds'
        else 'postgres'
      end) as kind,
      ${kilobytes('shared_buffers')} as "sharedBuffersKb",
      pg_catalog.current_setting('max_connections')::pg_catalog.int4 as "maxConnections",
      least(pg_catalog.current_setting('max_parallel_workers_per_gather')::pg_catalog.int4,
        pg_catalog.current_setting('max_parallel_workers')::pg_catalog.int4) as workers,
      least(pg_catalog.current_setting('max_parallel_maintenance_workers')::pg_catalog.int4,
        pg_catalog.current_setting('max_parallel_workers')::pg_catalog.int4) as "maintenanceWorkers",
      (
        select ${kilobytes('maintenance_work_mem')}
        from pg_catalog.pg_settings as settings
        where (settings.name operator(pg_catalog.=) 'maintenance_work_mem')
          and (settings.source operator(pg_catalog.<>) 'default')
      ) as "maintenanceWorkMemKb"`;
}

function kilobytes(setting: string): Sql {
  return sql`(pg_catalog.pg_size_bytes(pg_catalog.current_setting(${setting})) operator(pg_catalog./) 1024)`;
}
