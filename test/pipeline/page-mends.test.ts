import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

type Explained = LoadReport & { readonly examples: readonly object[] };

let pipeline: Pipeline;

beforeAll(
  async () =>
    void (pipeline = await testPipeline(
      `create table public.m (id int primary key, amount numeric(12,2), day date, ok boolean, n int, level text not null default 'low', at timestamp)`,
    )),
  120_000,
);
afterAll(async () => await pipeline.end());

/** Each record has another fault, but the last, which none of the ways would change. */
const content = [
  'id,amount,day,ok,n,level,at',
  '1,"1\u00a0234,50",,,,x,',
  '2,,31.12.2025,,,x,',
  '3,,,Ja,,x,',
  '4,,,,3.0,x,',
  '5,,,,,,',
  '6,,,,,x,2026-01-01 10:00:00+02',
  '7,,,',
  'id,amount,day,ok,n,level,at',
  '9,,,,,x,',
  '10,"2\u00a0000,00",,Ja,,x,',
  '',
].join('\n');

it('under what the page of a load proposes, its rejects are taken', { timeout: 60_000 }, async () => {
  const world = standIn();
  const file = join(world.folder, 'm.csv');
  await writeFile(file, content);
  const words = ['load', file, '--into', 'public.m', '--key', 'id', '--json', '--database-url', pipeline.url];
  const first = JSON.parse((await type(words, world)).out) as LoadReport;
  expect(first).toMatchObject({ outcome: 'LOADED', counts: { rejected: 9, inserted: 1 } });

  const page = await readFile((first.pagePath ?? '').replace('file://', '').replace('FOLDER', world.folder), 'utf8');
  const ways = [...page.matchAll(/under <code>(--[^<]*)<\/code>/gu)].map(([, way = '']) => way.replaceAll('&#39;', ''));
  expect(ways).toHaveLength(8);
  expect(ways).toContain('--clean amount=group:blank,decimal:comma');
  expect(page).toContain('Of those that would not, 1 breaks another rule too.');
  expect(page).toMatch(/Made by Landfall \d+\.\d+\.\d+, Node [\d.]+ on [a-z0-9 ]+, PostgreSQL \d+/u);
  const written = (first.reportPath ?? '').replace('file://', '').replace('FOLDER', world.folder);
  const { mends = [] } = JSON.parse(await readFile(written, 'utf8')) as LoadReport;
  expect(mends.map(({ way }) => way)).toEqual(ways);
  expect(mends[0]).toEqual({
    code: 'INVALID_BOOLEAN',
    column: 'ok',
    way: '--clean ok=boolean:Ja/Nein',
    others: [],
    of: 2,
    taken: 2,
    breakAnother: 1,
    isJudged: true,
  });

  const explain = ['explain', String(first.loadId), '--database-url', pipeline.url];
  const told = JSON.parse((await type([...explain, '--json'], world)).out) as Explained;
  expect(told.mends).toEqual(mends.slice(0, 5));
  expect(told.examples[1]).toMatchObject({ column: 'amount', expected: 'numeric(12,2)', value: '1<U+00A0>234,50' });
  const { out } = await type(explain, world);
  expect(out).toContain(
    [
      '        expected numeric(12,2), found 1<U+00A0>234,50',
      '        none of these 2 would break it under --clean amount=group:blank,decimal:comma',
      '        Of those that would not, 1 breaks another rule too.',
    ].join('\n'),
  );
  expect(out).toContain('    found from the rejects alone: plan the load under it before\n');

  const options = ways.flatMap((way) => way.split(/ (.*)/u, 2));
  const again = JSON.parse((await type([...words, '--force', ...options], world)).out) as LoadReport;
  expect(again).toMatchObject({ outcome: 'LOADED', counts: { rejected: 0, inserted: 8, unchanged: 1 } });
});

it('what names its columns is tried by their names, and a record that was cut off without its last cell', async () => {
  const lines = [
    '{"id":21,"amount":"1\u00a0234,50","level":"x"}',
    '{"id":22,"amount":"7\u00a0890,10","level":"x"}',
    '{"id":23,"level":"x"}',
  ];
  const into = { into: 'public.m', businessKey: ['id'] };
  const of = async (name: string, text: string, more: object = {}): Promise<LoadReport['mends']> => {
    const { loadId } = await pipeline.load(await pipeline.file(name, text), { ...into, ...more });
    const place = join(pipeline.directory, 'reports', 'public.m-id', String(loadId), 'report.json');
    return (JSON.parse(await readFile(place, 'utf8')) as LoadReport).mends;
  };
  const way = '--clean amount=group:blank,decimal:comma';
  expect(await of('n.ndjson', `${lines.join('\n')}\n`)).toMatchObject([{ way, taken: 2, of: 2 }]);
  const limits = { maxRawBytes: 24 };
  const cut = 'id,amount,level\n31,"1\u00a0234,50",xxxxxxxxxxxxxxxx\n32,xxxxxxxxxxxxxxxxxxxx\u00a01,y\n33,,x\n';
  expect(await of('c.csv', cut, { limits })).toMatchObject([{ way, taken: 1, of: 1 }]);
  // of a set each by the columns of its own object
  const a = await pipeline.file('a.csv', 'id,amount,level\n41,4,x\n');
  const b = await pipeline.file('b.csv', 'level,amount,id\nx,"1\u00a0234,50",42\nx,4,43,more\nx,4,44,more\nx,45\n');
  const { loadId } = await pipeline.load(a, { ...into, objects: [{ key: a }, { key: b }] });
  const { out } = await type(['explain', String(loadId), '--json', '--database-url', pipeline.url], standIn());
  const { mends, examples } = JSON.parse(out) as Explained;
  expect(examples).toMatchObject([{ object: b }, { object: b, expected: 'numeric(12,2)' }]);
  expect(mends).toMatchObject([
    { code: 'FIELD_COUNT', way: '--long-rows cut', taken: 2, of: 3, breakAnother: 0, isJudged: false },
    { code: 'INVALID_NUMBER', way, taken: 1, of: 1 },
  ]);
});
