import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { sql } from '../../../functions/core/sql.ts';
import { datasetsAsJson } from '../../../functions/datasets/as-data.ts';
import { unknownObjects } from '../../../functions/ledger/sweeping/unknown-objects.ts';
import { openDirectoryStore } from '../../../functions/objects/directory/directory-store.ts';
import { uploadRequest } from '../../../functions/protocol/upload-request.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const log = { name: 'log', prefix: 'log/', table: 'public.log', conflict: { rule: 'append' } } as const;
const listed = defineDataset({ ...log, set: { manifest: '*.manifest.json', waitMinutes: 10 } });
const marked = defineDataset({ ...log, name: 'marked', prefix: 'marked/', set: { marker: '_SUCCESS' } });
const datasets = [listed, marked];

describe('a set that an object starts', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.log (file text not null)', { waits: 0.02 });
    await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson(datasets));
    await mkdir(join(pipeline.directory, 'day/deeper'), { recursive: true });
  });
  afterEach(() => pipeline.end());

  const part = (name: string): Promise<string> => pipeline.file(`day/${name}.csv`, `file\n${name}\n`);
  const comes = async (key: string, dataset: (typeof datasets)[number]): Promise<object> => {
    const result = await pipeline.execute(uploadRequest({ bucket: 'file://', key }, dataset));
    return (result.status === 'SUCCEEDED' ? result.output : result) as object;
  };
  const loaded = async (): Promise<readonly string[]> =>
    (await pipeline.rows<{ file: string }>(sql`select file from public.log order by file`)).map(({ file }) => file);
  /** What a sweep would start. */
  const left = (key: string, dataset: string): Promise<readonly object[]> =>
    pipeline.connect(async (db) =>
      unknownObjects(db, { dataset, bucket: 'file://' }, [
        await openDirectoryStore().head({ bucket: 'file://', key, versionId: null }),
      ]),
    );

  it('by a manifest is waited for until all that it lists is there, and is the same when it comes again', async () => {
    await part('a');
    const manifest = await pipeline.file('day/1.manifest.json', '["a.csv", "late.csv"]');
    const started = comes(manifest, listed);
    await expect.poll(() => pipeline.rows(sql`select load_id from landfall.set_starts`)).toEqual([{ load_id: null }]);
    expect(await left(manifest, 'log')).toHaveLength(1);
    expect(await loaded()).toEqual([]);
    await part('late');
    expect(await started).toMatchObject({ loadId: 1, outcome: 'LOADED' });
    expect(await loaded()).toEqual(['a', 'late']);
    expect(await left(manifest, 'log')).toEqual([]);
    expect(await comes(manifest, listed)).toMatchObject({ loadId: 1, outcome: 'ALREADY_LOADED' });
    // another version of it, with one object more
    await part('b');
    await pipeline.file('day/1.manifest.json', '["a.csv", "late.csv", "b.csv"]');
    expect(await left(manifest, 'log')).toHaveLength(1);
    expect(await comes(manifest, listed)).toMatchObject({ loadId: 2, outcome: 'LOADED' });
    expect(await loaded()).toEqual(['a', 'b', 'late']);
  });

  it('by a manifest is refused where what it lists does not come in time, and is loaded when that comes later', async () => {
    await part('a');
    const manifest = await pipeline.file('day/1.manifest.json', '["a.csv", "never.csv"]');
    const started = comes(manifest, listed);
    await expect.poll(() => pipeline.rows(sql`select from landfall.set_starts`)).toHaveLength(1);
    await pipeline.run("update landfall.set_starts set seen_at = now() - interval '10 minutes'");
    expect(await started).toMatchObject({ loadId: 1, outcome: 'REJECTED' });
    expect(await pipeline.rows(sql`select code from landfall.loads`)).toEqual([{ code: 'OBJECT_GONE' }]);
    expect(await loaded()).toEqual([]);
    // refused it stays until somebody writes the manifest again
    expect(await left(manifest, 'log')).toEqual([]);
    await part('never');
    expect(await comes(manifest, listed)).toMatchObject({ loadId: 2, outcome: 'LOADED' });
    expect(await loaded()).toEqual(['a', 'never']);
  });

  it('by a marker is what lies in its folder and below and no load knows; what comes later comes with the next marker', async () => {
    await Promise.all([part('a'), part('deeper/b')]);
    await pipeline.file('day/.hidden.csv', 'file\nhidden\n');
    const marker = await pipeline.file('day/_SUCCESS', '');
    expect(await comes(marker, marked)).toMatchObject({ loadId: 1, outcome: 'LOADED' });
    expect(await loaded()).toEqual(['a', 'deeper/b']);
    expect(await left(marker, 'marked')).toEqual([]);
    expect(await comes(marker, marked)).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: 1 });
    await part('late');
    expect(await comes(marker, marked)).toMatchObject({ outcome: 'LOADED' });
    expect(await loaded()).toEqual(['a', 'deeper/b', 'late']);
  });

  it('by a marker is refused where nothing lies beside it', async () => {
    await rm(join(pipeline.directory, 'day/deeper'), { recursive: true });
    const marker = await pipeline.file('day/_SUCCESS', '');
    expect(await comes(marker, marked)).toMatchObject({ outcome: 'REJECTED' });
    expect(await pipeline.rows(sql`select code, message from landfall.loads`)).toMatchObject([
      { code: 'SET_INVALID', message: expect.stringMatching(/_SUCCESS lies no object that marked loads/u) },
    ]);
  });

  it('that is replaced while it is loaded is refused, and nothing of it is in the table', async () => {
    await Promise.all([part('a'), part('b')]);
    const manifest = await pipeline.file('day/1.manifest.json', '["a.csv", "b.csv"]');
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'StageSlice') await pipeline.file('day/b.csv', 'file\nother\n');
    };
    expect(await comes(manifest, listed)).toMatchObject({ outcome: 'REJECTED' });
    expect(await loaded()).toEqual([]);
    pipeline.before = null;
    expect(await comes(manifest, listed)).toMatchObject({ outcome: 'LOADED' });
    expect(await loaded()).toEqual(['a', 'other']);
  });
});
