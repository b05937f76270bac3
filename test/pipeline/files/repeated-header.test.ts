import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

describe('a header in the middle of a file', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(`
      create table public.words (code text primary key, name text);
      create table public.items (id integer primary key, name text);
      create table public.counts ("7" integer primary key, "2024-02-29" date)`);
  });
  beforeEach(() => pipeline.run('truncate public.words, public.items, public.counts'));
  afterAll(() => pipeline.end());

  const load = async (text: string, request: Partial<LoadRequest>): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('joined.csv', text), { force: true, ...request });
  const rejected = async ({ loadId }: LoadReport): Promise<[number, string][]> => {
    const rows = await pipeline.rows<{ line: number; code: string }>(
      sql`
        select line, string_agg(reason ->> 'code', ' ') as code
        from landfall.rejects, jsonb_array_elements(reasons) as reason
        where load_id = ${loadId} group by line order by line`,
    );
    return rows.map(({ line, code }) => [line, code]);
  };

  it.each([1, 20, 1_000_000])('is a reject of its own, in slices of %d bytes', async (sliceBytes) => {
    const joined =
      'code,name\na,one\ncode,name\nb,"two\n3"\r\n\ufeff"code","name"\r\nc,code,name\nd,name\ncode,names\n';
    const words = await load(joined, { into: 'public.words', businessKey: ['code'], sliceBytes });
    expect(words).toMatchObject({ outcome: 'LOADED', counts: { records: 7, inserted: 4, rejected: 3 } });
    expect(await rejected(words)).toEqual([
      [3, 'REPEATED_HEADER'],
      [6, 'REPEATED_HEADER'],
      [7, 'FIELD_COUNT'],
    ]);
    const items = await load('name,id\none,1\nname,id\nid,2\nx,id\n', {
      into: 'public.items',
      businessKey: ['id'],
      sliceBytes,
    });
    expect(await rejected(items)).toEqual([
      [3, 'REPEATED_HEADER'],
      [5, 'INVALID_INTEGER'],
    ]);
  });

  it('is kept where its names are values of columns none of which is text', async () => {
    const report = await load('7,2024-02-29\n1,2024-01-01\n7,2024-02-29\n', {
      into: 'public.counts',
      businessKey: ['7'],
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 0 } });
  });

  it('says what to do', async () => {
    const { loadId } = await load('code,name\na,one\ncode,name\n', { into: 'public.words', businessKey: ['code'] });
    const [reject] = await pipeline.rows<{ message: string }>(
      sql`select reasons -> 0 ->> 'message' as message from landfall.rejects where load_id = ${loadId}`,
    );
    expect(reject?.message).toBe(
      'the header again, as where several files were put together; leave it out of all but the first',
    );
  });
});
