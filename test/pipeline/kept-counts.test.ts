import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
const lines = ['1,same', '2,new', '3,fresh', '3,fresh', 'x,bad'];

describe('the counts that the ledger keeps', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, name text);
      insert into public.t values (1, 'same'), (2, 'old')`);
  });
  afterEach(() => pipeline.end());

  const expected = {
    records: 5,
    rejected: 1,
    duplicate: 1,
    inserted: 1,
    updated: 1,
    unchanged: 1,
    stale: 0,
    deleted: 0,
  };
  const load = async (): Promise<number> => {
    const path = await pipeline.file('a.csv', ['id,name', ...lines].join('\n'));
    const { loadId, counts } = await pipeline.load(path, into);
    expect(counts).toEqual(expected);
    return loadId ?? 0;
  };

  it('stand by disposition in one column, and in those that the release before reads', async () => {
    await load();
    const counts = { new: 1, changed: 1, unchanged: 1, stale: 0, deleted: 0 };
    expect(
      await pipeline.rows(sql`select planned, counts, planned_new, inserted, updated from landfall.batches`),
    ).toEqual([
      { planned: counts, counts: { ...counts, rejected: 0, duplicate: 0 }, planned_new: 1, inserted: 1, updated: 1 },
    ]);
    expect(await pipeline.rows(sql`select counts, inserted, duplicate, deleted from landfall.loads`)).toEqual([
      { counts: { ...counts, rejected: 1, duplicate: 1 }, inserted: 1, duplicate: 1, deleted: 0 },
    ]);
  });

  it('are read where the release before planned the batches and ended the load', async () => {
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'MergeLane') await pipeline.run('update landfall.batches set planned = null');
      if (event['state'] === 'Finish') await pipeline.run('update landfall.batches set counts = null');
    };
    const loadId = await load();
    await pipeline.run('update landfall.loads set counts = null');
    const report = await withClient({ connectionString: pipeline.url, applicationName: 'test' }, (db) =>
      readLoadReport(db, loadId),
    );
    expect(report.counts).toEqual(expected);
  });
});
