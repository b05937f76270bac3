import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { summary } from '../../../functions/words/summary.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

describe('a member of a set that cannot be read', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.log (id integer not null, name text)');
  });
  afterEach(() => pipeline.end());

  const together = (keys: readonly string[], request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    pipeline.load(keys[0] ?? '', {
      ...{ into: 'public.log', conflict: { rule: 'append' }, objects: keys.map((key) => ({ key })) },
      ...request,
    });
  const ids = async (): Promise<readonly number[]> =>
    (await pipeline.rows<{ id: number }>(sql`select id from public.log order by id`)).map(({ id }) => id);

  it('refuses the set, or is left out and said where that is asked for; a new version of it is loaded', async () => {
    const files = await Promise.all([
      pipeline.file('bad.csv', 'id,nonsense\n1,a\n'),
      pipeline.file('good.csv', 'id,name\n2,b\n'),
      pipeline.file('utf16.csv', Buffer.from('id,name\n3,c\n', 'utf16le')),
      pipeline.file('fewer.csv', 'id\n4\n'),
      pipeline.file('last.csv', 'name,id\ne,5\n'),
    ]);
    const [bad, good, utf16, fewer, last] = files;
    expect(await together(files)).toMatchObject({ outcome: 'REJECTED' });
    expect(await ids()).toEqual([]);
    const report = await together(files, { refusedObjects: 'leave-out' });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 2, inserted: 2 },
      objects: [
        { key: bad, outcome: 'REJECTED', code: 'UNKNOWN_COLUMN', message: expect.stringContaining('nonsense') },
        { key: good, outcome: 'LOADED', records: 1 },
        { key: utf16, outcome: 'REJECTED' },
        { key: fewer, outcome: 'REJECTED', code: 'OTHER_COLUMNS' },
        { key: last, outcome: 'LOADED', records: 1 },
      ],
    });
    expect(await ids()).toEqual([2, 5]);
    const command = (words: string): string => `landfall ${words}`;
    const told = summary(report, { folder: pipeline.directory, command, examples: [], milliseconds: 1 });
    expect(told).toContain('together    2 objects');
    expect(told.match(/left out {4}[A-Z_0-9]+: /gu)).toHaveLength(3);
    await pipeline.file('bad.csv', 'id,name\n1,a\n');
    expect(await together(files, { refusedObjects: 'leave-out' })).toMatchObject({
      counts: { records: 1, inserted: 1 },
    });
    expect(await ids()).toEqual([1, 2, 5]);
  });

  it('is not left out where no other can be read', async () => {
    const files = await Promise.all([
      pipeline.file('a.csv', 'id,nonsense\n1,a\n'),
      pipeline.file('b.csv', 'id,nonsense\n2,a\n'),
    ]);
    expect(await together(files, { refusedObjects: 'leave-out' })).toMatchObject({ outcome: 'REJECTED' });
  });

  it.each([
    ['a slice that it shares', {}],
    ['slices of its own', { sliceBytes: 600 }],
  ])('is left out as well where that shows behind its beginning, in %s', async (_, slices) => {
    const rows = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_each, i) => `${from + i},n${i}\n`).join('');
    // more than the first MiB, where PlanSlices looks for the header
    const long = gzipSync(`id,name\n${rows(1_000, 3_000).replaceAll('n', 'n'.repeat(1_000))}`);
    const files = await Promise.all([
      pipeline.file('a.csv', `id,name\n${rows(0, 10)}`),
      pipeline.file('open.csv', `id,name\n${rows(10, 115)}115,"never closed\n${rows(116, 130)}`),
      pipeline.file('b.csv', `id,name\n${rows(200, 300)}`),
      pipeline.file('cut.csv.gz', long.subarray(0, long.length - 100)),
      pipeline.file('c.csv.gz', gzipSync(`id,name\n${rows(300, 310)}`)),
    ]);
    const [, open, , cut] = files;
    const refused = await together(files, slices);
    expect(refused).toMatchObject({ outcome: 'REJECTED' });
    expect(refused.message).toMatch(/open\.csv, line 107, byte \d+: a quote opens here|cut\.csv\.gz/u);
    // the server crashes as its rows are merged: staging is filled again, without what was left out
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      pipeline.before = null;
      await pipeline.run('delete from landfall_staging.epochs');
      throw Object.assign(new Error('killed'), { name: 'Killed' });
    };
    const leaving = { ...slices, refusedObjects: 'leave-out' } as const;
    await expect(together(files, leaving)).rejects.toThrow('Killed');
    await pipeline.run('delete from landfall.leases');
    const report = await together(files, leaving);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 120, inserted: 120, rejected: 0 } });
    expect(report.objects).toMatchObject([
      { outcome: 'LOADED', records: 10 },
      { outcome: 'REJECTED', code: 'UNTERMINATED_QUOTE', records: 0 },
      { outcome: 'LOADED', records: 100 },
      { outcome: 'REJECTED', code: 'GZIP_CORRUPT', records: 0 },
      { outcome: 'LOADED', records: 10 },
    ]);
    expect((report.slices ?? 0) > 4).toBe('sliceBytes' in slices);
    const offset = `id,name\n${rows(10, 115)}115,`.length;
    expect(report.objects?.[1]?.message).toContain(`open.csv, line 107, byte ${offset}: a quote opens here`);
    expect(report.objects?.[3]?.message).toContain('cut.csv.gz');
    const loaded = [...Array(10).keys(), ...[...Array(110).keys()].map((i) => 200 + i)];
    expect(await ids()).toEqual(loaded);
    // mended, each is loaded, and nothing else again
    await pipeline.file('open.csv', `id,name\n${rows(10, 15)}`);
    await pipeline.file('cut.csv.gz', gzipSync(`id,name\n${rows(400, 405)}`));
    expect(await together(files, { ...slices, refusedObjects: 'leave-out' })).toMatchObject({
      counts: { records: 10, inserted: 10 },
      objects: files.map((key) => ({ outcome: key === open || key === cut ? 'LOADED' : 'ALREADY_LOADED' })),
    });
  });

  it('refuses the load where all of them turn out to be damaged', async () => {
    const files = await Promise.all([
      pipeline.file('a.csv', 'id,name\n1,"a\n'),
      pipeline.file('b.csv', 'id,name\n2,"a\n'),
    ]);
    expect(await together(files, { refusedObjects: 'leave-out' })).toMatchObject({
      outcome: 'REJECTED',
      code: 'UNTERMINATED_QUOTE',
    });
    expect(await ids()).toEqual([]);
  });
});
