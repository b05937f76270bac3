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
});
