import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ident, sql } from '../../../functions/core/sql.ts';
import { withClient } from '../../../functions/db/client.ts';
import { loginUrl } from '../../support/database-url.ts';
import { outside } from '../../support/outside.ts';
import { testDatabase, type TestDatabase } from '../../support/postgres.ts';
import { asked, withLooker } from '../../support/seen-signals.ts';

const loader = `loader_${randomBytes(4).toString('hex')}`;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await database.run(sql`create table t (id int primary key, n int);
    insert into t values (1, 0), (2, 0);
    create role ${ident(loader)} login password 'secret';
    grant select, update on t to ${ident(loader)};
    grant usage on schema landfall to ${ident(loader)};
    grant select on landfall.pauses to ${ident(loader)}`);
});

afterAll(async () => {
  await database.run(sql`drop owned by ${ident(loader)}`);
  await database.run(sql`drop role ${ident(loader)}`);
  await database.drop();
});

/** Runs `use` while a session of that name has changed row 1, and another one of a superuser's waits for it. */
async function whileOneWaits(applicationName: string, waits: string, use: () => Promise<void>): Promise<void> {
  await withClient({ connectionString: loginUrl(database.url, loader), applicationName }, async (holder) => {
    await outside(holder, sql`begin`);
    await outside(holder, sql`update t set n = n + 1 where id = 1`);
    await withClient({ connectionString: database.url, applicationName: waits }, async (waiter) => {
      const waited = outside(waiter, sql`update t set n = n + 1 where id = 1`);
      await expect
        .poll(() =>
          database.rows(sql`select from pg_locks join pg_database on (pg_database.oid = database) or (database is null)
          where (not granted) and (datname = current_database())`),
        )
        .not.toEqual([]);
      await use();
      await outside(holder, sql`rollback`);
      await waited;
    });
  });
}

test('whoever waits for a lock of the load slows it, and in two looks stops it; a role without rights sees that', async () => {
  await withLooker(
    loginUrl(database.url, loader),
    () => 0,
    async (seen) => {
      const ours = asked({}, { loadId: 77 });
      expect(await seen('locks', ours)).toEqual([]);
      await whileOneWaits('landfall:77:1:MergeLane:0', 'shop', async () => {
        // the moment in which it began to wait is not there at once
        const first = await seen('locks', ours);
        expect(first).toEqual([{ signal: 'locks', health: 'slow', figure: '1 session waits for locks of this load' }]);
        await expect
          .poll(() => seen('locks', ours))
          .toEqual([
            { signal: 'locks', health: 'stop', figure: '1 session waits for locks of this load, in two looks' },
          ]);
        expect(await seen('locks', asked({}, { loadId: 7 }))).toEqual([]);
      });
      expect(await seen('locks', ours)).toEqual([]);
    },
  );
});

test('who waits for somebody else, and other loads, are none of its business', async () => {
  await withLooker(
    database.url,
    () => 0,
    async (seen) => {
      const ours = asked({}, { loadId: 77 });
      await whileOneWaits('shop', 'report', async () => {
        expect(await seen('locks', ours)).toEqual([]);
      });
      await whileOneWaits('landfall:77:1:MergeLane:0', 'landfall:78:1:MergeLane:0', async () => {
        expect(await seen('locks', ours)).toEqual([]);
      });
    },
  );
});
