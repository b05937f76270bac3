import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['sku'] };

describe('a table whose key is unique among the rows that are not deleted', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (no serial primary key, sku text, price integer, deleted_at date, listed boolean not null default true);
      create unique index live on public.t (sku) where (deleted_at is null) and listed;
      insert into public.t (sku, price, deleted_at, listed) values ('a', 1, null, true), ('b', 1, '2026-01-01', true),
        ('c', 1, null, false), ('d', 1, '2026-01-01', true), ('d', 2, '2026-01-02', true), ('d', 3, null, true), ('e', 1, null, true)`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(sql`
        select concat_ws(' ', sku, price, deleted_at, case when not listed then 'unlisted' end) as row from public.t order by sku, price`)
    ).map(({ row }) => row);
  const load = async (lines: readonly string[], request: object = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('a.csv', lines.join('\n')), { ...into, ...request });

  const lines = ['sku,price', 'a,10', 'b,10', 'c,10', 'd,10', 'e,1', 'f,10'];
  const gone = ['b 1 2026-01-01', 'c 1 unlisted', 'd 1 2026-01-01', 'd 2 2026-01-02'];

  it.each([
    ['update', { inserted: 3, updated: 2, unchanged: 1 }, ['a 10', 'b 10', 'c 10', 'd 10', 'e 1', 'f 10']],
    ['insert-only', { inserted: 3, stale: 2, unchanged: 1 }, ['a 1', 'b 10', 'c 10', 'd 3', 'e 1', 'f 10']],
    ['update-only', { rejected: 3, updated: 2, unchanged: 1 }, ['a 10', 'd 10', 'e 1']],
    ['patch', { inserted: 3, updated: 2, unchanged: 1 }, ['a 10', 'b 10', 'c 10', 'd 10', 'e 1', 'f 10']],
  ] as const)('takes the others for no rows of the key under %s', async (rule, counts, live) => {
    const request = { conflict: { rule } };
    expect((await load(lines, { ...request, dryRun: true })).counts).toMatchObject(counts);
    expect((await load(lines, request)).counts).toMatchObject(counts);
    expect((await rows()).toSorted()).toEqual([...gone, ...live].toSorted());
    expect((await load(lines, { ...request, force: true })).counts).toMatchObject({ inserted: 0, updated: 0 });
  });

  it('judges again what others deleted and brought back since the classifying', async () => {
    let done: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      done ??= pipeline.run(`update public.t set deleted_at = '2026-02-02' where (sku = 'a');
        update public.t set deleted_at = null where (sku = 'b'); insert into public.t (sku, price) values ('f', 10)`);
      await done;
    };
    expect((await load(lines)).counts).toMatchObject({ inserted: 2, updated: 2, unchanged: 2 });
    expect((await rows()).toSorted()).toEqual(
      ['a 1 2026-02-02', 'b 10', 'c 1 unlisted', ...gone.slice(2), 'a 10', 'c 10', 'd 10', 'e 1', 'f 10'].toSorted(),
    );
  });

  it('refuses a file that brings what says whether a row is covered', async () => {
    const report = await load(['sku,price,deleted_at', 'a,10,']);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'UNFILLABLE_COLUMN' });
    expect(report.message).toContain('says whether the unique index on the key covers a row');
    expect((await load(['sku,price,deleted_at', 'a,10,'], { ignore: ['deleted_at'] })).outcome).toBe('LOADED');
  });
});
