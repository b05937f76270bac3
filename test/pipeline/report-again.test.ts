import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { storeFor } from '../../functions/objects/store-for.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { report } from '../../functions/report/step.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline('create table public.t (id integer primary key, n integer, day date)');
});
afterAll(() => pipeline.end());

const names = ['report.json', 'report.html', 'rejects.csv'] as const;

async function filesOf(loadId: number): Promise<Record<(typeof names)[number], string>> {
  const read = async (name: string): Promise<string> =>
    await readFile(`${pipeline.directory}/reports/public.t-id/${loadId}/${name}`, 'utf8');
  return Object.fromEntries(
    await Promise.all(names.map(async (name): Promise<[string, string]> => [name, await read(name)])),
  ) as Record<(typeof names)[number], string>;
}

it('a report that is written again has the same bytes; what another version writes says so', async () => {
  const load = async (name: string, content: string): Promise<number> => {
    const path = await pipeline.file(name, `id,n,day\n${content}`);
    return (await pipeline.load(path, { into: 'public.t', businessKey: ['id'] })).loadId ?? 0;
  };
  const before = await load('before.csv', '1,1,\n');
  const running = await load('running.csv', '1,2,\n');
  const hidden = sql`select outcome from landfall.loads where (load_id = ${running})`;
  expect(await pipeline.rows(hidden)).toEqual([{ outcome: 'LOADED' }]);
  await pipeline.run(`update landfall.loads set outcome = null, ended_at = null where load_id = ${running}`);
  const loadId = await load('a.csv', '1,2,\n2,"1,5",31.12.2025\n3,x,\n4,4,\n4,5,\n');
  const first = await filesOf(loadId);
  const { madeBy, mends } = JSON.parse(first['report.json']) as LoadReport;
  expect(mends).toMatchObject([{ code: 'INVALID_DATE', way: expect.stringContaining('dd.MM.yyyy') }]);
  expect(first['report.html']).toContain(`<th scope="row">${before}`);

  // it ends after the report, as another load comes
  await pipeline.run(
    `update landfall.loads set outcome = 'LOADED', ended_at = clock_timestamp() where load_id = ${running};
    update landfall.loads set report_path = null where load_id = ${loadId}`,
  );
  await load('b.csv', '9,9,\n');
  const again = async (version: string | null): Promise<void> => {
    await pipeline.run(`update landfall.loads set report_path = null where load_id = ${loadId}`);
    await pipeline.connect((db) =>
      report(
        { loadId, attempt: 1, state: 'Report', execution: 'another' },
        { db, storeFor, reports: `file://${pipeline.directory}/reports`, stack: null, version, emit: () => undefined },
      ),
    );
  };
  await again(madeBy?.landfall ?? null);
  expect(await filesOf(loadId)).toEqual(first);

  await again('9.9.9');
  const later = await filesOf(loadId);
  expect(later['rejects.csv']).toBe(first['rejects.csv']);
  const { madeBy: laterMade, ...rest } = JSON.parse(later['report.json']) as LoadReport;
  expect(laterMade).toEqual({ ...madeBy, landfall: '9.9.9' });
  expect({ ...rest, madeBy }).toEqual(JSON.parse(first['report.json']));
  const withoutMaker = (page: string): string => page.replace(/Made by Landfall[^,]*,/u, '');
  expect(withoutMaker(later['report.html'])).toBe(withoutMaker(first['report.html']));
});
