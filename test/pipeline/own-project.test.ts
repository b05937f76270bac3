import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import type { CheckedProject } from '../../cli/checking/checked-project.ts';
import { printedDocuments } from '../../cli/output/printed.ts';
import { runCommand } from '../../cli/run.ts';
import { type LoadReport, loadReportSchema } from '../../functions/protocol/outcomes.ts';
import { openProject } from '../../project/open-project.ts';
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

async function typed(...words: string[]): Promise<{ code: number | null; err: string; out: string }> {
  const { LANDFALL_HOME: _home, LANDFALL_REPORTS: _reports, INIT_CWD: _cwd, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...words], {
    cwd: join(folder, 'datasets'),
    env: { ...env, DATABASE_URL: database.url },
  });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, err, out };
}

/** Throws where it has another form than the one that is published for the verb. */
function read(verb: string, document: unknown): unknown {
  const printed = printedDocuments[verb];
  if (printed === undefined) throw new Error(`no form of ${verb} is published`);
  return printed.schema.parse(document);
}

async function landfall(...words: string[]): Promise<{ code: number | null; err: string; reports: LoadReport[] }> {
  const { code, err, out } = await typed(...words);
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

test('check says all that is wrong with all files, by themselves and beside their tables, each with its place', {
  timeout: 60_000,
}, async () => {
  write(
    'datasets/stale.json',
    `{ "name": "stale", "prefix": "stale/", "table": "public.items", "key": ["skuu"],
  "columns": {
    "rename": { "Quantity": "quantity_on_hand" },
    "rules": { "qty": { "pattern": "x" }, "sku": { "pattern": "((" } } } }`,
  );
  write(
    'datasets/thrown.mjs',
    `import { defineDataset } from '${index}';\n\nexport const t = defineDataset({ name: 'thrown', prefix: 'nope', table: 'public.items', key: [] });\n`,
  );
  const { code, out } = await typed('check', '--json');
  const { datasets, database: asked, against } = read('check', JSON.parse(out)) as CheckedProject;
  const told = datasets.map(({ name, file, problems }) => [
    name,
    file,
    problems.map((each) => [each.line, each.column, each.code, each.path.join('.')]),
  ]);
  expect({ code, told, against }).toEqual({
    code: 3,
    against: undefined,
    told: [
      ['broken', 'datasets/broken.yaml', [[2, 1, 'DATASET_INVALID', 'prefix']]],
      ['customers', 'datasets/customers.json', []],
      ['items', 'datasets/items.ts', []],
      [
        'stale',
        'datasets/stale.json',
        [
          [1, 65, 'KEY_COLUMN', 'key'],
          [3, 17, 'RENAME', 'columns.rename.Quantity'],
          [4, 16, 'RULE', 'columns.rules.qty'],
          [4, 52, 'RULE', 'columns.rules.sku.pattern'],
        ],
      ],
      [
        'thrown',
        'datasets/thrown.mjs',
        [
          [3, 18, 'DATASET_INVALID', ''],
          [3, 18, 'DATASET_INVALID', ''],
          [3, 18, 'DATASET_INVALID', ''],
        ],
      ],
    ],
  });
  expect(asked).toContain(new URL(database.url).pathname);
  rmSync(join(folder, 'datasets/stale.json'));
  rmSync(join(folder, 'datasets/thrown.mjs'));
});

test('check judges files by what the datasets say now, beside what their loads rejected, and leaves nothing of it', {
  timeout: 120_000,
}, async () => {
  const content = async (): Promise<unknown> => ({
    ledger: await database.rows(sql`
      select load.load_id::integer, load.outcome, load.counts,
        (select count(*)::integer from landfall.rejects where (rejects.load_id = load.load_id)) as rejects
      from landfall.loads as load
      order by load.load_id`),
    rejects: await database.rows(sql`select count(*)::integer from landfall.rejects`),
    staging: await database.rows(sql`
      select relname::text from pg_class
      where (relnamespace = 'landfall_staging'::regnamespace)
      order by relname`),
    rows: await database.rows(sql`select id, country from public.customers order by id`),
    reports: namesIn('state/reports/customers'),
  });
  const before = await content();
  const customers = join(folder, 'datasets/customers.json');
  const written = readFileSync(customers, 'utf8');
  writeFileSync(customers, written.replace('"country":{"oneOf":["DE","FR"]}', '"id":{"min":"4"}'));
  const { code, out } = await typed(
    'check',
    '--json',
    '--against',
    '../two.csv',
    '../three.csv',
    '../one.csv',
    '../x.csv',
  );
  writeFileSync(customers, written);
  const { against = [] } = read('check', JSON.parse(out)) as CheckedProject;
  expect({ code, against }).toMatchObject({
    code: 3,
    against: [
      {
        file: '../two.csv',
        dataset: 'customers',
        outcome: 'DRY_RUN',
        counts: { records: 2, rejected: 1 },
        samples: [{ code: 'BELOW_MINIMUM', line: 2 }],
        before: { outcome: 'LOADED', rejected: 1, isOther: false },
        more: [{ code: 'BELOW_MINIMUM', column: 'id', rejects: 1 }],
      },
      { file: '../three.csv', outcome: 'DRY_RUN', counts: { records: 1, rejected: 0 }, more: [] },
      { file: '../one.csv', outcome: 'REJECTED', counts: { rejected: 2 }, more: [{ column: 'id', rejects: 2 }] },
      { file: '../x.csv', dataset: null, outcome: null, before: null },
    ],
  });
  expect(against[3]?.message).toContain('where shall ../x.csv go?');
  expect(await content()).toEqual(before);
});

describe('what is printed as JSON has the form that is published, with its version', () => {
  /** In this process, as the command prints it; without a database named it looks for an embedded server, which does not run. */
  async function told(words: readonly string[], env: Record<string, string>): Promise<string> {
    let out = '';
    const quiet = (): void => undefined;
    const code = await runCommand(words, {
      project: await openProject(folder),
      home: join(folder, 'nothing-runs-here'),
      typedIn: folder,
      env,
      out: (printed) => void (out += printed),
      err: quiet,
      redraw: quiet,
      terminalColumns: () => null,
      signal: new AbortController().signal,
    });
    expect([0, 1, 3]).toContain(code);
    return out;
  }
  const documents = (out: string): readonly unknown[] =>
    out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));

  test.each([
    ['list', ['list']],
    ['status', ['status']],
    ['explain', ['explain', '1']],
    ['rejects', ['rejects', '3']],
    ['doctor', ['doctor']],
    ['sniff', ['sniff', 'one.csv']],
    ['sniff', ['sniff', 'one.csv', '--into', 'public.customers']],
    ['check', ['check']],
    ['pause', ['pause', 'public.items']],
    ['resume', ['resume', 'public.items']],
    ['release', ['release', 'public.items']],
    ['cancel', ['cancel', '1']],
  ])('%s: %j', async (name, words) => {
    const printed = documents(await told([...words, '--json'], { DATABASE_URL: database.url }));
    expect(printed.length).toBeGreaterThan(0);
    for (const each of printed) read(name, each);
    expect(printed[0]).toMatchObject({ schemaVersion: 1 });
  });

  test.each(['list', 'status', 'check', 'doctor'])('%s where there is no database yet', async (name) => {
    const printed = documents(await told([name, '--json'], {}));
    expect(printed).toHaveLength(1);
    for (const each of printed) read(name, each);
  });

  test('a report of a load, and what is listed', async () => {
    const { out } = await typed('load', '../three.csv', '--dataset', 'customers', '--json');
    expect(loadReportSchema.parse(JSON.parse(out))).toMatchObject({ schemaVersion: 1, outcome: 'ALREADY_LOADED' });
    const rows = documents(await told(['list', '--output', 'ndjson'], { DATABASE_URL: database.url }));
    expect(rows.length).toBeGreaterThan(1);
    expect(rows).toEqual(rows.map(() => expect.objectContaining({ schemaVersion: 1 }) as unknown));
    const [rejects] = documents(await told(['rejects', '3', '--output', 'json'], { DATABASE_URL: database.url }));
    expect(rejects).toEqual([expect.objectContaining({ schemaVersion: 1, line: 3 })]);
  });
});
