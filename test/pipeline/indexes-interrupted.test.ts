import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { many, one, transaction, withClient, type Db } from '../../functions/db/client.ts';
import { bringBack, type BringBackDeps } from '../../functions/indexes/bring-back.ts';
import { buildStatements } from '../../functions/indexes/build-sql.ts';
import { buildName, type Missing, selectMissing } from '../../functions/indexes/missing-sql.ts';
import { selectTable } from '../../functions/indexes/facts-sql.ts';
import type { TableFacts } from '../../functions/indexes/facts.ts';
import { indexChecks } from '../../functions/operate/checks/index-checks.ts';
import { release } from '../../functions/operate/verbs/release.ts';
import { bringBackLeft } from '../../functions/sweep/tidy.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const rebuild = { into: 'public.t', businessKey: ['id'], traffic: { indexes: 'rebuild', live: 'no' } };

// each row takes a moment to index, so that a build can be met while it runs
const ddl = `
  create function public.slowly(integer) returns integer immutable strict language plpgsql as
    $$ begin perform pg_catalog.pg_sleep(0.002); return $1; end $$;
  create table public.t (id integer primary key, n integer);
  create index t_slow on public.t (public.slowly(n));
  create index t_n on public.t (n) with (fillfactor = 66);
  comment on index public.t_slow is 'slow'`;

const look = sql`
  select c.relname as name, pg_get_indexdef(c.oid) as definition, obj_description(c.oid, 'pg_class') as comment, i.indisvalid
  from pg_index as i
  join pg_class as c on (c.oid = i.indexrelid)
  where (i.indrelid = 'public.t'::regclass)
  order by c.relname`;

describe('indexes whose way back is interrupted', () => {
  let pipeline: Pipeline;
  let before: readonly object[];
  beforeEach(async () => {
    pipeline = await testPipeline(ddl, { waits: 0.05 });
    before = await pipeline.rows(look);
  });
  afterEach(() => pipeline.end());

  const file = (): Promise<string> =>
    pipeline.file('a.csv', `id,n\n${Array.from({ length: 500 }, (_, i) => `${i},${i}`).join('\n')}\n`);
  const connectAs: BringBackDeps['connectAs'] = (applicationName, use) =>
    withClient({ connectionString: pipeline.url, applicationName }, use);
  const missing = (): Promise<Missing[]> => pipeline.connect((db) => many<Missing>(db, selectMissing()));
  const builds = (db: Db): Promise<{ pid: number }[]> =>
    many(
      db,
      sql`select pid from pg_stat_activity where (application_name like 'landfall:index:%') and (state = 'active') and (datname = current_database())`,
    );

  /** A load that ended in its merge, with both indexes dropped and its rows in the table. */
  const leftBehind = async (): Promise<void> => {
    pipeline.before = ({ event }) => {
      if (event['state'] === 'Finish') throw Object.assign(new Error('killed'), { name: 'Killed' });
    };
    await pipeline.execute({ bucket: 'file://', key: await file(), ...rebuild });
    pipeline.before = null;
    await pipeline.run(`delete from landfall.leases;
      update landfall.loads set outcome = 'FAILED', ended_at = now() - interval '1 hour';
      update landfall.indexes set dropped_at = now() - interval '1 hour'`);
    expect((await missing()).map(({ name }) => name)).toEqual(['t_n', 't_slow']);
  };

  it('are never seen missing without their rows, at any moment of a load', async () => {
    let isOver = false;
    const seen = new Set<string>();
    const watching = pipeline.connect(async (db) => {
      while (!isOver) {
        const { there, listed } = await one<{ there: number; listed: number }>(
          db,
          sql`select
            (select count(*)::integer from pg_index where (indrelid = 'public.t'::regclass)) as there,
            (select count(*)::integer from landfall.indexes where (rebuilt_at is null)) as listed`,
        );
        seen.add(`${there} and ${listed}`);
      }
    });
    await pipeline.load(await file(), rebuild);
    isOver = true;
    await watching;
    expect([...seen].toSorted()).toEqual(['1 and 2', '2 and 1', '3 and 0']);
  });

  it('are built although whoever began is gone, and never twice', async () => {
    await leftBehind();
    const [, slow] = await missing();
    if (slow === undefined) throw new Error('nothing is missing');
    await withClient({ connectionString: pipeline.url, applicationName: buildName(slow.indexId) }, async (db) => {
      const texts = buildStatements(slow).map(({ text }) => text);
      const sent = db
        .query(['begin', 'set local search_path = pg_catalog', ...texts, 'commit'].join(';'))
        .catch(() => undefined);
      await expect.poll(() => pipeline.connect(builds), { interval: 20 }).toHaveLength(1);
      (db as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      await sent;
    });
    const deps = { connectAs, lockTimeoutMs: 200, millisecondsLeft: () => 10_000, isLive: false, memory: null };
    const met = await pipeline.connect((db) => bringBack('public.t', { db, ...deps }));
    expect(met.kind).toBe('wait');
    expect(await pipeline.connect(builds)).toHaveLength(1);
    await expect.poll(missing, { timeout: 20_000, interval: 100 }).toEqual([]);
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('are built again where the server ended the build, by the same load', { timeout: 60_000 }, async () => {
    let killed = 0;
    const killing = pipeline.connect(async (db) => {
      while (killed < 2) {
        const ended = await many(
          db,
          sql`select pg_terminate_backend(pid) from pg_stat_activity where (application_name like 'landfall:index:%') and (query like '%slowly%') and (state = 'active') and (datname = current_database())`,
        );
        killed += ended.length;
      }
    });
    const report = await pipeline.load(await file(), rebuild);
    await killing;
    expect(report.outcome).toBe('LOADED');
    expect(report.indexes?.indexes.map(({ became }) => became)).toEqual(['rebuilt', 'kept', 'rebuilt']);
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('are watched where a build outlasts the call that began it', { timeout: 60_000 }, async () => {
    await leftBehind();
    const deps = { connectAs, lockTimeoutMs: 200, millisecondsLeft: () => 300, isLive: false, memory: null };
    const first = await pipeline.connect((db) => bringBack('public.t', { db, ...deps }));
    expect(first).toEqual({ kind: 'wait', waitSeconds: 1 });
    await expect
      .poll(() => pipeline.connect((db) => bringBack('public.t', { db, ...deps })), { timeout: 20_000, interval: 200 })
      .toEqual({ kind: 'done' });
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('come back with a sweep, where no load works on their table', async () => {
    await leftBehind();
    await pipeline.run(`insert into landfall.leases (target, load_id, attempt, execution, token, expires_at)
      select 'public.t', load_id, 1, 'arn:other', 'another', now() + interval '1 minute' from landfall.loads`);
    expect(await pipeline.connect((db) => bringBackLeft({ db, connectAs }))).toBe(0);
    await pipeline.run(`delete from landfall.leases`);
    expect(await pipeline.connect((db) => bringBackLeft({ db, connectAs }))).toBe(2);
    expect(await pipeline.rows(look)).toEqual(before);
    expect(await pipeline.connect((db) => bringBackLeft({ db, connectAs }))).toBe(0);
  });

  it('are taken off the list where somebody built them by hand, with what belongs to them', async () => {
    await leftBehind();
    await pipeline.run(
      `create index t_slow on public.t (public.slowly(n)); create index t_n on public.t (n) with (fillfactor = 66)`,
    );
    await pipeline.connect((db) => bringBackLeft({ db, connectAs }));
    expect(await missing()).toEqual([]);
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('stay on the list with the reason where they cannot be built, and the next try finds them', async () => {
    await leftBehind();
    await pipeline.run(`create index t_n on public.t (id)`);
    await pipeline.connect((db) => bringBackLeft({ db, connectAs }));
    expect((await missing()).map(({ name, trouble }) => [name, trouble])).toEqual([
      ['t_n', '42P07: something else has its name: rename it, or drop it'],
    ]);
    await pipeline.run(`drop index public.t_n`);
    // sweep tries a few times a day, the next load at once
    expect(await pipeline.connect((db) => bringBackLeft({ db, connectAs }))).toBe(1);
    expect(await missing()).toHaveLength(1);
    await pipeline.run(`update landfall.indexes set tried_at = tried_at - interval '7 hours'`);
    await pipeline.connect((db) => bringBackLeft({ db, connectAs }));
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('are named by doctor until they are back, with what builds them and why it could not be', async () => {
    await leftBehind();
    await pipeline.run(`update landfall.indexes set trouble = '53100: no space left' where index_name = 't_n'`);
    const wanted = [{ schema: 'public', table: 't' }];
    const asked = { wanted, role: 'loader', isCurrent: true };
    const checks = await pipeline.connect((db) => indexChecks(db, asked));
    expect(checks.map(({ check, state }) => `${check} ${state}`)).toEqual(['index t_n failed', 'index t_slow failed']);
    expect(checks[0]?.said).toMatch(/^missing on public\.t: load \d+ dropped it at .*: 53100: no space left$/u);
    expect(checks[1]?.fix).toMatch(/landfall release public\.t.*\nCREATE INDEX t_slow ON public\.t USING btree/u);
    expect(await pipeline.connect((db) => indexChecks(db, { ...asked, isCurrent: false }))).toEqual([]);
  });

  it('stay where the role is not the owner of the table, which the plan and doctor say', async () => {
    const role = `loader_${Date.now()}`;
    await pipeline.run(`create role ${role}; grant usage on schema public to ${role}`);
    try {
      const kept = await pipeline.connect((db) =>
        transaction(db, {}, async () => {
          await db.query(`set local role ${role}`);
          const asked = { wanted: [{ schema: 'public', table: 't' }], role, isCurrent: false };
          const table = await one<{ oid: number }>(db, sql`select 'public.t'::regclass::oid::integer as oid`);
          return {
            checks: await indexChecks(db, asked),
            facts: await one<TableFacts>(db, selectTable(table.oid)),
          };
        }),
      );
      expect(kept.facts).toMatchObject({ mayRebuild: false, role });
      expect(kept.checks.map(({ state, fix }) => [state, fix])).toEqual([
        [
          'note',
          expect.stringMatching(
            new RegExp(`grant .* to .?${role}.? with inherit true, set false;\\n.*grant create on schema`, 'u'),
          ) as string,
        ],
      ]);
    } finally {
      await pipeline.run(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('come back with a table that is given back on one machine', async () => {
    await leftBehind();
    const none = { lookAt: () => Promise.resolve(null), start: () => Promise.reject(), stop: () => Promise.reject() };
    const released = await pipeline.connect((db) =>
      release.run(
        { target: 'public.t', loadId: null, force: false },
        {
          ...{ db, place: '', ledgerOwner: null, executions: none, datasets: [], ownerIsAlive: () => false },
          ...{ objects: { bucket: '', sources: null, async *list() {} }, now: () => new Date(), recordBytes: 1 },
          millisecondsLeft: () => Infinity,
        },
        null,
        'me@here',
      ),
    );
    expect(released).toMatchObject({ released: false, indexes: 2 });
    expect(await pipeline.rows(look)).toEqual(before);
  });

  it('wait where somebody paused the table, and come back when it is resumed', { timeout: 60_000 }, async () => {
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'Finish')
        await pipeline.run(`insert into landfall.pauses (target, by) values ('public.t', 'me') on conflict do nothing`);
    };
    const loading = pipeline.load(await file(), rebuild);
    await expect.poll(missing, { timeout: 20_000 }).toHaveLength(2);
    await sleep(1_500);
    expect(await missing()).toHaveLength(2);
    pipeline.before = null;
    await pipeline.run('delete from landfall.pauses');
    expect((await loading).outcome).toBe('LOADED');
    expect(await pipeline.rows(look)).toEqual(before);
  });

  describe('beside others who use the table', () => {
    const beside = { ...rebuild, traffic: { indexes: 'rebuild', live: 'yes' } };

    it('are dropped and built without keeping anybody from writing', { timeout: 60_000 }, async () => {
      // 500 rows take 2.5 s to index
      await pipeline.run(`create or replace function public.slowly(integer) returns integer immutable strict language plpgsql as
        $$ begin perform pg_catalog.pg_sleep(0.005); return $1; end $$`);
      let slowest = 0;
      let isOver = false;
      const writing = pipeline.connect(async (db) => {
        for (let id = 10_000; !isOver; id += 1) {
          const startedAt = performance.now();
          await many(db, sql`insert into public.t values (${id}, 1)`);
          slowest = Math.max(slowest, performance.now() - startedAt);
          await sleep(20);
        }
      });
      const seen: number[] = [];
      pipeline.before = async ({ event }) => {
        if (event['state'] === 'MergeLane') seen.push((await pipeline.rows(look)).length);
      };
      const report = await pipeline.load(await file(), beside);
      isOver = true;
      await writing;
      expect(report.indexes).toMatchObject({
        plan: 'rebuild',
        indexes: [{ became: 'rebuilt' }, { became: 'kept' }, { became: 'rebuilt' }],
      });
      expect(seen[0]).toBe(1);
      expect(await pipeline.rows(look)).toEqual(before);
      expect(slowest).toBeLessThan(2_000);
    });

    it('are built again where a build was ended and left an invalid one', { timeout: 60_000 }, async () => {
      let killed = 0;
      const killing = pipeline.connect(async (db) => {
        while (killed === 0) {
          const ended = await many(
            db,
            sql`select pg_terminate_backend(pid) from pg_stat_activity
              where (application_name like 'landfall:index:%') and (query like 'CREATE INDEX CONCURRENTLY t_slow%') and (datname = current_database())
                and exists (select from pg_class where (relname = 't_slow'))`,
          );
          killed += ended.length;
        }
      });
      const report = await pipeline.load(await file(), beside);
      await killing;
      expect(report.outcome).toBe('LOADED');
      expect(await missing()).toEqual([]);
      expect(await pipeline.rows(look)).toEqual(before);
    });

    it('are taken for what they were where the drop never came', async () => {
      await pipeline.run(`set search_path = pg_catalog; insert into landfall.indexes (load_id, target, table_oid, index_schema, index_name, definition, owner, size_bytes, is_concurrent)
        select 1, 'public.t', indrelid, 'public', 't_slow', pg_get_indexdef(indexrelid), current_user, 1, true from pg_catalog.pg_index where (indexrelid = 'public.t_slow'::regclass)`);
      await pipeline.load(await file(), { ...rebuild, traffic: { indexes: 'keep', live: 'yes' } });
      expect(await missing()).toEqual([]);
      expect((await pipeline.rows<{ name: string }>(look)).map(({ name }) => name)).toEqual([
        't_n',
        't_pkey',
        't_slow',
      ]);
    });
  });
});
