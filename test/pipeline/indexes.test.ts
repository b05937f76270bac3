import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { many } from '../../functions/db/client.ts';
import { runInOneMessage } from '../../functions/db/one-message.ts';
import { buildStatements } from '../../functions/indexes/build-sql.ts';
import { type Missing, selectMissing } from '../../functions/indexes/missing-sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
const rebuild = { ...into, traffic: { indexes: 'rebuild' } };

const ddl = `
  create table public.t (id integer primary key, name text not null, n numeric(10,2), at timestamptz, doc jsonb);
  create unique index t_unique on public.t (lower(name));
  create index t_n on public.t (n desc nulls last, at) include (name) with (fillfactor = 77);
  create index t_expression on public.t ((n * 2), upper(name)) with (deduplicate_items = off) where name <> E'a''\\\\b';
  create index "t Doc" on public.t using gin (doc jsonb_path_ops) with (fastupdate = off);
  comment on index public.t_expression is 'it''s \\ kept';
  alter index public.t_expression alter column 1 set statistics 345;
  alter index public.t_expression alter column 2 set statistics 0;
  alter table public.t cluster on t_n`;

const look = sql`
  select c.relname as name, pg_get_indexdef(c.oid) as definition, obj_description(c.oid, 'pg_class') as comment, c.reloptions,
    c.reltablespace, pg_get_userbyid(c.relowner) as owner, i.indisvalid, i.indisclustered, i.indisunique,
    (select json_agg(json_build_array(attname, attstattarget) order by attnum) from pg_attribute where (attrelid = c.oid)) as columns
  from pg_index as i
  join pg_class as c on (c.oid = i.indexrelid)
  where (i.indrelid = 'public.t'::regclass)
  order by c.relname`;

describe('indexes that are dropped before a merge', () => {
  let pipeline: Pipeline;
  let before: readonly object[];
  beforeEach(async () => {
    pipeline = await testPipeline(ddl);
    before = await pipeline.rows(look);
  });
  afterEach(() => pipeline.end());

  const file = (name = 'a.csv', from = 0): Promise<string> =>
    pipeline.file(
      name,
      `id,name,n,at,doc\n${Array.from({ length: 300 }, (_, i) => `${from + i},name ${from + i},${i}.25,2025-01-01T00:00:00Z,"{""k"":${i}}"`).join('\n')}\n`,
    );
  const names = async (): Promise<readonly string[]> =>
    (await pipeline.rows<{ name: string }>(look)).map(({ name }) => name);
  const oids = async (): Promise<Readonly<Record<string, number>>> => {
    const [row] = await pipeline.rows<{ all: Record<string, number> }>(
      sql`select json_object_agg(c.relname, c.oid) as all from pg_index as i join pg_class as c on (c.oid = i.indexrelid) where (indrelid = 'public.t'::regclass)`,
    );
    return row?.all ?? {};
  };
  const listed = async (): Promise<readonly string[]> =>
    (
      await pipeline.rows<{ name: string }>(
        sql`select index_name as name from landfall.indexes where (rebuilt_at is null) order by index_name`,
      )
    ).map(({ name }) => name);

  it('are back to the letter, with comment, statistics, options and cluster flag, and the others were never touched', async () => {
    const first = await oids();
    const seen: (readonly string[])[] = [];
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      seen.push(await names(), await listed());
    };
    const report = await pipeline.load(await file(), rebuild);
    expect(report.outcome).toBe('LOADED');
    expect(seen[0]).toEqual(['t_pkey', 't_unique']);
    expect(seen[1]).toEqual(['t Doc', 't_expression', 't_n']);
    expect(await pipeline.rows(look)).toEqual(before);
    expect(await listed()).toEqual([]);
    const last = await oids();
    expect([last['t_pkey'], last['t_unique']]).toEqual([first['t_pkey'], first['t_unique']]);
    expect(last['t_n']).not.toBe(first['t_n']);
    expect(report.indexes).toMatchObject({
      plan: 'rebuild',
      indexes: [
        { name: 't Doc', plan: 'rebuild', became: 'rebuilt', seconds: expect.any(Number) as number },
        { name: 't_expression', became: 'rebuilt' },
        { name: 't_n', became: 'rebuilt' },
        { name: 't_pkey', plan: 'keep', became: 'kept', why: 'it is the primary key', seconds: null },
        { name: 't_unique', became: 'kept' },
      ],
    });
  });

  it('stay where a dry run only says what would be done', async () => {
    const first = await oids();
    const report = await pipeline.load(await file(), { ...rebuild, dryRun: true });
    expect(report.indexes).toMatchObject({
      plan: 'rebuild',
      indexes: [{ name: 't Doc', plan: 'rebuild', became: 'kept' }, {}, {}, {}, {}],
    });
    expect(await oids()).toEqual(first);
  });

  it('stay where a load says keep, or is small', async () => {
    const first = await oids();
    const kept = await pipeline.load(await file(), { ...into, traffic: { indexes: 'keep' } });
    expect(kept.indexes).toMatchObject({ plan: 'keep', why: 'indexes: keep is declared' });
    const small = await pipeline.load(await file('b.csv', 1_000), into);
    expect(small.indexes).toMatchObject({ plan: 'keep' });
    expect(await oids()).toEqual(first);
  });

  it('come back after a load that stopped in its merge, by the same load', async () => {
    let failed = false;
    pipeline.before = ({ event }) => {
      if (event['state'] !== 'MergeLane' || failed) return;
      throw Object.assign(new Error('killed'), { name: 'Killed' });
    };
    const path = await file();
    const execution = await pipeline.execute({ bucket: 'file://', key: path, ...rebuild });
    expect(execution.status).toBe('FAILED');
    expect(await listed()).toEqual(['t Doc', 't_expression', 't_n']);
    failed = true;
    await pipeline.run(`delete from landfall.leases`);
    const report = await pipeline.load(path, rebuild);
    expect(report.outcome).toBe('LOADED');
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('come back with the next load of the table, whatever it says of indexes', async () => {
    let failed = false;
    pipeline.before = ({ event }) => {
      if (event['state'] === 'MergeLane' && !failed) throw Object.assign(new Error('killed'), { name: 'Killed' });
    };
    await pipeline.execute({ bucket: 'file://', key: await file(), ...rebuild });
    failed = true;
    await pipeline.run(`delete from landfall.leases`);
    await pipeline.load(await file('other.csv', 5_000), { ...into, traffic: { indexes: 'keep' } });
    expect(await pipeline.rows(look)).toEqual(before);
    expect(await listed()).toEqual([]);
  });

  it('come back before a load that is refused in its merge ends', async () => {
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'MergeLane')
        await pipeline.run('alter table public.t add column if not exists extra text');
    };
    const report = await pipeline.load(await file(), rebuild);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTRACT_CHANGED' });
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('are built by nobody whose definition in the ledger is another statement, and the load ends all the same', async () => {
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'Finish') return;
      await pipeline.run(
        `update landfall.indexes set definition = definition || '; drop table public.t' where index_name = 't_n';
        create table if not exists public.other (like public.t);
        update landfall.indexes set definition = replace(definition, ' public.t ', ' public.other ') where index_name = 't_expression'`,
      );
    };
    const report = await pipeline.load(await file(), rebuild);
    expect(report.outcome).toBe('LOADED');
    expect(report.counts.inserted).toBe(300);
    expect(report.indexes?.indexes.map(({ name, became }) => `${name} ${became}`)).toEqual([
      't Doc rebuilt',
      't_expression missing',
      't_n missing',
      't_pkey kept',
      't_unique kept',
    ]);
    expect(await listed()).toEqual(['t_expression', 't_n']);
  });

  it('stay where others hold the table, and the load says so', { timeout: 120_000 }, async () => {
    const path = await file();
    await pipeline.connect(async (db) => {
      await db.query('begin; lock table public.t in row share mode');
      const report = await pipeline.load(path, {
        ...rebuild,
        traffic: { indexes: 'rebuild', live: 'no', lockTimeoutMs: 1 },
      });
      await db.query('rollback');
      expect(report.indexes).toMatchObject({ plan: 'keep', why: 'others held the table whenever it was to be locked' });
    });
    expect(await pipeline.rows(look)).toEqual(before);
  });
});

describe('indexes of a partitioned table', () => {
  const lookAtAll = sql`
    select c.relname as name, pg_catalog.pg_get_indexdef(c.oid) as definition, pg_catalog.obj_description(c.oid, 'pg_class') as comment, i.indisvalid,
      c.relispartition, (select parent.relname from pg_catalog.pg_inherits join pg_catalog.pg_class as parent on (parent.oid = inhparent) where (inhrelid = c.oid)) as parent,
      (select json_agg(json_build_array(attname, attstattarget) order by attnum) from pg_catalog.pg_attribute where (attrelid = c.oid)) as columns
    from pg_catalog.pg_index as i
    join pg_catalog.pg_class as c on (c.oid = i.indexrelid)
    where (c.relnamespace = 'public'::regnamespace)
    order by c.relname`;
  let pipeline: Pipeline;
  let before: readonly object[];
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer, day date, n integer, primary key (id, day)) partition by range (day);
      create table public.t_2024 partition of public.t for values from ('2024-01-01') to ('2025-01-01');
      create table public.t_2025 partition of public.t for values from ('2025-01-01') to ('2026-01-01') partition by list (day);
      create table public.t_2025_1 partition of public.t_2025 for values in ('2025-03-04');
      create table public.t_2025_x partition of public.t_2025 default;
      create index t_n on public.t ((n * 2)) where n > 0;
      create index t_day on public.t using brin (day);
      alter index public.t_2025_1_expr_idx rename to "of its own";
      alter index public."of its own" set (fillfactor = 55);
      alter index public."of its own" alter column 1 set statistics 77;
      comment on index public."of its own" is 'mine';
      create index alone on public.t_2024 (n)`);
    before = await pipeline.rows(lookAtAll);
  });
  afterEach(() => pipeline.end());

  const intoParts = { into: 'public.t', businessKey: ['id', 'day'], traffic: { indexes: 'rebuild', live: 'no' } };
  const file = (): Promise<string> =>
    pipeline.file(
      'a.csv',
      `id,day,n\n${Array.from({ length: 90 }, (_, i) => `${i},202${4 + (i % 2)}-03-04,${i % 3}`).join('\n')}\n`,
    );

  it('are dropped with all their parts, and each comes back as it was, attached', async () => {
    let seen: readonly { name: string }[] = [];
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'MergeLane') seen = await pipeline.rows<{ name: string }>(lookAtAll);
    };
    const report = await pipeline.load(await file(), intoParts);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 90 } });
    expect(seen.map(({ name }) => name).filter((name) => !name.endsWith('_pkey'))).toEqual(['alone']);
    expect(await pipeline.rows(lookAtAll)).toEqual(before);
    expect(report.indexes?.indexes.map(({ name, became }) => `${name} ${became}`)).toEqual([
      't_day rebuilt',
      't_n rebuilt',
      't_pkey kept',
    ]);
  });

  it('come back with the next load where the first one stopped among them', async () => {
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'RebuildIndexes') return;
      // the parents are there, and one part
      await pipeline.connect(async (db) => {
        for (const missing of (await many<Missing>(db, selectMissing())).slice(0, 3)) {
          await runInOneMessage(db, { lockTimeoutMs: 1_000 }, buildStatements(missing));
        }
      });
      throw Object.assign(new Error('killed'), { name: 'Killed' });
    };
    await pipeline.execute({ bucket: 'file://', key: await file(), ...intoParts });
    pipeline.before = null;
    await pipeline.run('delete from landfall.leases');
    expect((await pipeline.load(await file(), intoParts)).outcome).toBe('LOADED');
    expect(await pipeline.rows(lookAtAll)).toEqual(before);
  });

  it('stay where others use the table, also where rebuild is declared', async () => {
    const report = await pipeline.load(await file(), { ...intoParts, traffic: { indexes: 'rebuild', live: 'yes' } });
    expect(report.indexes).toMatchObject({ plan: 'keep', why: expect.stringMatching(/partitioned/) as string });
  });
});
