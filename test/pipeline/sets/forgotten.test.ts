import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { sql } from '../../../functions/core/sql.ts';
import { datasetsAsJson } from '../../../functions/datasets/as-data.ts';
import { execute } from '../../../functions/db/client.ts';
import { unknownObjects } from '../../../functions/ledger/sweeping/unknown-objects.ts';
import { deleteOldWindows } from '../../../functions/ledger/windows/forgotten-sql.ts';
import { openDirectoryStore } from '../../../functions/objects/directory/directory-store.ts';
import { uploadRequest } from '../../../functions/protocol/upload-request.ts';
import { type ForgottenWindows, forgetWindows } from '../../../functions/sweep/forget-windows.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const log = { table: 'public.log', conflict: { rule: 'append' } } as const;
const pair = defineDataset({ ...log, name: 'pair', prefix: 'pair/', gather: { seconds: 60, maxObjects: 2 } });
const marked = defineDataset({ ...log, name: 'marked', prefix: 'marked/', set: { marker: '_SUCCESS' } });

describe('windows and markers whose sets were loaded long ago', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.log (file text not null)', { waits: 0.002 });
    await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson([pair, marked]));
    await mkdir(join(pipeline.directory, 'one'));
    await mkdir(join(pipeline.directory, 'two'));
  });
  afterEach(() => pipeline.end());

  const ended = async (request: object): Promise<object> => {
    const result = await pipeline.execute(request);
    return (result.status === 'SUCCEEDED' ? result.output : result) as object;
  };
  const arrives = (key: string): Promise<object> => ended({ bucket: 'file://', key, dataset: 'pair', gather: true });
  const gathered = async (...names: readonly string[]): Promise<readonly string[]> => {
    const paths: string[] = [];
    for (const name of names) paths.push(await pipeline.file(`${name}.csv`, `file\n${name}\n`));
    const [first = '', last = ''] = paths;
    const opens = arrives(first);
    await expect.poll(() => pipeline.rows(sql`select from landfall.windows where sealed_at is null`)).toHaveLength(1);
    await arrives(last);
    await opens;
    return paths;
  };
  const daysLater = (days: number): Promise<void> =>
    pipeline.run(`
      update landfall.windows set closes_at = closes_at - interval '${days} days';
      update landfall.set_starts set seen_at = seen_at - interval '${days} days', looked_at = looked_at - interval '${days} days'`);
  const swept = (): Promise<ForgottenWindows> =>
    pipeline.connect((db) => forgetWindows({ db, storeFor: () => Promise.resolve(openDirectoryStore()) }));
  const windows = async (): Promise<readonly number[]> =>
    (await pipeline.rows<{ id: number }>(sql`select window_id::integer as id from landfall.windows order by 1`)).map(
      ({ id }) => id,
    );
  /** What a sweep would start. */
  const unknown = (dataset: string, paths: readonly string[]): Promise<readonly object[]> =>
    pipeline.connect(async (db) =>
      unknownObjects(
        db,
        { dataset, bucket: 'file://' },
        await Promise.all(paths.map((key) => openDirectoryStore().head({ bucket: 'file://', key, versionId: null }))),
      ),
    );
  const rows = async (): Promise<readonly string[]> =>
    (await pipeline.rows<{ file: string }>(sql`select file from public.log order by file`)).map(({ file }) => file);

  it('are forgotten after 30 days; objects stay known, and a load that is asked for again finds its own', async () => {
    const loaded = await gathered('a', 'b');
    await gathered('c', 'd');
    await pipeline.run("update landfall.loads set outcome = 'FAILED', code = 'KILLED' where load_id = 2");
    await daysLater(29);
    expect(await swept()).toEqual({ windows: 0, setStarts: 0 });
    await daysLater(2);
    expect(await swept()).toEqual({ windows: 1, setStarts: 0 });
    expect(await windows()).toEqual([2]);
    expect(await unknown('pair', loaded)).toEqual([]);
    expect(await arrives(loaded[0] ?? '')).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: 1 });
    expect(await windows()).toEqual([2]);
    const [first] = await pipeline.rows<{ request: object }>(sql`select request from landfall.loads where load_id = 1`);
    expect(await ended({ bucket: 'file://', key: loaded[0], ...first?.request, force: true })).toMatchObject({
      outcome: 'LOADED',
    });
    expect(await rows()).toEqual(['a', 'a', 'b', 'b', 'c', 'd']);
  });

  it('are forgotten whole, some objects at a time', async () => {
    for (const [i, held] of [3, 2, 4, 1].entries())
      await pipeline.run(`
        insert into landfall.loads (load_id, dataset, target, bucket, key, version_id, generation, size, request, outcome)
          overriding system value values (${i + 1}, 'pair', 'public.log', 'b', 'set${i}', 'v', 1, 1, '{}', 'LOADED');
        insert into landfall.windows (window_id, dataset, execution, closes_at, sealed_at, load_id)
          overriding system value values (${i + 1}, 'pair', 'e', now() - interval '${40 - i} days', now(), ${i + 1});
        insert into landfall.gathered (window_id, dataset, bucket, key, version_id, size)
          select ${i + 1}, 'pair', 'b', 'k' || n, 'v', 1 from generate_series(1, ${held}) as n`);
    const forget = (most: number): Promise<number> =>
      pipeline.connect((db) => execute(db, deleteOldWindows({ days: 30, most })));
    expect(await forget(5)).toBe(2);
    expect(await windows()).toEqual([3, 4]);
    // one at least
    expect(await forget(2)).toBe(1);
    expect(await windows()).toEqual([4]);
    expect(await pipeline.rows(sql`select from landfall.gathered`)).toHaveLength(1);
    expect(await forget(2)).toBe(1);
    expect(await forget(2)).toBe(0);
  });

  it('by a marker are forgotten once it does not lie there any more: what came behind it is not loaded by it', async () => {
    const comes = (key: string): Promise<object> => ended(uploadRequest({ bucket: 'file://', key }, marked));
    const markers: string[] = [];
    for (const folder of ['one', 'two']) {
      await pipeline.file(`${folder}/part.csv`, `file\n${folder}\n`);
      markers.push(await pipeline.file(`${folder}/_SUCCESS`, ''));
      expect(await comes(markers.at(-1) ?? '')).toMatchObject({ outcome: 'LOADED' });
    }
    const [one = '', two = ''] = markers;
    await pipeline.file('one/late.csv', 'file\nlate\n');
    await daysLater(31);
    await rm(two);
    expect(await swept()).toEqual({ windows: 0, setStarts: 1 });
    expect(await pipeline.rows(sql`select key from landfall.set_starts`)).toEqual([{ key: one }]);
    expect(await unknown('marked', [one])).toEqual([]);
    // it is looked at again a week later
    await rm(one);
    expect(await swept()).toEqual({ windows: 0, setStarts: 0 });
    await daysLater(8);
    expect(await swept()).toEqual({ windows: 0, setStarts: 1 });
    expect(await rows()).toEqual(['one', 'two']);
  });
});
