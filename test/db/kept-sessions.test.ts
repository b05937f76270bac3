import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, type DbSettings, one, transaction, withClient } from '../../functions/db/client.ts';
import { keepSessions } from '../../functions/db/session/kept-sessions.ts';
import { TryAgain } from '../../functions/protocol/errors.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  [database, other] = await Promise.all([testDatabase(), testDatabase()]);
});
afterAll(async () => {
  keepSessions({ most: 0, milliseconds: 0 });
  await Promise.all([database.drop(), other.drop()]);
});
beforeEach(() => {
  keepSessions({ most: 0, milliseconds: 0 });
  keepSessions({ most: 1, milliseconds: 10_000 });
});

const call = <T>(use: (db: Db) => Promise<T>, more: Partial<DbSettings> = {}): Promise<T> =>
  withClient({ connectionString: database.url, applicationName: 'landfall:1:1:State:0', ...more }, use);

/** The process of the server that serves it. */
const backendOf = async (db: Db): Promise<number> =>
  (await one<{ pid: number }>(db, sql`select pg_catalog.pg_backend_pid() as pid`)).pid;

/** Sessions of this test's two databases, by process; the one that asks is another database's. */
async function sessions(): Promise<readonly { pid: number; name: string }[]> {
  const server = new URL(database.url);
  const names = [database.url, other.url].map((url) => new URL(url).pathname.slice(1));
  server.pathname = '/postgres';
  const text = `select pid, application_name as name from pg_stat_activity where datname = any ($1)`;
  return await withClient(
    { connectionString: server.href, applicationName: 'test', forPerson: true },
    async (db) => (await db.query<{ pid: number; name: string }>(text, [names])).rows,
  );
}

test('the next call has the session of the last one, under its own name, and as new', async () => {
  const lock = sql`select pg_catalog.pg_try_advisory_lock(1, 2) as got`;
  const first = await call(async (db) => {
    await db.query(`set work_mem = '11MB'; create temporary table left_behind (); listen somebody`);
    await transaction(db, {}, async () => await one(db, lock));
    return await backendOf(db);
  });
  const next = await call(
    async (db) => {
      const { rows } = await db.query(
        `select pg_backend_pid() as pid, current_setting('work_mem') as memory, to_regclass('left_behind') as temporary,
           current_setting('application_name') as name, (select count(*)::int from pg_listening_channels()) as channels`,
      );
      const locks = await db.query('select 1 from pg_locks where locktype = $1 and pid = pg_backend_pid()', [
        'advisory',
      ]);
      return { ...rows[0], locks: locks.rowCount };
    },
    { applicationName: 'landfall:2:1:Other:0' },
  );
  expect(next).toStrictEqual({
    pid: first,
    memory: expect.not.stringMatching('11MB'),
    temporary: null,
    name: 'landfall:2:1:Other:0',
    channels: 0,
    locks: 0,
  });
});

test('a call that failed, one that a person waits for, and another database have their own', async () => {
  const first = await call(backendOf);
  expect(await call(backendOf, { forPerson: true })).not.toBe(first);
  expect(await call(backendOf, { connectionString: other.url })).not.toBe(first);
  // one is kept at a time: the other database's is the last one
  const second = await call(backendOf);
  expect(second).not.toBe(first);
  let failed = 0;
  const failing = call(async (db) => {
    failed = await backendOf(db);
    throw new Error('of the call');
  });
  await expect(failing).rejects.toThrow('of the call');
  expect(failed).toBe(second);
  expect(await call(backendOf)).not.toBe(second);
});

test('a transaction that was left open ends with its session', async () => {
  const first = await call(async (db) => {
    await db.query('begin');
    return (await db.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  });
  expect(await call(backendOf)).not.toBe(first);
});

test('one that was ended meanwhile, or waited for too long, is replaced without a word', async () => {
  const first = await call(backendOf);
  await other.run(trustedSql(`select pg_terminate_backend(${first}, 5000)`));
  const second = await call(backendOf);
  expect(second).not.toBe(first);
  // the machine slept: no timer has run
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_001);
  expect(await call(backendOf)).not.toBe(second);
  vi.restoreAllMocks();
});

test('one that breaks during its call says so, as a new one would', async () => {
  await call(backendOf);
  const cut = call(async (db) => {
    await other.run(trustedSql(`select pg_terminate_backend(${await backendOf(db)}, 5000)`));
    return await backendOf(db);
  });
  await expect(cut).rejects.toThrow(TryAgain);
});

test('none waits longer than it may, and no more than may', async () => {
  keepSessions({ most: 2, milliseconds: 300 });
  await Promise.all([1, 2, 3, 4].map(() => call(async (db) => void (await db.query('select pg_sleep(0.1)')))));
  await expect.poll(sessions).toHaveLength(2);
  await expect.poll(sessions).toHaveLength(0);
});

test("what a call did is in the server's statistics when it has ended", async () => {
  await call(
    async (db) =>
      void (await db.query('create table counted (); insert into counted select; insert into counted select')),
  );
  const seen = await withClient(
    { connectionString: database.url, applicationName: 'test', forPerson: true },
    async (db) =>
      (await db.query(`select n_tup_ins::int as rows from pg_stat_user_tables where relname = 'counted'`)).rows,
  );
  expect(seen).toStrictEqual([{ rows: 2 }]);
});
