import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const file = 'id,r,v\n1,a,2\n3,a,1\n4,b,3\n5,b,3\n6,a,9\n7,a,8\n1,b,77\n2,b,78\n';

describe('a partitioned target', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    // one partition of the table's own layout, one of another
    pipeline = await testPipeline(`
      create table public.t (id int, r text, v int, primary key (id, r), unique (v, r)) partition by list (r);
      create table public.t_a partition of public.t for values in ('a');
      create table public.t_b (r text not null, gone int, v int, id int not null);
      alter table public.t_b drop column gone;
      alter table public.t attach partition public.t_b for values in ('b');
      insert into public.t values (1, 'a', 1), (2, 'b', null)`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(sql`select concat_ws(' ', id, r, v) as row from public.t order by id, r`)
    ).map(({ row }) => row);

  it.each(['update', 'patch'])('has its new rows where another row of the batch is refused: %s', async (rule) => {
    const path = await pipeline.file('a.csv', file);
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id', 'r'], conflict: { rule } });
    expect(report.counts).toMatchObject({ records: 8, rejected: 1, inserted: 5, updated: 2, unchanged: 0 });
    expect(await rows()).toEqual(['1 a 2', '1 b 77', '2 b 78', '3 a 1', '4 b 3', '6 a 9', '7 a 8']);
  });

  it('leaves rows that are there, where another row of the batch is refused: insert-only', async () => {
    const path = await pipeline.file('a.csv', file);
    const conflict = { rule: 'insert-only' };
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id', 'r'], conflict });
    expect(report.counts).toMatchObject({ records: 8, rejected: 2, inserted: 4, stale: 2 });
    expect(await rows()).toEqual(['1 a 1', '1 b 77', '2 b', '4 b 3', '6 a 9', '7 a 8']);
  });

  it.each(['update', 'patch'])('has rows counted that somebody inserts meanwhile: %s', async (rule) => {
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      await pipeline.run(`insert into public.t values (3, 'a', 5), (6, 'a', 9), (4, 'b', 7) on conflict do nothing`);
    };
    const path = await pipeline.file('a.csv', 'id,r,v\n3,a,6\n6,a,9\n4,b,3\n7,b,4\n8,a,4\n');
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id', 'r'], conflict: { rule } });
    expect(report.counts).toMatchObject({ records: 5, rejected: 0, inserted: 2, updated: 2, unchanged: 1 });
    expect(await rows()).toEqual(['1 a 1', '2 b', '3 a 6', '4 b 3', '6 a 9', '7 b 4', '8 a 4']);
  });
});
