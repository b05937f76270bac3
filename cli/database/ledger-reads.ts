import { type Sql, sql } from '../../functions/core/sql.ts';
import { type Db, maybeOne, one } from '../../functions/db/client.ts';
import { selectIsWaiting } from '../../functions/ledger/leases/waiters-sql.ts';

/** Does an execution wait for its table, which another load holds or is to have first? */
export async function isWaiting(db: Db, execution: string): Promise<boolean> {
  return (await one<{ waits: boolean }>(db, selectIsWaiting(execution))).waits;
}

/** Roles that may write loads into the ledger, beside superusers, its owner and the one that is connected. */
export function selectOtherWriters(): Sql {
  return sql`
    select role.rolname::pg_catalog.text as role
    from pg_catalog.pg_roles as role
    join pg_catalog.pg_class as loads on (loads.oid operator(pg_catalog.=) 'landfall.loads'::pg_catalog.regclass)
    where not role.rolsuper
      and (role.rolname operator(pg_catalog.<>) current_user)
      and (role.oid operator(pg_catalog.<>) loads.relowner)
      and (role.rolname operator(pg_catalog.!~) '^pg_')
      and (
        pg_catalog.has_any_column_privilege(role.oid, loads.oid, 'update')
        or pg_catalog.has_any_column_privilege(role.oid, loads.oid, 'insert')
      )
    order by 1`;
}

/** Does this database hold a ledger? */
export async function hasLedger(db: Db): Promise<boolean> {
  const row = await maybeOne<{ found: boolean }>(
    db,
    sql`
      select exists (
        select from pg_catalog.pg_class join pg_catalog.pg_namespace on (pg_namespace.oid = pg_class.relnamespace)
        where (pg_namespace.nspname = 'landfall') and (pg_class.relname = 'loads')
      ) as found`,
  );
  return row?.found === true;
}

/** The load that an execution works on; null where it ended before it held the table's lease. */
export async function readLoadIdOf(db: Db, execution: string): Promise<number | null> {
  const row = await maybeOne<{ load_id: number }>(
    db,
    sql`select load_id from landfall.loads where (execution = ${execution}) order by load_id desc limit 1`,
  );
  return row?.load_id ?? null;
}
