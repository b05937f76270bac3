import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { storeFor } from '../../functions/objects/store-for.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { forgetRejects } from '../../functions/sweep/forget-rejects.ts';
import { forgetReports } from '../../functions/sweep/forget-reports.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await testPipeline('create table public.t (id integer primary key, n integer)');
});
afterEach(() => pipeline.end());

it('rejects are forgotten once they are older than their dataset keeps them, and only of loads that go on no more', async () => {
  const loads = [];
  for (const name of ['old', 'young', 'failed', 'of another'])
    loads.push(
      await pipeline.load(await pipeline.file(`${name}.csv`, 'id,n\n1,1\n2,x\n3,y\n'), {
        into: 'public.t',
        businessKey: ['id'],
        clean: { n: ['map:1=7'] },
      }),
    );
  const [old, young, failed, other] = loads.map(({ loadId }) => loadId);
  await pipeline.run(`
    update landfall.loads set dataset = 'kept' where load_id <> ${other};
    update landfall.loads set ended_at = now() - interval '31 days' where load_id <> ${young};
    update landfall.loads set outcome = 'FAILED' where load_id = ${failed}`);
  const table = { prefix: 'kept/', table: 'public.t', key: ['id'] };
  const datasets = [
    defineDataset({ name: 'kept', ...table, keepRejectsDays: 30 }),
    defineDataset({ name: 'public.t(id)', ...table, prefix: 'other/' }),
  ];
  expect(await pipeline.connect((db) => forgetRejects(db, datasets))).toBe(2);
  const left = await pipeline.rows(
    sql`select load_id, count(*)::integer as rejects from landfall.rejects group by load_id order by load_id`,
  );
  expect(left).toEqual([young, failed, other].map((loadId) => ({ load_id: loadId, rejects: 2 })));
  expect(await pipeline.rows(sql`select rejected from landfall.loads where (load_id = ${old})`)).toEqual([
    { rejected: 2 },
  ]);
  expect(await pipeline.connect((db) => forgetRejects(db, datasets))).toBe(0);
  const samples = await pipeline.rows(
    sql`select load_id, cleaned -> 0 as cleaned from landfall.slices order by load_id`,
  );
  const cleaned = { column: 'n', step: 'map:1=7', cells: 1 };
  expect(samples).toMatchObject(
    [old, young, failed, other].map((loadId) => ({
      load_id: loadId,
      cleaned: { ...cleaned, samples: loadId === old ? [] : [{ from: '1', to: '7' }] },
    })),
  );

  // what is deleted is where reports go now, below the dataset's own folder
  const reports = pathToFileURL(join(pipeline.directory, 'reports')).href;
  const deps = { datasets, storeFor, reports };
  expect(await pipeline.connect((db) => forgetReports({ ...deps, db }))).toBe(0);
  const [path = ''] = loads.map(({ reportPath }) => reportPath ?? '');
  await pipeline.run(
    `update landfall.loads set dataset = 'public.t(id)' where load_id = ${old}; update landfall.loads set report_path = '/etc/hostname' where load_id = ${failed}`,
  );
  const kept = datasets.map((each) => ({ ...each, keepRejectsDays: 30 }));
  const forget = async (): Promise<number> =>
    await pipeline.connect((db) => forgetReports({ ...deps, datasets: kept, db }));
  expect([existsSync(path), existsSync(join(dirname(path), 'rejects.csv'))]).toEqual([true, true]);
  // the old one and that of another; the young one and the failed one stay
  expect(await forget()).toBe(2);
  expect([existsSync(dirname(path)), existsSync(dirname(dirname(path)))]).toEqual([false, true]);
  expect(await forget()).toBe(0);
  expect(await pipeline.connect((db) => readLoadReport(db, old ?? 0))).toMatchObject({
    ...{ reportPath: null, rejectsPath: null, counts: { rejected: 2 } },
  });
}, 120_000);
