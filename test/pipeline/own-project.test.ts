import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { type LoadReport, loadReportSchema } from '../../functions/protocol/outcomes.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

/** Somebody's repository, with the command started in it as a process of its own. */
let folder: string;
let database: TestDatabase;
const main = new URL('../../cli/main.ts', import.meta.url).pathname;
const index = new URL('../../index.ts', import.meta.url).href;

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await database.run(
    trustedSql(`create table public.customers (id integer primary key, country text not null);
      create table public.items (sku text primary key, qty integer)`),
  );
  folder = mkdtempSync(join(tmpdir(), 'landfall-own-project-'));
  write('landfall.config.json', JSON.stringify({ datasets: ['datasets/*'], home: 'state' }));
  write(
    'datasets/customers.json',
    JSON.stringify({
      name: 'customers',
      prefix: 'customers/',
      table: 'public.customers',
      key: ['id'],
      keepRejectsDays: 30,
      columns: { rules: { country: { oneOf: ['DE', 'FR'] } } },
    }),
  );
  write(
    'datasets/items.ts',
    `import { defineDataset } from '${index}';
    const prefix: string = 'items/';
    export const items = defineDataset({ name: 'items', prefix, table: 'public.items', key: ['sku'], delimiter: ';' });`,
  );
  write('datasets/broken.yaml', 'name: broken\nprefix: no-slash\ntable: public.items\nkey: [sku]\n');
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

function write(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function namesIn(name: string): readonly string[] {
  return existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : [];
}

async function landfall(...words: string[]): Promise<{ code: number | null; err: string; reports: LoadReport[] }> {
  const { LANDFALL_HOME: _home, LANDFALL_REPORTS: _reports, INIT_CWD: _cwd, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...words], {
    cwd: join(folder, 'datasets'),
    env: { ...env, DATABASE_URL: database.url },
  });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const lines = out.split('\n').filter((line) => line !== '');
  return { code, err, reports: lines.map((line) => loadReportSchema.parse(JSON.parse(line))) };
}

test('its datasets are loaded by their names and their prefixes, from a folder below, and keep rejects as long as they say', {
  timeout: 120_000,
}, async () => {
  write('one.csv', 'id,country\n1,DE\n2,XX\n');
  const one = await landfall('load', '../one.csv', '--dataset', 'customers', '--json');
  expect(one).toMatchObject({ code: 0, reports: [{ outcome: 'LOADED', counts: { inserted: 1, rejected: 1 } }] });
  const report = one.reports[0]?.reportPath ?? '';
  expect(report).toContain(`${folder}/state/reports/`);
  expect(existsSync(report)).toBe(true);
  await database.run(sql`update landfall.loads set ended_at = now() - interval '31 days'`);

  write('state/landing/items/may.csv', 'sku;qty\na;1\nb;2\n');
  const items = await landfall('load', '../state/landing/items/may.csv', '--json');
  expect(items).toMatchObject({ code: 0, reports: [{ dataset: 'items', outcome: 'LOADED', counts: { inserted: 2 } }] });
  expect(existsSync(report)).toBe(true);

  write('two.csv', 'id,country\n3,FR\n4,XX\n');
  const two = await landfall('load', '../two.csv', '--dataset', 'customers', '--json');
  expect(two).toMatchObject({ code: 0, reports: [{ outcome: 'LOADED', counts: { inserted: 1, rejected: 1 } }] });
  expect(existsSync(report)).toBe(false);
  const kept = await database.rows<{ line: number }>(sql`select line::integer from landfall.rejects`);
  expect(kept).toEqual([{ line: 3 }]);
  const left = await database.rows(sql`select load_id::integer from landfall.rejects`);
  expect(left).toEqual([{ load_id: two.reports[0]?.loadId }]);
});

test('its datasets reach the functions by no folder that others can write to, and nothing of them is left', {
  timeout: 60_000,
}, async () => {
  const left = (): readonly string[] => [
    ...readdirSync(tmpdir()).filter((name) => name.startsWith('landfall-datasets-')),
    ...namesIn('state/datasets'),
  ];
  const before = left();
  expect(before.filter((name) => name.endsWith('.json'))).toEqual([]);
  chmodSync(join(folder, 'state'), 0o777);
  rmSync(join(folder, 'state/datasets'), { recursive: true });
  write('three.csv', 'id,country\n5,DE\n');
  const three = await landfall('load', '../three.csv', '--dataset', 'customers', '--json');
  chmodSync(join(folder, 'state'), 0o700);
  expect(three).toMatchObject({ code: 0, reports: [{ outcome: 'LOADED', counts: { inserted: 1 } }] });
  expect(existsSync(join(folder, 'state/datasets'))).toBe(false);
  expect(left()).toEqual(before);
});

test('a dataset that is wrong is told with all that is wrong, where it is asked for', async () => {
  write('x.csv', 'sku\n1\n');
  const { code, err, reports } = await landfall('load', '../x.csv', '--dataset', 'broken', '--json');
  expect({ code, reports }).toEqual({ code: 64, reports: [] });
  expect(err).toContain('--dataset broken: broken.yaml: prefix: must end with /');
});
