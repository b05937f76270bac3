import { join, sql, ident, type Sql } from '../core/sql.ts';
import { STAGING_SCHEMA } from '../core/staging.ts';
import { execute, many, type Db } from '../db/client.ts';
import { endEpoch } from './epochs.ts';

/** At most so many tables a statement: each is a lock, and the server's lock table is shared. */
const tablesAtOnce = 100;

/** Drops every staging table of a load, and its epoch. Harmless when there are none. */
export async function dropStagingOf(db: Db, loadId: number): Promise<void> {
  const tables = await many<{ name: string }>(db, selectStagingTables(loadId));
  for (let i = 0; i < tables.length; i += tablesAtOnce) {
    const names = tables.slice(i, i + tablesAtOnce).map(({ name }) => ident(STAGING_SCHEMA, name));
    await execute(db, sql`drop table if exists ${join(names)}`);
  }
  await endEpoch(db, loadId);
}

function selectStagingTables(loadId: number): Sql {
  return sql`
    select pg_class.relname::text as name
    from pg_class
    join pg_namespace on (pg_namespace.oid = pg_class.relnamespace)
    where (pg_namespace.nspname = ${STAGING_SCHEMA})
      and (pg_class.relkind = 'r')
      and (pg_class.relname like ${`l${loadId}\\_%`})
    order by 1`;
}
