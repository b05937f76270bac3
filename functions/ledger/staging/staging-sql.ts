import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import { ofSameKey } from '../loads/versions-sql.ts';

/** Older generations of the same object that left staging, or an epoch of it; not one that waits for a yes, beside a dry run. */
export function selectOlderWithStaging(loadId: number): Sql {
  return sql`
    select older.load_id
    from landfall.loads as mine
    join landfall.loads as older
      on ${ofSameKey(sql`older`, sql`mine`)}
      and (older.version_id = mine.version_id)
      and (older.generation < mine.generation)
      and (older.outcome is distinct from 'HELD')
    where (mine.load_id = ${loadId})
      and (
        exists (select from landfall_staging.epochs where (epochs.load_id = older.load_id))
        or exists (
          select
          from pg_class
          join pg_namespace on (pg_namespace.oid = pg_class.relnamespace)
          where (pg_namespace.nspname = ${STAGING_SCHEMA})
            and (pg_class.relname like 'l' || older.load_id || '\_%')
        )
      )
    order by older.load_id`;
}

/** The names of a load's staging tables. */
export function selectStagingTables(loadId: number): Sql {
  return sql`
    select pg_class.relname::text as name
    from pg_class
    join pg_namespace on (pg_namespace.oid = pg_class.relnamespace)
    where (pg_namespace.nspname = ${STAGING_SCHEMA})
      and (pg_class.relkind = 'r')
      and (pg_class.relname like ${`l${loadId}\\_%`})
    order by 1`;
}

/** Drops staging tables by name, as selectStagingTables answers them; harmless where one is gone. */
export function dropStagingTables(names: readonly string[]): Sql {
  return sql`drop table if exists ${join(names.map((name) => ident(STAGING_SCHEMA, name)))}`;
}
