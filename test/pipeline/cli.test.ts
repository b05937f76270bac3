import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../cli/run.ts';
import { type LoadReport, loadReportSchema } from '../../functions/protocol/outcomes.ts';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { execute, one, withClient } from '../../functions/db/client.ts';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { sampleProject } from '../support/sample-datasets.ts';

// The real command in a process of its own, as npm starts it: in the project's folder, INIT_CWD naming where the person stands.

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'landfall-command-'));
const running = new Set<ChildProcess>();

beforeAll(async () => {
  database = await testDatabase();
  await run(`
    create table public.item (id int primary key, name text not null);
    create table public.orders (
      id bigint primary key, account text, email text, amount numeric(12,2), currency char(3), created_at timestamptz,
      status text, note text
    )`);
  writeFileSync(join(folder, 'items.csv'), 'id,name\n1,Nut\n2,Bolt\n3,\n');
  writeFileSync(join(folder, 'items.tsv'), 'id\tname\n4\tCog\n');
  writeFileSync(join(folder, 'wrong.csv'), 'id,colour\n1,red\n');
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

const intoItem = ['--into', 'public.item', '--key', 'id', '--json'];

test('a record that is too long says what raises the limit, and that option takes it', {
  timeout: 120_000,
}, async () => {
  writeFileSync(join(folder, 'long.csv'), `id,name\n71,${'x'.repeat(300)}\n72,y\n`);
  const cut = await landfall(['load', 'long.csv', ...intoItem, '--dry-run', '--max-record-bytes', '200']);
  expect(cut.reports).toMatchObject([{ counts: { rejected: 1, inserted: 1 } }]);
  const rejects = await landfall(['rejects', String(cut.reports[0]?.loadId), '--json']);
  expect(rejects.out).toContain('or --max-record-bytes beside --into');
  const whole = await landfall(['load', 'long.csv', ...intoItem, '--dry-run', '--max-record-bytes', '400']);
  expect(whole.reports).toMatchObject([{ counts: { rejected: 0, inserted: 2 } }]);
});

test('a dry run counts and changes nothing; the load then does what it said; again it is already loaded', {
  timeout: 120_000,
}, async () => {
  const dry = await landfall(['load', 'items.csv', ...intoItem, '--dry-run']);
  expect(dry).toMatchObject({
    code: 0,
    reports: [{ outcome: 'DRY_RUN', counts: { records: 3, inserted: 2, rejected: 1 } }],
  });
  expect(await rowsOf('item')).toBe(0);
  const rejects = await told(['rejects', String(dry.reports[0]?.loadId)]);
  expect(rejects.out).toMatch(/^line 4\n  NOT_NULL name: /);

  const first = await landfall(['load', 'items.csv', ...intoItem]);
  expect(first).toMatchObject({ code: 0, reports: [{ outcome: 'LOADED', counts: { inserted: 2, rejected: 1 } }] });
  expect(await rowsOf('item')).toBe(2);

  const again = await landfall(['load', 'items.csv', ...intoItem]);
  const loadId = first.reports[0]?.loadId;
  expect(again).toMatchObject({ code: 0, reports: [{ outcome: 'ALREADY_LOADED', loadId, counts: { inserted: 2 } }] });

  const forced = await landfall(['load', 'items.csv', ...intoItem, '--force']);
  expect(forced).toMatchObject({ code: 0, reports: [{ outcome: 'LOADED', counts: { unchanged: 2, rejected: 1 } }] });
});

test('a plan shows what a load would do to each column, changes nothing, and the load then does it', {
  timeout: 120_000,
}, async () => {
  await run(`
    create table public.priced (sku text primary key, price numeric(8,2), label text);
    insert into public.priced select 'p' || i, i, 'l' from generate_series(1, 4) as i`);
  writeFileSync(join(folder, 'prices.csv'), 'sku,price,label\np1,1.50,l\np2,2.50,\np3,3,l\np9,9,l\n');
  const typed = ['prices.csv', '--into', 'public.priced', '--key', 'sku'];
  const shown = await ending(start(['plan', ...typed]));
  expect(
    shown.out.replaceAll(/, in .*records\/s|\(load \d+\)| {2}(?:report|page) {4}.*\n/g, ''),
  ).toMatchInlineSnapshot(`
    "prices.csv into public.priced(sku): plan: this would happen, nothing was changed 
        records    4  49 bytes
      + inserted   1
      ~ updated    2
        unchanged  1
      changes     3 cells in 2 columns
        ~  price  2
        ~  label  1  1 of them to NULL
      for example
        ~  sku=p1  price  '1.00'  ->  '1.50'
        ~  sku=p2  price  '2.00'  ->  '2.50'
        ~  sku=p2  label  'l'     ->  NULL
      next        \`landfall load\` with the same words does this, where nobody else writes meanwhile
    "
  `);
  const { code, reports } = await landfall(['plan', ...typed, '--json']);
  expect(code).toBe(0);
  expect(reports).toMatchObject([
    { schemaVersion: 1, outcome: 'DRY_RUN', counts: { inserted: 1, updated: 2, unchanged: 1 } },
  ]);
  expect(reports[0]?.diff?.columns).toEqual([
    { column: 'price', changed: 2, turnedNull: 0 },
    { column: 'label', changed: 1, turnedNull: 1 },
  ]);
  const loaded = await landfall(['load', ...typed, '--json']);
  expect(loaded.reports).toMatchObject([{ outcome: 'LOADED', counts: reports[0]?.counts, diff: reports[0]?.diff }]);
});

test('several files: one report each, in order, and the worst exit code; a .tsv needs no delimiter', async () => {
  const { code, reports } = await landfall(['load', 'items.tsv', 'wrong.csv', 'items.tsv', ...intoItem]);
  expect(reports.map(({ outcome }) => outcome)).toEqual(['LOADED', 'REJECTED', 'ALREADY_LOADED']);
  expect(code).toBe(3);
});

test('status, explain and rejects tell of a load afterwards', async () => {
  const [written] = (await landfall(['load', 'items.csv', ...intoItem, '--force'])).reports;
  // what wrote report.json stands in that alone
  const { madeBy, ...report } = written ?? expect.fail('no report');
  expect(madeBy).toMatchObject({ node: process.versions.node, stack: null });
  const loadId = String(report.loadId);
  const status = JSON.parse((await told(['status', '--json'])).out) as {
    loads: { loadId: number; outcome: string }[];
  };
  expect(status.loads[0]).toMatchObject({ loadId: report.loadId, outcome: 'LOADED' });
  expect((await told(['status'])).out).toContain('items.csv');
  expect((await told(['explain', loadId])).out).toContain('NOT_NULL');
  expect(JSON.parse((await told(['explain', loadId, '--json'])).out)).toMatchObject(report);
  const rejects = await told(['rejects', loadId, '--json']);
  expect(JSON.parse(rejects.out)).toMatchObject({
    line: 4,
    kind: 'reject',
    raw: '3,',
    reasons: [{ code: 'NOT_NULL' }],
  });
});

test('--throttle-query reaches the processes of the command, and no ledger', async () => {
  const statement = 'select 0 from pg_catalog.pg_stat_activity limit 1';
  const [report] = (
    await landfall(['load', 'items.csv', ...intoItem, '--force', '--throttle-query', statement, '--live', 'no'])
  ).reports;
  expect(report).toMatchObject({ outcome: 'LOADED' });
  const asked = await database.rows(
    sql`select request -> 'traffic' as asked, contract -> 'traffic' -> 'throttleQuery' as held from landfall.loads where (load_id = ${report?.loadId ?? 0})`,
  );
  expect(asked).toEqual([{ asked: { live: 'no' }, held: { sql: statement, stopAbove: 0 } }]);
});

test('sniff tells how a file is to be read, by its bytes or by the table, and what it says loads it', {
  timeout: 120_000,
}, async () => {
  writeFileSync(join(folder, 'report.csv'), 'Report of May\n\nid;name\n81;Nut, small\n82;Bolt\n');
  const alone = await told(['sniff', 'report.csv', '--json']);
  expect(JSON.parse(alone.out)).toMatchObject({ isSure: true, skipRows: 2, header: ['id', 'name'] });
  const asked = await told(['sniff', 'report.csv', '--into', 'public.item']);
  expect(asked.out).toContain("read as     --delimiter ';' --skip-rows 2; 2 of 2 records fit public.item");
  const declared = await landfall([
    'load',
    'report.csv',
    ...intoItem,
    '--dry-run',
    '--delimiter',
    ';',
    '--skip-rows',
    '2',
  ]);
  expect(declared.reports).toMatchObject([{ counts: { inserted: 2 } }]);
  const unsure = await told(['sniff', 'wrong.csv', '--into', 'public.item']);
  expect(unsure).toMatchObject({ code: 3 });
  writeFileSync(join(folder, 'ended.dat'), 'id;name~91;Nut~92;"Bo~lt"~93;Cog~');
  for (const typed of [['--record-end', '~'], []]) {
    const ended = await told(['sniff', 'ended.dat', '--into', 'public.item', ...typed]);
    expect(ended.out).toContain("--delimiter ';' --record-end '~'; 3 of 3 records fit public.item");
  }
  const words = ['--delimiter', ';', '--record-end', '~', '--dry-run'];
  const loaded = await landfall(['load', 'ended.dat', ...intoItem, ...words]);
  expect(loaded.reports).toMatchObject([{ counts: { records: 3, inserted: 3 } }]);
});

test('url prints the address that clients need, and nothing else', async () => {
  expect(await landfall(['url'])).toMatchObject({ code: 0, out: `${database.url}\n`, err: '' });
});

test('retry, cancel, release and backfill work on what commands of this machine left behind', {
  timeout: 120_000,
}, async () => {
  const [report] = (await landfall(['load', 'items.csv', ...intoItem, '--force'])).reports;
  const loadId = String(report?.loadId);
  expect(await landfall(['retry', loadId])).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing to retry'),
  });
  // as a command leaves it that was killed
  await run(`update landfall.loads set outcome = null, ended_at = null where load_id = ${loadId}`);
  await run(`
    insert into landfall.leases (target, load_id, attempt, execution, token, owner, expires_at)
    select target, load_id, attempt, execution, 'x', '{"pid": 1, "startedAt": "gone", "host": "${hostname()}"}', now() + interval '1 h'
    from landfall.loads where load_id = ${loadId}`);
  const released = await told(['release', loadId, '--json', '--reason', 'it was killed']);
  expect(JSON.parse(released.out)).toMatchObject({ target: 'public.item', released: true, forced: false });
  expect((await told(['cancel', loadId])).out).toContain('is FAILED (CANCELLED) now');
  expect((await told(['list', '--outcome', 'failed', '--limit', '1'])).out).toContain('items.csv');
  const retried = await landfall(['retry', loadId, '--json']);
  expect(retried.code).toBe(0);
  expect(parseReports(retried.out)).toMatchObject([{ loadId: report?.loadId, outcome: 'LOADED' }]);

  await run(`update landfall.loads set outcome = 'FAILED', ended_at = now() where load_id = ${loadId}`);
  const many = await landfall(['retry', '--failed', '--since', '1h', '--json']);
  expect(many).toMatchObject({ code: 0, err: expect.stringMatching(/^\d loads? begun again: FAILED since/mu) });
  expect(parseReports(many.out).map((each) => each.loadId)).toContain(report?.loadId);

  mkdirSync(join(folder, '.landfall/landing/orders'), { recursive: true });
  const row = '6000000,a,,1.00,EUR,2024-01-01T00:00:00Z,new,\n';
  writeFileSync(
    join(folder, '.landfall/landing/orders/missed.csv'),
    `id,account,email,amount,currency,created_at,status,note\n${row}`,
  );
  const backfilled = await landfall(['backfill', 'orders/', '--since', '1h', '--json']);
  expect(parseReports(backfilled.out)).toMatchObject([
    { outcome: 'LOADED', dataset: 'orders', counts: { inserted: 1 } },
  ]);
  const again = await landfall(['backfill', 'orders/', '--since', '1h']);
  expect(again).toMatchObject({ code: 0, out: '', err: expect.stringContaining('nothing to start') });
  rmSync(join(folder, '.landfall/landing'), { recursive: true });
});

test('Ctrl-C ends in under 5 seconds; the same command goes on and ends as if nothing had been', {
  timeout: 120_000,
}, async () => {
  const wanted = { rows: 150_000, seed: 3, badTypes: 0.01, duplicateKeys: 0.05, multiline: 0.05 };
  const { expected } = await writeOrders(join(folder, 'orders.csv'), wanted);
  const words = ['load', 'orders.csv', '--into', 'public.orders', '--key', 'id', '--json', '--slice-bytes', '1000000'];
  const child = start(words);
  const finished = ending(child);
  await said(child.stderr, /orders\.csv: (stage|validate)/);
  const interruptedAt = performance.now();
  child.kill('SIGINT');
  const interrupted = await finished;
  expect(performance.now() - interruptedAt).toBeLessThan(5_000);
  expect(interrupted.code).toBe(130);
  expect(parseReports(interrupted.out)).toMatchObject([{ outcome: 'FAILED', code: 'CANCELLED' }]);

  const { code, reports } = await landfall(words);
  const { accepted, ...others } = expected;
  expect(reports).toMatchObject([
    { outcome: 'LOADED', counts: { records: wanted.rows, inserted: accepted, ...others } },
  ]);
  expect(code).toBe(0);
  expect(await rowsOf('orders')).toBe(accepted);
});

test('dev takes a file that was moved in, says one line, and ends cleanly at Ctrl-C', { timeout: 60_000 }, async () => {
  const landing = join(folder, '.landfall/landing');
  mkdirSync(join(landing, 'strange'), { recursive: true });
  writeFileSync(join(landing, 'strange/file.csv'), 'id\n1\n');
  const child = start(['dev']);
  const finished = ending(child);
  await said(child.stderr, /Ctrl-C ends/);
  const dated =
    'id,account,email,amount,currency,created_at,status,note\n5000000,a,,1.00,EUR,2024-01-01T00:00:00Z,new,\n';
  writeFileSync(join(landing, 'orders/late.csv.tmp'), dated);
  renameSync(join(landing, 'orders/late.csv.tmp'), join(landing, 'orders/late.csv'));
  await said(child.stdout, /late\.csv: .*\n/);
  child.kill('SIGINT');
  const { code, out } = await finished;
  expect(code).toBe(0);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => line.slice('12:00:00 '.length).replace(/\(load.*/, '(load)'));
  expect(lines.toSorted()).toEqual([
    'orders/late.csv: LOADED 1 record: 1 inserted (load)',
    'strange/file.csv: no dataset claims it; its prefix belongs to none of the project',
  ]);
});

function start(words: readonly string[]): ChildProcess & { stdout: Readable; stderr: Readable } {
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...words], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, INIT_CWD: folder, LANDFALL_HOME: join(folder, '.landfall'), DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  return child;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function ending(child: ReturnType<typeof start>): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => void (out += chunk));
  child.stderr.on('data', (chunk) => void (err += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

async function landfall(words: readonly string[]): Promise<Ended & { reports: readonly LoadReport[] }> {
  const ended = await ending(start(words));
  return { ...ended, reports: words[0] === 'load' || words[0] === 'plan' ? parseReports(ended.out) : [] };
}

/** The same command in this process, which runs no load: Node's start would be most of its time. */
async function told(words: readonly string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const code = await runCommand(words, {
    home: join(folder, '.landfall'),
    typedIn: folder,
    project: sampleProject(folder),
    env: { DATABASE_URL: database.url },
    out: (text) => void (out += text),
    err: () => undefined,
    redraw: () => undefined,
    terminalColumns: () => null,
    signal: new AbortController().signal,
  });
  return { code, out };
}

/** Every line of stdout is a report, and nothing else is there. */
function parseReports(out: string): readonly LoadReport[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => loadReportSchema.parse(JSON.parse(line)));
}

async function said(stream: Readable, wanted: RegExp): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    stream.on('data', (chunk) => {
      text += chunk;
      if (wanted.test(text)) resolve();
    });
    stream.once('end', () => reject(new Error(`ended without saying ${wanted}: ${text}`)));
  });
}

async function run(statements: string): Promise<void> {
  await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    execute(db, trustedSql(statements)),
  );
}

async function rowsOf(table: 'item' | 'orders'): Promise<number> {
  const counted =
    table === 'item'
      ? sql`select count(*) as rows from public.item`
      : sql`select count(*) as rows from public.orders where (id < 5000000)`;
  return await withClient(
    { connectionString: database.url, applicationName: 'test' },
    async (db) => (await one<{ rows: number }>(db, counted)).rows,
  );
}
