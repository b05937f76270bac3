import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { readingsOf } from '../../support/seen-signals.ts';
import { testDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});

afterAll(() => database.drop());

test('a paused target stops all work, and says who paused it and when', async () => {
  expect(await readingsOf('paused', database.url)).toEqual([]);
  await database.run(
    sql`insert into landfall.pauses (target, by, paused_at) values ('public.t', ${'kim@\u001b[2Jhost'}, '2026-11-29 12:00:00.25+02')`,
  );
  const paused = {
    signal: 'paused',
    health: 'stop',
    figure: String.raw`paused by kim@\u001b[2Jhost at 2026-11-29T10:00:00.250Z`,
  };
  for (const work of ['merge', 'stage', 'build'] as const) {
    expect(await readingsOf('paused', database.url, { work })).toEqual([paused]);
  }
});
