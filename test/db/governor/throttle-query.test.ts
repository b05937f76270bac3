import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { withClient } from '../../../functions/db/client.ts';
import type { Reading } from '../../../functions/governor/signal.ts';
import { look } from '../../../functions/governor/look.ts';
import { asked } from '../../support/seen-signals.ts';
import { testDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await database.run(sql`create table load (seconds numeric);
    create sequence drawn;
    insert into load values (7.5);
    create function writes() returns int language sql as 'insert into load values (1) returning 1'`);
});

afterAll(() => database.drop());

async function answered(
  statement: string,
  limits: { slowAbove?: number; stopAbove?: number } = {},
): Promise<readonly Reading[]> {
  const about = asked({ throttleQuery: { sql: statement, stopAbove: 10, ...limits } });
  const readings = await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    look(db, about),
  );
  return readings.filter(({ signal }) => signal === 'throttleQuery');
}

test.each([
  ['select 11', 'stop', '11 (limit 10)'],
  ['select 10', 'slow', '10 (limit 10)'],
  ['select 10.5::float8', 'stop', '10.5 (limit 10)'],
  ['select 1234567890123', 'stop', '1,234,567,890,123 (limit 10)'],
  // by the search_path that the role has for everybody
  ['select max(seconds) from load', 'slow', '7.5 (limit 10)'],
  ['select 4, 99', 'normal', '4 (limit 10)'],
  ['select 4; ', 'normal', '4 (limit 10)'],
  ['select 4 -- a comment', 'normal', '4 (limit 10)'],
  ['with a as (select 4) select * from a', 'normal', '4 (limit 10)'],
  ['values (-1)', 'normal', '-1 (limit 10)'],
])('%s is %s', async (statement, health, figure) => {
  expect(await answered(statement, { slowAbove: 5 })).toEqual([{ signal: 'throttleQuery', health, figure }]);
});

test.each([
  ['select null::int', 'it answered NULL'],
  ['select 1 where false', 'it answered no row'],
  ['select generate_series(1, 1000000)', 'it answered more than one row'],
  ['select true', 'it answered "true", which is no number'],
  [`select ''`, 'it answered "", which is no number'],
  [`select 'NaN'::numeric`, 'it answered "NaN", which is no number'],
  [`select 'infinity'::float8`, 'it answered "Infinity", which is no number'],
  [`select interval '10 s'`, 'it answered "00:00:10", which is no number'],
  ['select 1 / 0', 'division by zero (SQLSTATE 22012)'],
  ['select * from missing', 'relation "missing" does not exist (SQLSTATE 42P01)'],
  ['selekt', expect.stringMatching(/^syntax error .*SQLSTATE 42601/)],
  // it reads, and does nothing else
  ['select writes()', expect.stringMatching(/cannot execute INSERT in a read-only transaction/)],
  [`select nextval('drawn')`, expect.stringMatching(/cannot execute nextval\(\) in a read-only transaction/)],
  [`select set_config('transaction_read_only', 'off', true)`, expect.stringMatching(/read-write mode/)],
  ['delete from load returning 1', expect.stringMatching(/^syntax error/)],
  ['commit', expect.stringMatching(/^syntax error/)],
  [
    'select 1) as a; delete from load; select (1',
    expect.stringMatching(/^(syntax error|cannot insert multiple commands)/),
  ],
])('%s is unknown, with why', async (statement, figure) => {
  expect(await answered(statement)).toEqual([{ signal: 'throttleQuery', health: 'unknown', figure }]);
  expect(await database.rows(sql`select count(*) from public.load`)).toEqual([{ count: 1 }]);
});

test('it has two seconds, and a lock of others takes none of them longer', async () => {
  const startedAt = performance.now();
  expect(await answered('select count(*) from generate_series(1, 3) where pg_sleep(60) is not null')).toEqual([
    {
      signal: 'throttleQuery',
      health: 'unknown',
      figure: 'canceling statement due to statement timeout (SQLSTATE 57014)',
    },
  ]);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test('settings that it makes are gone after it', async () => {
  const about = asked({
    throttleQuery: { sql: `select length(set_config('work_mem', '77MB', false))`, stopAbove: 10 },
  });
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    await look(db, about);
    expect((await db.query('show work_mem')).rows).not.toEqual([{ work_mem: '77MB' }]);
  });
});
