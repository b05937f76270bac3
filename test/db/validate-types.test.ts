import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { typedTable } from '../../functions/core/staging.ts';
import { type Db, execute, many, withClient } from '../../functions/db/client.ts';
import { cellCases } from '../support/cell-cases.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { codesOf, type StagedRecord, stageByHand, validate } from '../support/staged-slice.ts';

describe('a raw cell is accepted where it means what it says, else rejected with its code', () => {
  let database: TestDatabase;
  const inDatabase = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: database.url, applicationName: 'test' }, use);

  beforeAll(async () => {
    database = await testDatabase({ ledger: true });
    await inDatabase(async (db) => {
      await execute(db, sql`create extension citext schema public`);
      await execute(db, sql`create type public.mood as enum ('sad', 'glad')`);
      await execute(db, sql`create domain public.email as text check (value like '%@%')`);
      await execute(db, sql`create domain public.positive as integer check (value > 0)`);
      await execute(db, sql`create domain public.short_name as varchar(3)`);
    });
  });
  afterAll(() => database.drop());

  test.each(cellCases)('$type $leniencies', async ({ type, leniencies = [], accept, reject }) => {
    const refused = Object.entries(reject).flatMap(([code, cells]) => cells.map((cell) => ({ cell, codes: [code] })));
    const expected = [...accept.map((cell) => ({ cell, codes: [] as string[] })), ...refused];
    await inDatabase(async (db) => {
      await execute(db, sql`drop table if exists public.t`);
      await execute(db, sql`create table public.t (id integer primary key, v ${trustedSql(type)})`);
      const dataset = { name: 't', prefix: 't/', table: 'public.t', key: ['id'], leniencies: [...leniencies] };
      const records = expected.map(({ cell }, i): StagedRecord => ({ half: 'raw', cells: [String(i), cell] }));
      const slice = await stageByHand(db, dataset, records);
      await validate(db, slice);
      const codes = await codesOf(db, slice);
      expect(expected.map(({ cell }, i) => ({ cell, codes: codes[i] }))).toEqual(expected);
      const moved = await many<{ id: number }>(db, sql`select id from ${typedTable(slice.loadId, 0)} order by id`);
      expect(moved.map(({ id }) => id)).toEqual(accept.map((_, i) => i));
    });
  });
});
