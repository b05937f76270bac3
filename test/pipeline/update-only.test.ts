import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { handler as transform } from '../../functions/transform/handler.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'], conflict: { rule: 'update-only' } };

describe('update-only', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, name text not null, n integer not null);
      insert into public.t values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(sql`select concat_ws(' ', id, name, n) as row from public.t order by id`)
    ).map(({ row }) => row);
  const load = async (lines: readonly string[], request: object = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('a.csv', lines.join('\n')), { ...into, ...request });
  const rejects = async (): Promise<{ raw: string; reasons: string }[]> =>
    await pipeline.rows(sql`
      select convert_from(raw, 'UTF8') as raw, (select string_agg(reason->>'message', ' | ') from jsonb_array_elements(reasons) as reason) as reasons
      from landfall.rejects where (kind = 'reject') order by record_no`);
  /** Runs SQL once, between the classifying and the first batch. */
  const beforeMerge = (text: string): void => {
    let done: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      done ??= pipeline.run(text);
      await done;
    };
  };

  it('updates rows that are there, and refuses records of all others with every reason', async () => {
    const report = await load(['id,n', '1,1', '2,20', '7,70', '8,x', '3,y', ',5', '9,1', '9,2']);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 8, rejected: 5, duplicate: 1, inserted: 0, updated: 1, unchanged: 1, stale: 0 },
    });
    expect(report.rejectsByCode).toEqual(
      expect.arrayContaining([
        { code: 'NO_ROW', column: 'id', rejects: 3 },
        { code: 'INVALID_INTEGER', column: 'n', rejects: 2 },
        { code: 'KEY_NULL', column: 'id', rejects: 1 },
      ]),
    );
    expect(await rejects()).toEqual([
      { raw: '7,70', reasons: "id: '7' is the key of no row of public.t, and update-only inserts none" },
      {
        raw: '8,x',
        reasons: expect.stringMatching(/^n: 'x' .* \| id: '8' is the key of no row of public.t/) as string,
      },
      { raw: '3,y', reasons: expect.not.stringContaining('public.t') as string },
      { raw: ',5', reasons: expect.not.stringContaining('public.t') as string },
      { raw: '9,2', reasons: expect.stringContaining("id: '9' is the key of no row") as string },
    ]);
    expect(await rows()).toEqual(['1 a 1', '2 b 20', '3 c 3', '4 d 4']);
  });

  it('refuses all of them where the table is empty, and touches nothing', async () => {
    await pipeline.run('truncate public.t');
    const report = await load(['id,n', '1,1', '2,2']);
    expect(report).toMatchObject({ outcome: 'REJECTED', counts: { records: 2, rejected: 2 } });
    expect(report.rejectsByCode).toEqual([{ code: 'NO_ROW', column: 'id', rejects: 2 }]);
  });

  it('says the same in a dry run, and finds it anew where Transform runs again', async () => {
    const lines = ['id,name,n', '1,a,10', '2,b,2', '7,g,7'];
    const dry = await load(lines, { dryRun: true });
    expect(dry.counts).toMatchObject({ rejected: 1, inserted: 0, updated: 1, unchanged: 1 });
    pipeline.before = async ({ event, functionName }) => {
      if (functionName !== 'transform') return;
      pipeline.before = null;
      await transform(event, { awsRequestId: 'test', getRemainingTimeInMillis: () => 900_000 });
      await pipeline.run(`insert into public.t values (7, 'g', 1)`);
    };
    expect((await load(lines, { dryRun: true, force: true })).counts).toMatchObject({
      rejected: 0,
      inserted: 0,
      updated: 2,
      unchanged: 1,
    });
  });

  it('counts a row that is gone by the merge as a reject, and one that became the same as unchanged', async () => {
    beforeMerge(`delete from public.t where id = 2; update public.t set n = 30 where id = 3;
      update public.t set name = 'theirs' where id = 4`);
    const report = await load(['id,n', '1,10', '2,20', '3,30', '4,40']);
    expect(report.counts).toMatchObject({ rejected: 1, inserted: 0, updated: 2, unchanged: 1, stale: 0 });
    expect(report.rejectsByCode).toEqual([{ code: 'NO_ROW', column: 'id', rejects: 1 }]);
    expect(await rejects()).toEqual([
      { raw: '2,20', reasons: "id: '2' is the key of no row of public.t, and update-only inserts none" },
    ]);
    expect(await rows()).toEqual(['1 a 10', '3 c 30', '4 theirs 40']);
  });

  it('keeps its counts where staging is lost after the gate, and rows are gone', async () => {
    let lost = false;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || lost) return;
      lost = true;
      await pipeline.run(`delete from public.t where (id = 2); do $$ declare t text; begin
        for t in select tablename from pg_tables where schemaname = 'landfall_staging'
        loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
    };
    const report = await load(['id,n', '7,70', '1,10', '2,20', '3,3', '3,30']);
    expect(report.counts).toMatchObject({ records: 5, rejected: 2, duplicate: 1, updated: 2, inserted: 0 });
    expect(report.rejectsByCode).toEqual([{ code: 'NO_ROW', column: 'id', rejects: 2 }]);
    expect(await rows()).toEqual(['1 a 10', '3 c 30', '4 d 4']);
  });
});
