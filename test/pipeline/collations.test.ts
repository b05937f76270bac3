import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { bothWays } from '../support/both-ways.ts';
import { many, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { databaseName, databaseUrl } from '../support/database-url.ts';
import { outside } from '../support/outside.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

/** Which texts are one key is what the unique index says, whatever collation it or its column has. */
describe('keys are equal where the unique index finds them equal', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(`
      create collation public.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create collation public.plain (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
      create domain public.word as text collate public.ci;
      create table public.of_column (name text collate public.ci primary key, n integer);
      create table public.of_size (name varchar(20) collate public.ci, id integer, n integer, primary key (name, id));
      create table public.of_domain (name public.word primary key, n integer);
      create table public.of_index (name text, n integer);
      create unique index on public.of_index (name collate public.ci);
      create table public.of_both (name text, n integer, unique (name));
      create unique index on public.of_both (name collate public.ci);
      create table public.strict (name text collate public.ci, n integer);
      create unique index on public.strict (name collate "C");
      create table public.torn (name text collate public.ci primary key, n integer);
      create unique index torn_plain on public.torn (name collate public.plain);
      create table public.icu (name text collate "de-x-icu" primary key, n integer);
    `);
  });
  afterAll(() => pipeline.end());

  const both = bothWays(() => pipeline);
  const rowsOf = async (table: string): Promise<string[]> => {
    const rows = await pipeline.rows<{ row: string }>(
      trustedSql(`select name || ' ' || n as row from public.${table} order by name collate "C"`),
    );
    return rows.map(({ row }) => row);
  };

  it.each([
    ['of its column', 'of_column'],
    ['of its domain', 'of_domain'],
    ['of its index alone', 'of_index'],
    ['of one of two indexes', 'of_both'],
  ])('a nondeterministic collation %s', async (_, table) => {
    await pipeline.run(`insert into public.${table} values ('BERTA', 0), ('Carla', 3)`);
    const report = await both(
      ['name,n', 'Anna,1', 'anna,2', 'ANNA,3', 'berta,4', 'carla,3', 'Ärger,5', 'Arger,6', 'ärger,7'],
      { into: `public.${table}`, businessKey: ['name'] },
    );
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 8, duplicate: 3, inserted: 3, updated: 1, unchanged: 1 },
    });
    expect(await rowsOf(table)).toEqual(['ANNA 3', 'Arger 6', 'BERTA 4', 'Carla 3', 'ärger 7']);
  });

  it('beside another column of the key, in a column with a size', async () => {
    await pipeline.run(`insert into public.of_size values ('ANNA', 1, 0)`);
    const report = await both(['name,id,n', 'anna,1,1', 'Anna,2,2', 'aNNa,2,3'], {
      into: 'public.of_size',
      businessKey: ['name', 'id'],
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { duplicate: 1, inserted: 1, updated: 1 } });
    expect(await rowsOf('of_size')).toEqual(['ANNA 1', 'aNNa 3']);
  });

  it('an index that is stricter than its column', async () => {
    await pipeline.run(`insert into public.strict values ('anna', 0)`);
    const report = await both(['name,n', 'anna,1', 'Anna,2', 'Anna,3'], {
      into: 'public.strict',
      businessKey: ['name'],
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { duplicate: 1, inserted: 1, updated: 1 } });
    expect(await rowsOf('strict')).toEqual(['Anna 3', 'anna 1']);
  });

  it('refuses a key on which two indexes do not agree', async () => {
    const path = await pipeline.file('torn.csv', 'name,n\na,1\n');
    const { outcome, code, message } = await pipeline.load(path, { into: 'public.torn', businessKey: ['name'] });
    expect({ outcome, code }).toEqual({ outcome: 'REJECTED', code: 'NO_UNIQUE_INDEX' });
    expect(message).toContain('do not agree on which texts of "name" are equal');
    expect(message).toContain('torn_pkey, torn_plain');
  });

  it('a deterministic one of ICU tells texts apart that sort together', async () => {
    await pipeline.run(`insert into public.icu values ('Straße', 0)`);
    const report = await both(['name,n', 'Straße,1', 'Strasse,2', 'strasse,3'], {
      into: 'public.icu',
      businessKey: ['name'],
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { duplicate: 0, inserted: 2, updated: 1 } });
    expect(await pipeline.rows(sql`select from public.icu`)).toHaveLength(3);
  });
});

describe('a database whose own collation is one of ICU', () => {
  let pipeline: Pipeline;
  let beside: TestDatabase;
  let name: string;
  beforeAll(async () => {
    beside = await testDatabase();
    name = `${databaseName(beside.url)}_icu`;
    const provider = `locale_provider icu icu_locale 'sv' locale 'C'`;
    await beside.run(trustedSql(`create database ${name} template template0 encoding 'UTF8' ${provider}`));
    const url = databaseUrl(beside.url, name);
    const connected = { connectionString: url, applicationName: 'test' };
    await withClient(connected, migrate);
    pipeline = await testPipeline(
      `create table public.t (name text primary key, n integer check (n < 9))`,
      {},
      {
        url,
        run: (statement) => withClient(connected, (db) => outside(db, statement)),
        rows: (statement) => withClient(connected, (db) => many(db, statement)),
        drop: () => beside.run(trustedSql(`drop database ${name} with (force)`)),
      },
    );
  });
  afterAll(async () => {
    await pipeline.end();
    await beside.drop();
  });

  it('has its ledger, its order, and keys that are the same characters', async () => {
    await pipeline.run(`insert into public.t values ('Åsa', 0), ('zeta', 1)`);
    const path = await pipeline.file('sv.csv', 'name,n\nzeta,1\nÅsa,2\nåsa,3\nAsa,4\nasa,9\nåsa,5\n');
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['name'], sliceBytes: 20 });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 6, unchanged: 1, updated: 1, inserted: 2, duplicate: 1, rejected: 1 },
    });
    expect(await pipeline.rows(sql`select name from public.t order by name`)).toEqual(
      ['Asa', 'zeta', 'åsa', 'Åsa'].map((each) => ({ name: each })),
    );
  });
});
