import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { withClient } from '../../../functions/db/client.ts';
import { looker } from '../../../functions/governor/look.ts';
import { asked, readingsOf } from '../../support/seen-signals.ts';
import { testDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});

afterAll(() => database.drop());

test('a paused target stops all work, and says who paused it, when and why', async () => {
  expect(await readingsOf('paused', database.url)).toEqual([]);
  await database.run(
    sql`insert into landfall.pauses (target, by, paused_at, why) values ('public.t', ${'kim@\u001b[2Jhost'}, '2026-11-29 12:00:00.25+02', 'month end')`,
  );
  const figure = String.raw`paused by kim@\u001b[2Jhost at 2026-11-29T10:00:00.250Z (month end)`;
  expect(await readingsOf('paused', database.url)).toEqual([{ signal: 'paused', health: 'stop', figure }]);
});

test('a look is one statement, and the first one asks once more what there is to see', async () => {
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    const look = looker();
    const queries = vi.spyOn(db, 'query');
    // begin with its settings, the statement, commit
    for (const [name, count] of [
      ['first', 6],
      ['second', 3],
      ['third', 3],
    ] as const) {
      queries.mockClear();
      await look(db, asked());
      expect(queries.mock.calls, name).toHaveLength(count);
    }
  });
});

test('readers of an Aurora cluster are judged by their seconds', async () => {
  await database.run(sql`
    create function pg_catalog.aurora_replica_status()
    returns table (server_id text, session_id text, replica_lag_in_msec double precision)
    begin atomic
      values ('writer', 'MASTER_SESSION_ID', null), ('fast', 'a', 20.5), ('late', 'b', 6000), ('lost', 'c', 11000), ('new', 'd', null);
    end`);
  expect(await readingsOf('aurora', database.url)).toMatchObject([
    { health: 'normal', figure: 'reader fast is 0.0 s behind (limit 10 s)' },
    { health: 'slow', figure: 'reader late is 6.0 s behind (limit 10 s)' },
    { health: 'stop', figure: 'reader lost is 11.0 s behind (limit 10 s)' },
    { health: 'unknown', figure: 'reader new has not said how far it is' },
  ]);
  expect(await readingsOf('aurora', database.url, { about: asked({ maxLagSeconds: 5.5 }) })).toMatchObject([
    { health: 'normal' },
    { health: 'stop' },
    { health: 'stop' },
    { health: 'unknown' },
  ]);
});

test('a signal that the server does not answer is unknown with its words, and takes no other one its sight', async () => {
  await database.run(sql`
    drop function pg_catalog.aurora_replica_status();
    create function pg_catalog.aurora_replica_status() returns table (server_id text) begin atomic values ('other'); end`);
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    const look = looker();
    for (const time of ['first', 'again']) {
      const readings = await look(db, asked());
      expect(
        readings.find(({ signal }) => signal === 'aurora'),
        time,
      ).toEqual({
        ...{ signal: 'aurora', health: 'unknown' },
        figure: 'column reader.replica_lag_in_msec does not exist (SQLSTATE 42703)',
      });
      expect(readings.map(({ signal }) => signal)).toEqual(expect.arrayContaining(['paused', 'checkpoints']));
    }
  });
});
