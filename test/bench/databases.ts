import { ident, type Sql, sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, execute, one, withClient } from '../../functions/db/client.ts';
import { databaseUrl } from '../support/database-url.ts';
import { outside } from '../support/outside.ts';

/** A database of one contestant. */
export interface BenchDatabase {
  readonly name: string;
  readonly url: string;
}

/** What the target holds, whatever the order of its rows. */
export interface Content {
  readonly rows: number;
  readonly checksum: string;
}

/** The target, the same for all: a key, no other index. */
export function targetTable(checks: boolean): string {
  const constraints = ['check (amount >= 0)', `check (currency ~ '^[A-Z]{3}$')`];
  return `
    create table public.orders (
      id bigint primary key,
      account text not null,
      email text,
      amount numeric(12,2) not null,
      currency char(3) not null,
      created_at timestamptz not null,
      status text not null,
      note text${checks ? `,\n      ${constraints.join(',\n      ')}` : ''}
    )`;
}

/** A new database with an empty target. */
export async function freshDatabase(
  { admin, serverUrl }: { admin: Db; serverUrl: string },
  { name, checks }: { name: string; checks: boolean },
): Promise<BenchDatabase> {
  await outside(admin, sql`drop database if exists ${ident(name)} with (force)`);
  await outside(admin, sql`create database ${ident(name)} template template0 encoding 'UTF8'`);
  const database = { name, url: databaseUrl(serverUrl, name) };
  await within(database, async (db) => {
    await execute(db, sql`create schema bench`);
    await execute(db, sql`create extension pg_prewarm schema bench`);
    await execute(db, trustedSql(targetTable(checks)));
  });
  return database;
}

/** A copy, file by file, of a database that nobody is connected to. */
export async function cloneDatabase(
  { admin, serverUrl }: { admin: Db; serverUrl: string },
  { from, name }: { from: BenchDatabase; name: string },
): Promise<BenchDatabase> {
  await outside(admin, sql`drop database if exists ${ident(name)} with (force)`);
  await outside(admin, sql`create database ${ident(name)} template ${ident(from.name)} strategy file_copy`);
  return { name, url: databaseUrl(serverUrl, name) };
}

export async function dropDatabase(admin: Db, { name }: BenchDatabase): Promise<void> {
  await outside(admin, sql`drop database if exists ${ident(name)} with (force)`);
}

/** Hashes every row, so it is never part of what is measured. */
export async function contentOf(database: BenchDatabase): Promise<Content> {
  return await within(database, (db) =>
    one<Content>(
      db,
      sql`
        select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as checksum
        from public.orders as t`,
    ),
  );
}

/** A table as it is the day after its load: vacuumed, with statistics. */
export async function settle(database: BenchDatabase): Promise<void> {
  await within(database, (db) => outside(db, sql`vacuum (analyze) public.orders`));
}

/** Table and index into shared buffers (as much as fits), so that no contestant starts on a colder table than another. */
export async function prewarm(database: BenchDatabase): Promise<void> {
  await within(database, async (db) => {
    await one(db, sql`select bench.pg_prewarm('public.orders') as pages`);
    await one(db, sql`select bench.pg_prewarm('public.orders_pkey') as pages`);
  });
}

/** WAL bytes, from LSN to LSN, of the records that touch the target, its TOAST table or its index. Adds an extension. */
export async function targetWal(
  database: BenchDatabase,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number> {
  return await within(database, async (db) => {
    await execute(db, sql`create extension if not exists pg_walinspect schema bench`);
    // what is not flushed is not seen
    await execute(db, sql`checkpoint`);
    const { bytes } = await one<{ bytes: number }>(db, sumOfRecords(from, to));
    return bytes;
  });
}

/** A record that touches several blocks comes once for each. */
function sumOfRecords(from: string, to: string): Sql {
  return sql`
    with target as (
      select pg_relation_filenode(c.oid) as node
      from pg_class as c
      where (c.oid in ('public.orders'::regclass, 'public.orders_pkey'::regclass))
        or (c.oid = (select t.reltoastrelid from pg_class as t where (t.oid = 'public.orders'::regclass)))
    ), records as (
      select distinct start_lsn, record_length
      from bench.pg_get_wal_block_info(${from}::pg_lsn, ${to}::pg_lsn, false)
      where (reldatabase = (select d.oid from pg_database as d where (d.datname = current_database())))
        and (relfilenode in (select node from target))
    )
    select coalesce(sum(record_length), 0)::bigint as bytes
    from records`;
}

async function within<T>(database: BenchDatabase, use: (db: Db) => Promise<T>): Promise<T> {
  return await withClient({ connectionString: database.url, applicationName: 'landfall:bench' }, use);
}
