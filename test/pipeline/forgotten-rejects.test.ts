import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { storeFor } from '../../functions/objects/store-for.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { readLoad } from '../../functions/ledger/loads/load.ts';
import { quarantineRequest } from '../../functions/replay/replay-request.ts';
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
  for (const name of ['old', 'young', 'failed', 'of another', 'given up', 'loaded meanwhile'])
    loads.push(
      await pipeline.load(await pipeline.file(`${name}.csv`, 'id,n\n1,1\n2,x\n3,y\n'), {
        into: 'public.t',
        businessKey: ['id'],
        clean: { n: ['map:1=7'] },
      }),
    );
  const [old, young, failed, other, givenUp, meanwhile] = loads.map(({ loadId }) => loadId);
  await pipeline.run(`
    update landfall.loads set dataset = 'kept' where load_id <> ${other};
    update landfall.loads set ended_at = now() - interval '31 days' where load_id <> ${young};
    update landfall.loads set outcome = 'FAILED', code = 'DEADLINE_PASSED' where load_id = ${failed};
    update landfall.loads set outcome = 'FAILED', code = 'REPLACED' where load_id = ${givenUp};
    update landfall.loads set outcome = 'ALREADY_LOADED' where load_id = ${meanwhile}`);
  const table = { prefix: 'kept/', table: 'public.t', key: ['id'] };
  const datasets = [
    defineDataset({ name: 'kept', ...table, keepRejectsDays: 30 }),
    defineDataset({ name: 'public.t(id)', ...table, prefix: 'other/' }),
  ];
  expect(await pipeline.connect((db) => forgetRejects(db, datasets))).toBe(6);
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
    [old, young, failed, other, givenUp, meanwhile].map((loadId) => ({
      load_id: loadId,
      cleaned: {
        ...cleaned,
        samples: [old, givenUp, meanwhile].includes(loadId) ? [] : [{ from: '1', to: '7' }],
      },
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

it('rejects that a replay has taken stay until it has ended, and those of a replay are open under their load alone', async () => {
  await pipeline.run('alter table public.t add constraint small check (n < 5)');
  const csv = await pipeline.file('a.csv', 'id,n\n1,1\n2,9\n3,y\n');
  const { loadId } = await pipeline.load(csv, { into: 'public.t', businessKey: ['id'] });
  await pipeline.run('alter table public.t drop constraint small');
  const table = { prefix: 'kept/', table: 'public.t', key: ['id'] };
  const datasets = [defineDataset({ name: 'public.t(id)', ...table, keepRejectsDays: 30 })];
  const forget = async (): Promise<number> => await pipeline.connect((db) => forgetRejects(db, datasets));
  const load = await pipeline.connect((db) => readLoad(db, loadId ?? 0));
  const requests = [quarantineRequest(load, {}), quarantineRequest(load, {})] as const;
  pipeline.before = ({ event }) => {
    if (event['state'] === 'Transform') throw new Error('no Transform today');
  };
  const [first, second] = requests;
  expect(await pipeline.execute(first)).toMatchObject({ status: 'FAILED' });
  pipeline.before = null;
  await pipeline.run(
    `delete from landfall.leases; update landfall.loads set ended_at = now() - interval '31 days' where load_id = ${loadId}`,
  );
  expect(await forget()).toBe(0);
  // another takes them meanwhile, and the first one goes on
  expect(await pipeline.execute(second)).toMatchObject({ output: { outcome: 'LOADED' } });
  expect(await pipeline.execute(first)).toMatchObject({ output: { outcome: 'LOADED' } });
  expect(await pipeline.connect((db) => readLoadReport(db, loadId ?? 0))).toMatchObject({
    rejects: { open: 1, closed: 1 },
  });
  expect(await pipeline.rows(sql`select load_id, record_no from landfall.rejects where (closed_by is null)`)).toEqual([
    { load_id: loadId, record_no: 3 },
  ]);
  expect(await pipeline.rows(sql`select id, n from public.t order by id`)).toEqual([
    { id: 1, n: 1 },
    { id: 2, n: 9 },
  ]);
  expect(await forget()).toBe(2);
});
