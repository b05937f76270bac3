import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { Live } from '../../functions/core/traffic/live.ts';
import { many } from '../../functions/db/client.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

describe('whether others use the target', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create table public.t (id integer primary key, n integer, parent integer); insert into public.t values (1, 1, null)`,
    );
  });
  afterEach(() => pipeline.end());

  const liveOf = async ({ loadId }: LoadReport): Promise<Live | undefined> =>
    (await pipeline.rows<{ live: Live }>(sql`select live from landfall.loads where (load_id = ${loadId})`))[0]?.live;
  /** Somebody who stays connected uses the table, and the statistics know it. */
  const besideTraffic = <T>(use: () => Promise<T>): Promise<T> =>
    pipeline.connect(async (db) => {
      await many(db, sql`select id from public.t where (n = 1)`);
      await many(db, sql`select pg_catalog.pg_stat_force_next_flush()::text as flushed`);
      return await use();
    });
  const beforeState = (name: string, act: () => Promise<unknown>): void => {
    pipeline.before = async ({ event }) => void (event['state'] === name && (await act()));
  };

  it('is not live where nobody does', async () => {
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    expect(await liveOf(await pipeline.load(path, into))).toMatchObject({ isLive: false });
  });

  it('is live at once where somebody who is connected used it within the last minutes', async () => {
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    await besideTraffic(async () => {
      const live = await liveOf(await pipeline.load(path, into));
      expect(live).toMatchObject({
        isLive: true,
        why: expect.stringMatching(/^others used it \d+ s before the load/u),
      });
    });
  });

  it('is not live by what the load before did', async () => {
    await pipeline.load(await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n'), into);
    await pipeline.connect(async () => {
      const live = await liveOf(await pipeline.load(await pipeline.file('b.csv', 'id,n\n1,3\n2,3\n'), into));
      expect(live).toMatchObject({ isLive: false });
    });
  });

  it.each([
    ['read', 'select 1 from public.t where n = 1', 'others read it while the file was staged'],
    ['wrote', 'insert into public.t values (77, 7)', 'others wrote 1 row while the file was staged'],
  ])('is live where others %s while its file was staged', async (_, text, why) => {
    beforeState('Transform', () => pipeline.run(text));
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    expect(await liveOf(await pipeline.load(path, into))).toEqual({ isLive: true, why });
  });

  it('does not take for others what it did itself before its staging was lost', async () => {
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    // the gate is passed, and staging is lost: everything is looked at once more
    const lost = { done: false };
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || lost.done) return;
      lost.done = true;
      await pipeline.run('truncate landfall_staging.epochs');
    };
    const report = await pipeline.load(path, into);
    expect(report.counts).toMatchObject({ inserted: 1, updated: 1 });
    expect(await liveOf(report)).toMatchObject({ isLive: false });
  });

  it('is live from the merge on where others hold a lock on it then', async () => {
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    const held = Promise.withResolvers<void>();
    const loaded = Promise.withResolvers<void>();
    let holding: Promise<void> | null = null;
    beforeState('MergeLane', async () => {
      holding ??= pipeline.connect(async (db) => {
        await db.query('begin; select 1 from public.t limit 0');
        held.resolve();
        await loaded.promise;
      });
      await held.promise;
    });
    const live = await liveOf(await pipeline.load(path, into).finally(() => loaded.resolve()));
    expect(live).toEqual({ isLive: true, why: 'locks on it are held by 1 other session' });
  });

  it('is live from the middle of the merge on, and goes on as a live one', async () => {
    const lines = Array.from({ length: 1_500 }, (_, i) => `${i},2`).join('\n');
    const path = await pipeline.file('a.csv', `id,n\n${lines}\n`);
    await pipeline.run('insert into public.t select i, 1 from generate_series(2, 1500) as i');
    const loaded = Promise.withResolvers<void>();
    const states: unknown[] = [];
    let holding: Promise<void> | null = null;
    pipeline.before = ({ event }) => {
      states.push(event['state']);
      if (event['state'] !== 'MergeLane') return;
      holding ??= pipeline.connect(async (db) => {
        await expect
          .poll(
            async () => (await db.query('select 1 from landfall.batches where merged_through is not null')).rowCount,
          )
          .toBeGreaterThan(0);
        await db.query('begin; select 1 from public.t limit 0');
        await loaded.promise;
        await db.query('rollback');
      });
    };
    const report = await pipeline
      .load(path, { ...into, limits: { batchRows: 2 }, traffic: { targetBatchMs: 10 } })
      .finally(() => loaded.resolve());
    expect(report.counts).toMatchObject({ inserted: 1, updated: 1_499 });
    expect(await liveOf(report)).toEqual({ isLive: true, why: 'locks on it are held by 1 other session' });
    expect(states.filter((state) => state === 'Govern').length).toBeGreaterThan(0);
  });

  it('is live where others hold a lock on it', async () => {
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    await pipeline.connect(async (db) => {
      await db.query('begin; select 1 from public.t limit 0');
      const live = await liveOf(await pipeline.load(path, into));
      expect(live).toEqual({ isLive: true, why: 'locks on it are held by 1 other session' });
      await db.query('rollback');
    });
  });

  it.each([
    ['no', false],
    ['yes', true],
  ])('is as --live %s says, whatever is seen', async (live, isLive) => {
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    await besideTraffic(async () => {
      const report = await pipeline.load(path, { ...into, traffic: { live } });
      expect(await liveOf(report)).toEqual({ isLive, why: `live: ${live} was said` });
    });
  });

  it.each([
    ['yes', { slicesAtOnce: 1, lanes: 1 }],
    ['no', { slicesAtOnce: 8, lanes: 2 }],
  ])('with --live %s has so many slices and lanes at once: %o', async (live, { slicesAtOnce, lanes }) => {
    const events: Record<string, unknown>[] = [];
    pipeline.before = ({ event }) => void events.push(event);
    const lines = Array.from({ length: 4_000 }, (_, i) => `${i},${i}`).join('\n');
    const path = await pipeline.file('a.csv', `id,n\n${lines}\n`);
    const { slices } = await pipeline.load(path, { ...into, sliceBytes: 5_000, traffic: { live } });
    expect(slices).toBeGreaterThan(5);
    expect(events.find(({ state }) => state === 'Compose')).toMatchObject({ slicesAtOnce });
    const merging = events.filter(({ state }) => state === 'MergeLane');
    expect(new Set(merging.map(({ lane }) => lane)).size).toBe(lanes);
  });

  it('tells which memory its statements over the whole load were given, and takes what a dataset says', async () => {
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    const { memory } = await pipeline.load(path, into);
    expect(memory?.why).toMatch(/^shared_buffers is \d+ MB, taken for a quarter of the server's memory/u);
    const said = { ...into, force: true, traffic: { memory: { workMem: '33MB', maintenanceWorkMem: '1GB' } } };
    expect((await pipeline.load(path, said)).memory).toMatchObject({
      workMemKb: 33 * 1_024,
      maintenanceWorkMemKb: 1_048_576,
    });
  });

  it('counts what is done to a partition as use of the table', async () => {
    await pipeline.run(`
      create table public.p (id integer primary key, n integer) partition by range (id);
      create table public.p1 partition of public.p for values from (0) to (1000)`);
    beforeState('Transform', () => pipeline.run('insert into public.p1 values (5, 5)'));
    const path = await pipeline.file('a.csv', 'id,n\n1,2\n2,2\n');
    const report = await pipeline.load(path, { into: 'public.p', businessKey: ['id'] });
    expect(await liveOf(report)).toMatchObject({ isLive: true });
  });
});
