import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { sql } from '../../../functions/core/sql.ts';
import { datasetsAsJson } from '../../../functions/datasets/as-data.ts';
import { loadDueWindows } from '../../../functions/sweep/load-due-windows.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const log = {
  name: 'log',
  prefix: 'log/',
  table: 'public.log',
  conflict: { rule: 'append' },
  columns: { lineage: { load: 'load-id' } },
} as const;

const datasets = [
  defineDataset({ ...log, gather: { seconds: 60 } }),
  defineDataset({ ...log, name: 'two', prefix: 'two/', gather: { seconds: 60, maxObjects: 2 } }),
  defineDataset({ ...log, name: 'small', prefix: 'small/', gather: { seconds: 60, maxBytes: 5 } }),
];

describe('objects that come within a window', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    // who waits a minute looks eight times a second
    pipeline = await testPipeline('create table public.log (file text not null, load bigint not null)', {
      waits: 0.002,
    });
    await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson(datasets));
  });
  afterEach(() => pipeline.end());

  const arrives = async (path: string, dataset = 'log'): Promise<unknown> => {
    const result = await pipeline.execute({ bucket: 'file://', key: path, dataset, gather: true });
    return result.status === 'SUCCEEDED' ? result.output : result;
  };
  const written = (name: string, rows = 2): Promise<string> =>
    pipeline.file(`${name}.csv`, `file\n${`${name}\n`.repeat(rows)}`);
  const loaded = (): Promise<object[]> =>
    pipeline.rows(sql`
      select pg_catalog.string_agg(file, ' ' order by file) as files
      from public.log group by load order by load`);

  /** As if so many seconds had gone by since the windows closed. */
  const closed = (seconds: number, window = 'window_id'): Promise<void> =>
    pipeline.run(
      `update landfall.windows set closes_at = now() - interval '${seconds} seconds' where (load_id is null) and (window_id = ${window})`,
    );
  const opened = async (windows = 1): Promise<void> => {
    await expect.poll(() => pipeline.rows(sql`select from landfall.windows`)).toHaveLength(windows);
  };

  it('are one load, begun by the first of them when the window closes; the others say so', async () => {
    const [a, b, c] = await Promise.all([written('a'), written('b', 1), written('c', 1)]);
    const opens = arrives(a);
    await opened();
    expect(await arrives(b)).toMatchObject({ outcome: 'IGNORED', code: 'GATHERED', loadId: null });
    // the same event again, and that of the opener too
    expect(await arrives(b)).toMatchObject({ outcome: 'IGNORED', code: 'GATHERED' });
    expect(await arrives(a)).toMatchObject({ outcome: 'IGNORED', code: 'GATHERED' });
    expect(await arrives(c)).toMatchObject({ message: expect.stringMatching(/window 1, which is loaded when/u) });
    await closed(0);
    const { loadId } = (await opens) as { loadId: number };
    expect(await loaded()).toEqual([{ files: 'a a b c' }]);
    // late events
    for (const path of [a, b, c]) expect(await arrives(path)).toMatchObject({ outcome: 'ALREADY_LOADED', loadId });
    expect(await pipeline.rows(sql`select load_id, sealed_at is null as open from landfall.windows`)).toEqual([
      { load_id: loadId, open: false },
    ]);
  });

  it('are loaded at once where they are as many or as large as a window takes, and who opened it has nothing to do', async () => {
    const [a, b, c] = await Promise.all([written('a'), written('b', 1), written('c', 1)]);
    const opens = arrives(a, 'two');
    await opened();
    const { loadId } = (await arrives(b, 'two')) as { loadId: number };
    expect(await loaded()).toEqual([{ files: 'a a b' }]);
    expect(await opens).toMatchObject({ decision: 'end', loadId });
    // larger than a window by itself: a load of one object
    expect(await arrives(c, 'small')).toMatchObject({ outcome: 'LOADED' });
    expect(await pipeline.rows(sql`select objects from landfall.loads order by load_id`)).toEqual([
      { objects: 2 },
      { objects: null },
    ]);
  });

  it('come into the next window where theirs has another version of them, and each is loaded', async () => {
    const a = await written('a');
    const first = arrives(a);
    await opened();
    await written('a', 3);
    const second = arrives(a);
    await opened(2);
    await closed(0, '1');
    // a folder keeps one version: the one that was replaced is refused, and says why
    expect(await first).toMatchObject({ outcome: 'REJECTED' });
    await closed(0);
    expect(await second).toMatchObject({ outcome: 'LOADED' });
    expect(await pipeline.rows(sql`select code from landfall.loads where outcome = 'REJECTED'`)).toEqual([
      { code: 'OBJECT_CHANGED' },
    ]);
    expect(await loaded()).toEqual([{ files: 'a a a' }]);
  });

  it('are loaded by the sweep where who was to load them is gone, and by a late event too', async () => {
    const [a, b] = await Promise.all([written('a'), written('b', 1)]);
    const opens = pipeline.start({ bucket: 'file://', key: a, dataset: 'log', gather: true });
    await opened();
    expect(await arrives(b)).toMatchObject({ code: 'GATHERED' });
    opens.abort();
    await opens.result;
    const requests: object[] = [];
    const start = async (request: object): Promise<string> => `arn:${requests.push(request)}`;
    const executions = { start, lookAt: () => Promise.resolve(null) };
    const sweeps = (): Promise<number> => pipeline.connect((db) => loadDueWindows({ db, datasets, executions }));
    expect(await sweeps()).toBe(0);
    await closed(50);
    expect(await sweeps()).toBe(0);
    expect(await arrives(b)).toMatchObject({ code: 'GATHERED' });
    await closed(61);
    expect(await sweeps()).toBe(1);
    const [late, swept] = await Promise.all([arrives(b), pipeline.execute(requests[0] ?? {})]);
    expect([late, swept.status === 'SUCCEEDED' && swept.output]).toMatchObject([{ loadId: 1 }, { loadId: 1 }]);
    expect(await loaded()).toEqual([{ files: 'a a b' }]);
    expect(await sweeps()).toBe(0);
  });
});
