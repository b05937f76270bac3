import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Db, withClient } from '../../functions/db/client.ts';
import { databaseName } from '../support/database-url.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn, type } from '../unit/cli/terminal.ts';
import { type Pooler, startPooler } from '../support/transaction-pooler.ts';

/** Everything of a session that an application could find changed. */
const seen = `
  select (select json_object_agg(name, setting) from pg_settings where name not in ('in_hot_standby')) as settings,
    (select count(*) from pg_prepared_statements) as prepared, (select count(*) from pg_cursors where is_holdable) as cursors,
    (select count(*) from pg_listening_channels()) as channels,
    (select count(*) from pg_locks where (locktype = 'advisory') and (pid = pg_backend_pid())) as locks,
    (select count(*) from pg_class where relpersistence = 't') as temporary, (select count(*) from app_users) as users`;

describe('behind a pooler in transaction mode', () => {
  let pipeline: Pipeline;
  let pooler: Pooler;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create schema app; create table app.app_users (id integer); insert into app.app_users select generate_series(1, 7);
      create table public.t (id bigint primary key, name text not null, at timestamptz, wait interval)`,
      { url: () => pooler.url },
    );
    const database = databaseName(pipeline.url);
    await pipeline.run(
      `alter database ${database} set search_path = app, public; alter database ${database} set timezone = 'Europe/Berlin';
      alter database ${database} set work_mem = '5MB'; alter database ${database} set intervalstyle = 'iso_8601'`,
    );
    pooler = await startPooler(pipeline.url, 4);
  });
  afterEach(async () => {
    await pooler.close();
    await pipeline.end();
  });

  /** What the application sees, in whichever session it is given. */
  const look = async (): Promise<object> =>
    await withClient({ connectionString: pooler.url, applicationName: '' }, async (db: Db) => {
      const { rows } = await db.query<object>(seen);
      return rows[0] ?? {};
    });

  it('loads, and leaves the sessions of the application as they are before, during and after', async () => {
    const before = await look();
    const during: object[] = [];
    pipeline.before = async () => void during.push(await look());
    const record = (i: number, name: string): string => `${i},${name} ${i},2024-06-30T22:30:00,1 day`;
    const bad = ['900001,,,', '900002,x,never,'];
    const first = Array.from({ length: 3000 }, (_, i) => record(i, 'one'));
    const second = first.map((line, i) => (i % 3 === 0 ? record(i, 'two') : line));
    const request = { into: 'public.t', businessKey: ['id'], sliceBytes: 20_000 };
    const load = async (name: string, lines: readonly string[]): Promise<object> => {
      const path = await pipeline.file(name, ['id,name,at,wait', ...lines].join('\n'));
      return (await pipeline.load(path, request)).counts;
    };
    expect(await load('a.csv', [...first, ...bad])).toMatchObject({ inserted: 3000, rejected: 2 });
    // another session was first, and a row that a trigger refuses: the safe and the careful way
    await pipeline.run('create unique index on public.t (name)');
    const third = [...second, '900003,two 0,,', '900004,new,,'];
    expect(await load('b.csv', third)).toMatchObject({ updated: 1000, unchanged: 2000, inserted: 1, rejected: 1 });
    expect(during.length).toBeGreaterThan(10);
    for (const now of [...during, ...(await Promise.all([look(), look(), look(), look()]))])
      expect(now).toEqual(before);
    const local = sql`select at at time zone 'UTC' as at from public.t where id = 5`;
    // read in the database's own zone, which the pooler's sessions have
    expect(await pipeline.rows(local)).toEqual([{ at: new Date('2024-06-30T20:30:00') }]);
  });

  it('doctor says that one is in the way, and what it costs', async () => {
    const doctor = (url: string): Promise<{ out: string }> => type(['doctor', '--database-url', url], standIn());
    expect((await doctor(pooler.url)).out).toMatch(/note +pooler +a pooler .*is in the way/);
    expect((await doctor(pipeline.url)).out).not.toContain('pooler');
  });
});
