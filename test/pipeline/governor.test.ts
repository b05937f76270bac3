import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const request: Partial<LoadRequest> = {
  into: 'public.t',
  businessKey: ['id'],
  limits: { batchRows: 20 },
  traffic: { deadlineMinutes: 0.05 },
};

describe('a load that others stop', () => {
  let pipeline: Pipeline;
  let path: string;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create table public.t (id integer primary key, n integer);
      create table public.busy (n integer);
      insert into public.busy values (0);
      insert into public.t select i, -1 from generate_series(1, 300) as i`,
      { environment: { LANDFALL_THROTTLE_QUERY: 'select n from public.busy', LANDFALL_MERGE_LANES: '2' }, waits: 0.01 },
    );
    path = await pipeline.file(
      't.csv',
      `id,n\n${Array.from({ length: 400 }, (_, i) => `${i + 1},${i + 1}`).join('\n')}\n`,
    );
  });
  afterEach(() => pipeline.end());

  const states: string[] = [];
  /** Runs these statements before the n-th call of a state. */
  const before = (acts: Readonly<Record<string, string>>): void => {
    const calls = new Map<string, number>();
    states.length = 0;
    pipeline.before = async ({ event }) => {
      const state = String(event['state']);
      states.push(state);
      calls.set(state, (calls.get(state) ?? 0) + 1);
      const act = acts[`${state} ${calls.get(state)}`];
      if (act !== undefined) await pipeline.run(act);
    };
  };
  const waits = (): Promise<object[]> =>
    pipeline.rows(
      sql`select signal, (ended_at is not null) as ended, (looks > 1) as looked from landfall.waits order by begun_at`,
    );
  const merged = { outcome: 'LOADED', counts: { updated: 300, inserted: 100 } };

  it('never comes to Govern where nothing stops it', async () => {
    before({});
    const report = await pipeline.load(path, request);
    expect(report).toMatchObject(merged);
    expect(report.governor).toMatchObject({ secondsLost: {}, lanes: 2 });
    expect(report.governor?.batches.reduce((sum, { rows }) => sum + rows, 0)).toBe(400);
    expect(states).not.toContain('Govern');
    expect(await waits()).toEqual([]);
    const [load] = await pipeline.rows<{ signals: Record<string, { health: string }> }>(
      sql`select signals from landfall.loads`,
    );
    expect(load?.signals).toMatchObject({ throttleQuery: { health: 'normal' } });
  });

  it('waits while somebody paused its table, and goes on', async () => {
    before({
      'MergeLane 1': `insert into landfall.pauses (target, by) values ('public.t', 'somebody')`,
      'Govern 3': 'delete from landfall.pauses',
    });
    expect(await pipeline.load(path, request)).toMatchObject(merged);
    expect(states.filter((state) => state === 'Govern').length).toBe(3);
    const [{ seconds } = { seconds: null }] = await pipeline.rows<{ seconds: number | null }>(
      sql`select round(extract(epoch from ended_at - begun_at))::integer as seconds from landfall.waits`,
    );
    const again = await pipeline.load(path, request);
    expect(again.governor?.secondsLost).toEqual({ paused: seconds });
    expect(await waits()).toEqual([{ signal: 'paused', ended: true, looked: true }]);
  });

  it('reports a thousand of its transactions at most, from the first on', async () => {
    before({
      'Report 1': `update landfall.batches set times = (
        select jsonb_agg(jsonb_build_object('at', '2024-01-01'::timestamp + make_interval(secs => i), 'rows', i, 'ms', 1))
        from generate_series(1, 1300) as i)`,
    });
    const { governor } = await pipeline.load(path, { ...request, limits: { batchRows: 400 } });
    const told = governor?.batches.map(({ rows }) => rows) ?? [];
    expect(told.length).toBeGreaterThan(500);
    expect(told.length).toBeLessThanOrEqual(1_000);
    expect(told.slice(0, 3)).toEqual([1, 3, 5]);
  });

  it('tells one reason to wait from the next, and halves its lanes once for both', async () => {
    before({
      'MergeLane 1': `insert into landfall.pauses (target, by) values ('public.t', 'somebody')`,
      'Govern 2': 'delete from landfall.pauses; update public.busy set n = 1',
      'Govern 4': 'update public.busy set n = 0',
    });
    expect(await pipeline.load(path, request)).toMatchObject(merged);
    expect(await waits()).toMatchObject([
      { signal: 'paused', ended: true },
      { signal: 'throttleQuery', ended: true },
    ]);
    expect(states.slice(states.lastIndexOf('Govern') + 1).filter((state) => state === 'MergeLane')).toHaveLength(1);
  });

  it('gives up at its deadline, says what it waited for, and goes on where it stopped', async () => {
    before({ 'MergeLane 1': 'update public.busy set n = 1' });
    const execution = pipeline.start({ bucket: 'file://', key: path, ...request });
    const result = await execution.result;
    expect(result).toMatchObject({ status: 'FAILED', error: 'DEADLINE_PASSED' });
    if (result.status !== 'FAILED') return;
    await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
    const [load] = await pipeline.rows<{ outcome: string; code: string; message: string }>(
      sql`select outcome, code, message from landfall.loads`,
    );
    expect(load).toMatchObject({ outcome: 'FAILED', code: 'DEADLINE_PASSED' });
    expect(load?.message).toMatch(/deadlineMinutes.*throttleQuery: .*landfall retry 1/u);
    await pipeline.run('update public.busy set n = 0');
    before({});
    expect(await pipeline.load(path, request)).toMatchObject({ ...merged, loadId: 1 });
    expect(states).not.toContain('StageSlice');
  });
});

describe('a load that nobody is in the way of', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, n integer)', {
      environment: { LANDFALL_MERGE_LANES: '2' },
    });
  });
  afterEach(() => pipeline.end());

  it('begins one transaction a batch where it inserts, and fewer and fewer where it changes rows', async () => {
    const rows = 60_000;
    // none comes near that time, so that the clock of this machine says nothing
    const quiet = { into: 'public.t', businessKey: ['id'], traffic: { live: 'no', targetBatchMs: 60_000 } };
    const transactions = async (n: number): Promise<number | undefined> => {
      const lines = Array.from({ length: rows }, (_, i) => `${i + 1},${n}`);
      const report = await pipeline.load(await pipeline.file(`${n}.csv`, `id,n\n${lines.join('\n')}\n`), quiet);
      return report.governor?.batches.length;
    };
    expect(await transactions(1)).toBe(1);
    // twelve of 5,000 rows
    expect(await transactions(2)).toBeLessThanOrEqual(10);
  });

  it('goes slowly beside live traffic while its rows take longer than at first, and says so', async () => {
    await pipeline.run(`
      create function public.slowly() returns trigger language plpgsql as
        'begin perform count(*) from generate_series(1, 2500); return new; end';
      create trigger slowly before update on public.t for each row when (new.id > 8000) execute function public.slowly();
      insert into public.t select i, 0 from generate_series(1, 20000) as i`);
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i + 1},1`);
    const path = await pipeline.file('a.csv', `id,n\n${lines.join('\n')}\n`);
    const limits = { batchRows: 500 };
    // none comes near that time, so that none is too small to tell
    const traffic = { live: 'yes', targetBatchMs: 60_000 } as const;
    const report = await pipeline.load(path, {
      into: 'public.t',
      businessKey: ['id'],
      limits,
      traffic,
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { updated: 20_000 } });
    expect(report.governor?.secondsLost).toEqual({});
    const [load] = await pipeline.rows(sql`select signals from landfall.loads`);
    const figure = expect.stringMatching(/^a row takes [\d.]+ [um]s, at first \d+ us$/u);
    expect(load).toMatchObject({ signals: { latency: { health: 'slow', figure } } });
  });
});
