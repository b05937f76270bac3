import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, execute, one, withClient } from '../../functions/db/client.ts';
import { beside } from './beside.ts';
import { type BenchDatabase, contentOf, dropDatabase, freshDatabase, targetWal } from './databases.ts';
import { jsonFiles } from './json-file.ts';
import type { Bench } from './measure.ts';
import { readOptions } from './options.ts';
import { latencyIn } from './traffic/latency.ts';
import { f2, h1, h1Distinct, h2Distinct, jsonPopulate, type ScriptStep } from './peers.ts';
import { runScript } from './run-script.ts';
import { figure, median, ratio, ratioOfRuns } from './statistics.ts';
import { expectContent } from './verify.ts';
import { outside } from '../support/outside.ts';

const rows = 2_000;
let folder = '';
let file = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-bench-test-'));
  file = join(folder, 'orders.csv');
  await writeOrders(file, { rows, seed: 3, shuffle: true });
});
afterAll(() => rm(folder, { recursive: true }));

describe('the peers', () => {
  test('every script ends with the same rows, in an empty table and again in the full one', async () => {
    await withBench(async (bench, table) => {
      const found: unknown[] = [];
      for (const steps of [f2, h1, h1Distinct, h2Distinct]) {
        const database = await table();
        for (let times = 1; times <= 2; times += 1) {
          const { walBytes } = await runScript(bench, { name: 'node', label: '' }, { steps, database, file });
          expect(walBytes).toBeGreaterThan(0);
          found.push(await contentOf(database));
        }
      }
      expect(new Set(found.map((content) => JSON.stringify(content))).size).toBe(1);
      expect(found[0]).toMatchObject({ rows });
    });
  });

  test('the script of JSON lines ends with the rows of the CSV, packed or not', async () => {
    await withBench(async (bench, table) => {
      const expected = { rejected: 0, duplicate: 0, accepted: rows };
      const { plain, packed } = await jsonFiles({ path: file, rows, bytes: 0, expected });
      const found: unknown[] = [];
      for (const [steps, path] of [
        [f2, file],
        [jsonPopulate, plain.path],
        [jsonPopulate, packed.path],
      ] as const) {
        const database = await table();
        await runScript(bench, { name: 'node', label: '' }, { steps, database, file: path });
        found.push(await contentOf(database));
      }
      expect(found).toEqual([found[0], found[0], found[0]]);
      expect(found[0]).toMatchObject({ rows });
    });
  });

  test.each([
    ['F2', f2],
    ['H2', h2Distinct],
  ])('%s joins by hash, also where the target is vacuumed and empty', async (_name, steps) => {
    await withBench(async (_bench, table) => {
      const database = await table();
      await within(database, async (db) => {
        await outside(db, sql`set search_path = public`);
        await outside(db, sql`vacuum public.orders`);
        const lines: string[] = [];
        for (const text of steps.flatMap((step) => ('sql' in step ? [step.sql] : []))) {
          if (/(insert|merge) into/.test(text)) {
            const explained = await db.query<Record<string, string>>(`explain ${text}`);
            lines.push(...explained.rows.flatMap((line) => Object.values(line)));
          } else await outside(db, trustedSql(text));
        }
        expect(lines.join('\n')).toMatch(/Hash/);
        expect(lines.join('\n')).not.toMatch(/Nested Loop|Merge Join|Merge Anti Join/);
      });
    });
  });

  test('a script that fails ends the benchmark with what PostgreSQL said', async () => {
    await withBench(async (bench, table) => {
      const steps: readonly ScriptStep[] = [{ sql: 'select 1 / 0' }];
      const database = await table();
      await expect(runScript(bench, { name: 'node', label: '' }, { steps, database, file })).rejects.toThrow(
        /division by zero/,
      );
    });
  });
});

describe('what is measured', () => {
  test('WAL of the target is what touches it, and nothing else', async () => {
    await withBench(async (_bench, table) => {
      const database = await table();
      const order = `1, 'a', null, 1.00, 'EUR', '2024-01-01', 'new', null`;
      const [from, between, to] = await within(database, async (db) => {
        const at = async (): Promise<string> =>
          (await one<{ at: string }>(db, sql`select pg_current_wal_insert_lsn()::text as at`)).at;
        const places = [await at()];
        await execute(db, sql`create table public.other as select 1 as n`);
        places.push(await at());
        await execute(db, trustedSql(`insert into public.orders values (${order})`));
        return [...places, await at()] as const;
      });
      expect(await targetWal(database, { from: from ?? '', to: between ?? '' })).toBe(0);
      expect(await targetWal(database, { from: between ?? '', to: to ?? '' })).toBeGreaterThan(100);
    });
  });

  test('a checksum sees one changed cell and not the order of rows', async () => {
    await withBench(async (_bench, table) => {
      const [first, other, changed] = [await table(), await table(), await table()];
      const row = (id: number, note: string): string =>
        `(${id}, 'a', null, 1.00, 'EUR', '2024-01-01', 'new', '${note}')`;
      const fill = async (database: BenchDatabase, values: string): Promise<void> => {
        await within(database, (db) => execute(db, trustedSql(`insert into public.orders values ${values}`)));
      };
      await fill(first, `${row(1, 'x')}, ${row(2, 'y')}`);
      await fill(other, `${row(2, 'y')}, ${row(1, 'x')}`);
      await fill(changed, `${row(1, 'x')}, ${row(2, 'Y')}`);
      const expected = await contentOf(first);
      expect(() => expectContent('the other', expected, expected)).not.toThrow();
      expect(await contentOf(other)).toEqual(expected);
      const wrong = await contentOf(changed);
      expect(() => expectContent('the changed one', wrong, expected)).toThrow(/checksum/);
      expect(() => expectContent('too few', { ...expected, rows: 1 }, expected)).toThrow(/holds 1 rows, it must be 2/);
    });
  });

  test('ratios are of medians, and missing figures give none', () => {
    const [ours, theirs] = [figure([1, 9, 2]), figure([4, 4, 4])];
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect([ours?.median, ours?.min, ours?.max]).toEqual([2, 1, 9]);
    expect(ratio(ours, theirs)).toBe(0.5);
    expect(ratioOfRuns(ours, theirs)).toEqual([0.25, 2.25, 0.5]);
    expect(figure([1, null])).toBeNull();
    expect(ratio(ours, null)).toBeNull();
    const run = (wallMs: number, clientCpuMs: number | null) => ({ wallMs, clientCpuMs, serverCpuMs: 100 });
    const both = beside([run(300, 200), run(200, 300)], [run(100, 100), run(400, 100)]);
    expect([both.wallMs.ratio?.runs, both.cpuMs.ratio?.runs]).toEqual([
      [3, 0.5],
      [1.5, 2],
    ]);
    expect(beside([run(1, null)], [run(1, 1)]).cpuMs.ratio).toBeNull();
  });
});

test('every wrong option is told at once', () => {
  expect(() => readOptions(['--rows', 'many', '--runs', '0', '--only', 'w1,w9', '--client', 'java'])).toThrow(
    /--rows is "many".*\n--runs is "0".*\n--only: "w9"; known are .*\n--client is "java"/,
  );
  expect(readOptions(['--rows', '5_000_000', '--only', 'W4,w1'])).toMatchObject({
    kind: 'bench',
    options: { rows: 5_000_000, only: ['w1', 'w4'], runs: 2 },
  });
  expect(readOptions([])).toMatchObject({ options: { only: ['w1', 'w4', 'w5', 'w7', 'again', 'memory'] } });
  expect(readOptions(['--only', 'w10'])).toMatchObject({ options: { only: ['w10'], runs: 3 } });
  expect(() => readOptions(['--only', 'w1,w10'])).toThrow('w3, w8, w10, w11, w12 and w13 run without the others');
});

test('the time of live traffic is of what was due while it is asked for, and of nothing that failed', () => {
  const transactions = Array.from({ length: 100 }, (_, i) => ({ at: i, ms: i, failure: i === 99 ? '40P01' : null }));
  expect(latencyIn(transactions, [[0, 100]])).toEqual({ transactions: 99, p50: 49, p95: 94, p99: 98, most: 98 });
  expect(
    latencyIn(transactions, [
      [0, 10],
      [20, 30],
    ]).transactions,
  ).toBe(20);
});

let made = 0;

async function withBench(use: (bench: Bench, table: () => Promise<BenchDatabase>) => Promise<void>): Promise<void> {
  const serverUrl = inject('testServerUrl');
  const databases: BenchDatabase[] = [];
  await withClient({ connectionString: serverUrl, applicationName: 'landfall:test' }, async (admin) => {
    const table = async (): Promise<BenchDatabase> => {
      const name = `landfall_bench_test_${process.pid}_${(made += 1)}`;
      databases.push(await freshDatabase({ admin, serverUrl }, { name, checks: true }));
      return databases.at(-1) as BenchDatabase;
    };
    try {
      await use({ admin, postmaster: process.pid, signal: new AbortController().signal }, table);
    } finally {
      for (const database of databases) await dropDatabase(admin, database);
    }
  });
}

async function within<T>({ url }: BenchDatabase, use: (db: Db) => Promise<T>): Promise<T> {
  return await withClient({ connectionString: url, applicationName: 'landfall:test' }, use);
}
