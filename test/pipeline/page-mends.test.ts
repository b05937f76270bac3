import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

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
  '1,"1.234,50",,,,x,',
  '2,,31.12.2025,,,x,',
  '3,,,Ja,,x,',
  '4,,,,3.0,x,',
  '5,,,,,,',
  '6,,,,,x,2026-01-01 10:00:00+02',
  '7,,,',
  'id,amount,day,ok,n,level,at',
  '9,,,,,x,',
  '',
].join('\n');

it('under what the page of a load proposes, its rejects are taken', { timeout: 60_000 }, async () => {
  const world = standIn();
  const file = join(world.folder, 'm.csv');
  await writeFile(file, content);
  const words = ['load', file, '--into', 'public.m', '--key', 'id', '--json', '--database-url', pipeline.url];
  const first = JSON.parse((await type(words, world)).out) as LoadReport;
  expect(first).toMatchObject({ outcome: 'LOADED', counts: { rejected: 8, inserted: 1 } });

  const page = await readFile((first.pagePath ?? '').replace('file://', '').replace('FOLDER', world.folder), 'utf8');
  const ways = [...page.matchAll(/under <code>(--[^<]*)<\/code>/gu)].map(([, way = '']) => way.replaceAll('&#39;', ''));
  expect(ways).toHaveLength(8);
  expect(page).toMatch(/Made by Landfall \d+\.\d+\.\d+, Node [\d.]+ on [a-z0-9 ]+, PostgreSQL \d+/u);
  const options = ways.flatMap((way) => way.split(/ (.*)/u, 2));
  const again = JSON.parse((await type([...words, '--force', ...options], world)).out) as LoadReport;
  expect(again).toMatchObject({ outcome: 'LOADED', counts: { rejected: 0, inserted: 7, unchanged: 1 } });
});
