import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { printedDocuments } from '../../cli/output/printed.ts';
import { runCommand } from '../../cli/run.ts';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { sqlName } from '../../functions/propose/ddl.ts';
import { openProject } from '../../project/open-project.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-init-'));
  return () => rmSync(folder, { recursive: true, force: true });
});
afterAll(() => database.drop());

async function landfall(words: readonly string[], env = { DATABASE_URL: database.url } as Record<string, string>) {
  const said = { out: '', err: '' };
  const code = await runCommand(words, {
    project: await openProject(folder),
    home: join(folder, '.landfall'),
    typedIn: folder,
    env,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    redraw: () => undefined,
    terminalColumns: () => null,
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

/** The last line of stdout. */
function jsonOf(out: string): Record<string, unknown> {
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** Nothing that can be connected to. */
const noDatabase = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };

test('every word that PostgreSQL reserves is quoted', async () => {
  const rows = await database.rows<{ word: string }>(
    sql`select word from pg_catalog.pg_get_keywords() where catcode in ('R', 'T')`,
  );
  expect(rows.map(({ word }) => word).filter((word) => sqlName(word) === word)).toEqual([]);
});

/** Real files: a key of one column, of two, of three, none because records are the same; other formats. Loaded are those that show most. */
const real = [
  { name: 'la-riots.csv', records: 63, key: ['first_name'], isLoaded: false },
  { name: 'stocks.csv', records: 560, key: ['symbol', 'date'], isLoaded: true },
  { name: 'unemployment.tsv', records: 3_218, key: ['id'], isLoaded: false },
  { name: 'barley.json', records: 120, key: ['variety', 'year', 'site'], isLoaded: true },
  { name: 'birdstrikes.csv', records: 10_000, key: [], isLoaded: false },
];

test.each(real)('$name: its table and its dataset', { timeout: 60_000 }, async (file) => {
  const { name, records, key } = file;
  copyFileSync(new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url), join(folder, name));
  const table = `t${real.indexOf(file)}`;
  const ddl = await landfall(['init', name, '--into', `public.${table}`, '--ddl'], noDatabase);
  expect(ddl).toMatchObject({ code: 0, err: '' });
  await database.run(trustedSql(ddl.out));
  const said = await landfall(['init', name, '--into', `public.${table}`, '--max-reject-share', '0', '--json']);
  expect(said).toMatchObject({ code: 0 });
  const keyed = key.length === 0 ? { conflict: { rule: 'append' } } : { key };
  expect(jsonOf(said.out)).toMatchObject({
    file: `datasets/${table}.json`,
    dataset: { name: table, prefix: `${table}/`, ...keyed, limits: { maxRejectShare: 0 } },
    config: 'landfall.config.json',
    ddl: null,
  });
  if (!file.isLoaded) return;
  const load = await landfall(['load', name, '--dataset', table, '--json']);
  expect(jsonOf(load.out)).toMatchObject({ outcome: 'LOADED', counts: { records, inserted: records } });
});

test('a table that is there: its key, its names, words for NULL, a version; nothing is overwritten', {
  timeout: 60_000,
}, async () => {
  await database.run(
    sql`create table public.customers (customer_no integer primary key, amount numeric, updated_at timestamptz, total numeric generated always as (amount) stored)`,
  );
  writeFileSync(
    join(folder, 'customers.csv'),
    'Customer No;amount;updated_at;total;spare\n1;NA;2024-01-02T03:04:05Z;1;x\n2;7;2024-01-02T03:04:06Z;2;y\n',
  );
  const { code, out } = await landfall(['init', 'customers.csv', '--into', 'public.customers', '--json']);
  const said = jsonOf(out);
  expect(printedDocuments['init']?.schema.safeParse(said).error).toBeUndefined();
  expect({ code, dataset: said['dataset'] }).toEqual({
    code: 0,
    dataset: {
      name: 'customers',
      prefix: 'customers/',
      table: 'public.customers',
      key: ['customer_no'],
      delimiter: ';',
      null: ['NA'],
      conflict: { rule: 'newer-wins', versionColumn: 'updated_at' },
      columns: { rename: { 'Customer No': 'customer_no' }, ignore: ['total', 'spare'] },
      limits: { maxRejectShare: 0.01 },
    },
  });
  const written = readFileSync(join(folder, 'datasets/customers.json'), 'utf8');
  const again = await landfall(['init', 'customers.csv', '--into', 'public.customers', '--yes']);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('nothing is overwritten') });
  expect(readFileSync(join(folder, 'datasets/customers.json'), 'utf8')).toBe(written);
  const load = await landfall(['load', 'customers.csv', '--dataset', 'customers', '--json']);
  expect(jsonOf(load.out)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 0 } });
});

test('what a table does not take as it stands is cleaned where every cell proves how', async () => {
  await database.run(
    sql`create table public.sold (id integer primary key, amount numeric, on_day date, other date, paid boolean)`,
  );
  writeFileSync(
    join(folder, 'sold.csv'),
    'id;amount;on_day;other;paid\n1;1.234,50;31.12.2024;01/02/2024;yes\n2;-;00.00.0000;02/03/2024;no\n',
  );
  writeFileSync(join(folder, 'sold.json'), '[{"id": 3, "amount": "n/a", "on_day": ""}, {"id": 4, "amount": 5}]');
  const delimited = jsonOf((await landfall(['init', 'sold.csv', '--into', 'public.sold', '--json'])).out);
  const clean = {
    amount: ['null:-', 'group:dot', 'decimal:comma'],
    on_day: ['null:00.00.0000', 'date:dd.MM.yyyy'],
    paid: ['boolean:yes/no'],
  };
  expect(delimited).toMatchObject({ dataset: { columns: { clean } } });
  expect(delimited['proposals']).toContainEqual({
    question: 'cleaning',
    answer: 'other: nothing',
    why: expect.stringContaining('[date:dd/MM/yyyy] or [date:MM/dd/yyyy]'),
  });
  const json = ['init', 'sold.json', '--into', 'public.sold', '--name', 'more', '--json'];
  expect(jsonOf((await landfall(json)).out)).toMatchObject({
    dataset: { columns: { clean: { amount: ['null:n/a'], on_day: ['empty:null'] } } },
  });
  const load = await landfall(['load', 'sold.json', '--dataset', 'more', '--json']);
  expect(jsonOf(load.out)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 0 } });
});

test('records inside of a document are found, and the path to them is written', async () => {
  writeFileSync(
    join(folder, 'answer.json'),
    '{"total": 2, "data": {"items": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}]}}',
  );
  const ddl = await landfall(['init', 'answer.json', '--into', 'public.answers', '--ddl'], noDatabase);
  await database.run(trustedSql(ddl.out));
  const { out } = await landfall(['init', 'answer.json', '--into', 'public.answers', '--json']);
  expect(jsonOf(out)).toMatchObject({
    dataset: { format: 'json', jsonPath: 'data.items', key: ['id'] },
    proposals: expect.arrayContaining([
      expect.objectContaining({ why: expect.stringContaining('whose data.items is an array of 2 objects') }),
    ]),
  });
  const load = await landfall(['load', 'answer.json', '--dataset', 'answers', '--json']);
  expect(jsonOf(load.out)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 0 } });
  const whole = await landfall(['init', 'answer.json', '--into', 'public.w', '--json-path', '$', '--ddl'], noDatabase);
  expect(whole.out).toContain('data jsonb');
});

test('the table is found by the columns of the file, or asked for', async () => {
  await database.run(
    sql`create table public.readings (station integer, day date, degrees numeric, primary key (station, day))`,
  );
  writeFileSync(join(folder, 'a.csv'), 'Station,Day,Degrees\n1,2024-01-02,3.5\n');
  writeFileSync(join(folder, 'b.csv'), 'who,what\n1,2\n');
  const found = await landfall(['init', 'a.csv', '--json']);
  expect(jsonOf(found.out)).toMatchObject({ dataset: { table: 'public.readings', key: ['station', 'day'] } });
  expect(await landfall(['init', 'b.csv', '--json'])).toMatchObject({
    code: 64,
    err: expect.stringContaining('Say it with --into SCHEMA.TABLE'),
  });
});

const refused: Readonly<Record<string, readonly [content: string, table: string, code: number, said: string]>> = {
  'an empty file': ['', 'public.nowhere', 3, 'the file is empty'],
  'what is no table': [
    '\u0000\u0001\u0002PNG'.repeat(300),
    'public.nowhere',
    3,
    'none of its records can be taken apart',
  ],
  'a view': ['a\n1\n', 'public.v', 3, 'public.v is a view'],
  'a table without its columns': ['x,y\n1,2\n', 'public.needs', 1, 'has none of the columns of the file'],
  'a table that needs more': ['a,y\n1,2\n', 'public.needs', 1, 'public.needs needs "b", which the file lacks'],
  'a quote that never closes': [
    `a,b\n1,"2\n${'3,4\n'.repeat(9)}`,
    'public.nowhere',
    3,
    'a quote opens in it that is never closed',
  ],
};

test.each(Object.entries(refused))(
  '%s is refused, and nothing is written',
  async (_what, [content, table, code, said]) => {
    await database.run(
      trustedSql(
        'create or replace view public.v as select 1 as a; create table if not exists public.needs (a integer primary key, b text not null)',
      ),
    );
    writeFileSync(join(folder, 'f.csv'), content);
    expect(await landfall(['init', 'f.csv', '--into', table, '--yes'])).toMatchObject({
      code,
      err: expect.stringContaining(said),
    });
    expect(existsSync(join(folder, 'landfall.config.json'))).toBe(false);
  },
);

test('a header without records makes a table of text, without a key', async () => {
  writeFileSync(join(folder, 'f.csv'), 'a,b\n');
  expect(await landfall(['init', 'f.csv', '--into', 'public.f', '--ddl'], noDatabase)).toMatchObject({
    code: 0,
    out: expect.stringContaining('create table public.f (\n  a text,\n  b text\n);'),
  });
});

const cell = fc.oneof(
  fc.constantFrom('', '0', '-7', '2147483648', '99999999999999999999', '1.50', '1e5', '01067', 'n/a', 'true', 'False'),
  fc.constantFrom('2024-02-29', '2024-01-02T03:04:05Z', '2024-01-02 03:04:05', '23:59:59', 'Süd "x"', 'a,b\nc'),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !/[\0\r\uD800-\uDFFF]/.test(text)),
);

test('a proposed table holds every cell of any file as it stands', { timeout: 60_000 }, async () => {
  const columns = fc
    .integer({ min: 1, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
    );
  await fc.assert(
    fc.asyncProperty(columns, async (rows) => {
      const width = rows[0]?.length ?? 0;
      const header = Array.from({ length: width }, (_, i) => `c${i}`);
      const quoted = (text: string): string => (text === '' ? '' : `"${text.replaceAll('"', '""')}"`);
      const lines = [['nr', ...header], ...rows.map((row, i) => [String(i), ...row.map(quoted)])];
      writeFileSync(join(folder, 'any.csv'), lines.map((line) => line.join(',')).join('\n'));
      const ddl = await landfall(
        ['init', 'any.csv', '--into', 'public."any"', '--delimiter', ',', '--ddl'],
        noDatabase,
      );
      expect(ddl).toMatchObject({ code: 0, err: '' });
      await database.run(trustedSql(`drop table if exists public."any"; ${ddl.out}`));
      const objects = rows.map((row, i) =>
        Object.fromEntries([['nr', String(i)], ...row.map((text, c) => [`c${c}`, text === '' ? null : text])]),
      );
      await database.run(
        sql`insert into public."any" select * from pg_catalog.jsonb_populate_recordset(null::public."any", ${JSON.stringify(objects)}::jsonb)`,
      );
      const [{ n } = { n: 0 }] = await database.rows<{ n: number }>(
        sql`select pg_catalog.count(*)::int4 as n from public."any"`,
      );
      expect(n).toBe(rows.length);
    }),
    { numRuns: 25 },
  );
});
