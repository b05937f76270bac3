import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql, trustedSql } from '../../../functions/core/sql.ts';
import { withClient } from '../../../functions/db/client.ts';
import { permutation, seededRandom } from '../../../localstack/demo/random.ts';
import { databaseUrl } from '../../support/database-url.ts';
import { outside } from '../../support/outside.ts';
import type { BenchDatabase } from '../databases.ts';
import type { Setup } from '../setup.ts';

/** The table has ten times the rows of the file. */
export const timesLarger = 10;

/** A database with the table and its three indexes, vacuumed; nobody is connected to it, so that it can be copied. */
export async function liveTable({ admin, serverUrl }: Setup, rows: number): Promise<BenchDatabase> {
  const database = { name: 'bench_live', url: databaseUrl(serverUrl, 'bench_live') };
  await outside(admin, sql`drop database if exists bench_live with (force)`);
  await outside(admin, sql`create database bench_live template template0 encoding 'UTF8'`);
  await withClient({ connectionString: database.url, applicationName: 'landfall:bench' }, async (db) => {
    await outside(
      db,
      trustedSql(`
        create table public.live (
          id bigint primary key, a integer not null, b text not null, c timestamptz not null, hits integer not null default 0
        ) with (fillfactor = 90);
        insert into public.live
        select i, i * 7919::bigint % 100003, md5(i::text), '2024-01-01'::timestamptz + i * interval '1 second'
        from generate_series(1, ${Math.trunc(rows)}) as i;
        create index live_a on public.live (a);
        create index live_b on public.live (b);
        create index live_c on public.live (c);
        create schema bench;
        create extension pg_prewarm schema bench`),
    );
    await outside(db, sql`vacuum (analyze) public.live`);
  });
  return database;
}

/** Table and indexes into shared buffers, as much as fits. */
export async function prewarmLive(database: BenchDatabase): Promise<void> {
  await withClient({ connectionString: database.url, applicationName: 'landfall:bench' }, (db) =>
    outside(
      db,
      sql`select bench.pg_prewarm(c.oid) from pg_class as c where (c.relname in ('live', 'live_pkey', 'live_a', 'live_b', 'live_c'))`,
    ),
  );
}

/** Rows in no order, of which so many percent are there already, spread over the table; by default every second one. */
export async function upsertFile(
  { home }: Setup,
  { rows, seed, existing = 50 }: { rows: number; seed: number; existing?: number },
): Promise<string> {
  const path = join(home, 'live.csv');
  await pipeline(Readable.from(lines({ rows, seed, existing })), createWriteStream(path));
  return path;
}

function* lines({ rows, seed, existing }: { rows: number; seed: number; existing: number }): Generator<string> {
  const standing = rows * timesLarger;
  const order = permutation(rows, seed);
  const random = seededRandom(seed);
  yield 'id,a,b,c\n';
  for (let n = 0; n < rows; n += 1) {
    const i = order(n);
    // one of those that stand there, or a new one
    const id = (i * existing) % 100 < existing ? 1 + i * timesLarger : standing + 1 + i;
    yield `${id},${random.below(1_000_000)},${random.below(2 ** 48).toString(16)}${i},2025-0${1 + (i % 9)}-1${random.below(10)}T00:00:00Z\n`;
  }
}
