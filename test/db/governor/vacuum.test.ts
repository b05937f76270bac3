import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, type Sql } from '../../../functions/core/sql.ts';
import { one, withClient } from '../../../functions/db/client.ts';
import type { Reading } from '../../../functions/governor/signal.ts';
import { migrate } from '../../../functions/migrate/migrate.ts';
import type { TemporaryServer } from '../../../localstack/embedded/server/temporary-server.ts';
import { loginUrl } from '../../support/database-url.ts';
import { outside } from '../../support/outside.ts';
import { onServer, ownServer } from '../../support/own-server.ts';
import { asked, readingsOf } from '../../support/seen-signals.ts';

let server: TemporaryServer;

beforeAll(async () => {
  // every other table is vacuumed at full speed
  server = await ownServer({
    autovacuum_freeze_max_age: '100000',
    autovacuum_naptime: '1s',
    autovacuum_vacuum_cost_delay: '0',
  });
  await onServer(server, migrate);
  // they are vacuumed by whom the test lets, but for wraparound, which no setting keeps off
  const notYet = sql`autovacuum_enabled = off`;
  const slowly = sql`autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1`;
  await run(sql`create table plain (id int, pad text) with (${notYet}, ${slowly});
    create table parted (id int) partition by range (id);
    create table part partition of parted for values from (0) to (1000000) with (${notYet});
    create table other (id int);
    insert into plain select i, repeat('x', 500) from generate_series(1, 3000) i;
    insert into part select generate_series(1, 60000);
    create role sees_little login password 'secret';
    grant usage on schema landfall to public;
    grant select on landfall.pauses to public`);
});

afterAll(() => server.stop());

const run = (statement: Sql): Promise<void> => onServer(server, (db) => outside(db, statement));

async function seen(
  table: string,
  { login, isLive = true }: { readonly login?: string; readonly isLive?: boolean } = {},
): Promise<readonly Reading[]> {
  const { oid } = await onServer(server, (db) =>
    one<{ oid: number }>(db, sql`select ${`public.${table}`}::pg_catalog.regclass::pg_catalog.oid as oid`),
  );
  const url = login === undefined ? server.url : loginUrl(server.url, login);
  return await readingsOf('vacuum', url, { about: asked({}, { oid, isLive }) });
}

test('a vacuum of the target or of a partition slows the merge, and everybody sees it', async () => {
  for (const [vacuumed, target] of [
    ['plain', 'plain'],
    ['part', 'parted'],
    ['part', 'part'],
  ] as const) {
    expect(await seen(target)).toEqual([]);
    await withClient({ connectionString: server.url, applicationName: 'test' }, async (db) => {
      await outside(db, sql`set vacuum_cost_delay = 100`);
      await outside(db, sql`set vacuum_cost_limit = 1`);
      const { pid } = await one<{ pid: number }>(db, sql`select pg_backend_pid() as pid`);
      const statement = vacuumed === 'plain' ? sql`vacuum plain` : sql`vacuum part`;
      const ends = outside(db, statement).catch((error: unknown) => error);
      const reading = { signal: 'vacuum', health: 'slow', figure: 'a vacuum works on the target' };
      await expect.poll(() => seen(target)).toEqual([reading]);
      expect(await seen(target, { login: 'sees_little' })).toEqual([reading]);
      expect(await seen(target, { isLive: false })).toEqual([{ ...reading, health: 'normal' }]);
      expect(await seen('other')).toEqual([]);
      await run(sql`select pg_cancel_backend(${pid})`);
      await ends;
    });
  }
});

test('one that is to prevent wraparound stops it', async () => {
  await run(sql`do $$ begin for i in 1..100100 loop perform pg_current_xact_id(); commit; end loop; end $$`);
  const reading = { signal: 'vacuum', health: 'stop', figure: 'a vacuum to prevent wraparound works on the target' };
  await expect.poll(() => seen('plain'), { timeout: 20_000 }).toEqual([reading]);
  expect(await seen('plain', { login: 'sees_little' })).toEqual([reading]);
});
