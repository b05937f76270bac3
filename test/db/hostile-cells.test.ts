import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { typedTable } from '../../functions/core/staging.ts';
import { execute, many, withClient } from '../../functions/db/client.ts';
import { databaseName } from '../support/database-url.ts';
import { hostileCells } from '../support/hostile-cells.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { codesOf, type StagedRecord, stageByHand, validate } from '../support/staged-slice.ts';

describe('a hostile cell has its one value or its code', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ ledger: true });
    // what a cell means is never the target's owner's to say
    const name = ident(databaseName(database.url));
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      await execute(db, sql`alter database ${name} set datestyle = 'German, DMY'`);
      await execute(db, sql`alter database ${name} set timezone = 'Asia/Manila'`);
    });
  });
  afterAll(() => database.drop());

  test('and at least 200 are asked', () => {
    const cells = hostileCells.flatMap(({ values, rejects }) =>
      [Object.keys(values), ...Object.values(rejects)].flat(),
    );
    expect(cells.length).toBeGreaterThan(200);
  });

  test.each(hostileCells)('$type $leniency', async ({ type, leniency, values, rejects }) => {
    const refused = Object.entries(rejects).flatMap(([code, cells]) => cells.map((cell) => [cell, [code]] as const));
    const expected = [...Object.entries(values), ...refused];
    await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
      await execute(db, sql`drop table if exists public.t`);
      await execute(db, sql`create table public.t (id integer primary key, v ${trustedSql(type)})`);
      const leniencies = leniency === null ? [] : [leniency];
      const records = expected.map(([cell], i): StagedRecord => ({ half: 'raw', cells: [String(i), cell] }));
      const timeZone = 'UTC';
      const slice = await stageByHand(
        db,
        { name: 't', prefix: 't/', table: 'public.t', key: ['id'], leniencies, timeZone },
        records,
      );
      await validate(db, slice);
      const codes = await codesOf(db, slice);
      await execute(db, sql`set timezone = 'UTC'`);
      const sound = await many<{ id: number; value: string | null }>(
        db,
        sql`select id, v::${trustedSql(type)}::text as value from ${typedTable(slice.loadId, 0)}`,
      );
      const valueOf = new Map(sound.map(({ id, value }) => [id, value]));
      const found = expected.map(([cell], i) => [cell, valueOf.has(i) ? valueOf.get(i) : codes[i]]);
      expect(found).toEqual(expected);
    });
  });
});
