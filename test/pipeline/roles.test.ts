import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { datasets } from '../support/sample-datasets.ts';
import { execute, many, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { openDirectoryStore } from '../../functions/objects/directory/directory-store.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { tellFailure } from '../../functions/recorder/tell.ts';
import { sweep } from '../../functions/sweep/step.ts';
import { databaseName } from '../support/database-url.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { forTestedServer, testedMajor } from '../support/postgres-package.ts';
import { codeBlocks } from '../unit/docs/documents.ts';
import { standIn, type Typed, type } from '../unit/cli/terminal.ts';

// docs/operations.md, "The roles", followed word by word: the statements are those of the page, with names of their own.

const suffix = randomBytes(4).toString('hex');
const role = (name: string): string => `landfall_${name}_${suffix}`;
const [ofDatabase = '', ofLedger = '', ofTables = '', withoutBytes = ''] = codeBlocks('docs/operations.md', 'pgsql');

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await as(null, ofDatabase);
  // what \password does
  for (const name of ['owner', 'loader', 'reader', 'nobody']) {
    if (name === 'nobody') await as(null, `create role ${role(name)} login`);
    await as(null, `alter role ${role(name)} password 'secret'`);
  }
  await withClient({ connectionString: urlOf('owner'), applicationName: 'test' }, migrate);
  await as('owner', ofLedger);
  await as(
    null,
    `create table public.customers (name text primary key);
     create table public.orders (id bigint primary key, customer text not null references public.customers, n integer);
     insert into public.customers values ('ana')`,
  );
  await as(null, ofTables);
});
afterAll(async () => {
  await as(
    null,
    ['owner', 'loader', 'reader', 'nobody'].map((name) => `drop owned by ${role(name)} cascade`).join(';'),
  );
  await as(null, ['owner', 'loader', 'reader', 'nobody'].map((name) => `drop role ${role(name)}`).join(';'));
  await database.drop();
});

test('the loader loads, updates, rejects and resumes with only what it was granted', async () => {
  const first = await landfall('loader', 'id,customer,n\n1,ana,1\n2,ana,2\n2,ana,3\n3,bob,1\n4,ana,x\n', 'load');
  expect(first.report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, duplicate: 1, rejected: 2 } });
  const second = await landfall('loader', 'id,customer,n\n1,ana,7\n2,ana,3\n5,ana,5\n', 'load');
  expect(second.report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, updated: 1, unchanged: 1 } });
  await as(null, `update landfall.loads set outcome = 'FAILED' where load_id = ${String(second.report['loadId'])}`);
  const retried = await landfall('loader', null, 'retry', String(second.report['loadId']), '--json');
  expect(JSON.parse(retried.out)).toMatchObject({ outcome: 'LOADED' });
  const [analyzed] = await rows<{ rows: number }>(
    sql`select reltuples::integer as rows from pg_class where (oid = 'public.orders'::regclass)`,
  );
  // before 17 statistics are the table's owner's to take
  expect(analyzed?.rows).toBe(testedMajor < 17 ? -1 : 3);
}, 120_000);

test('the loader sweeps, records what failed and tells it with only what it was granted', async () => {
  const told: string[] = [];
  const tell = async ({ text }: { text: string }): Promise<void> => void told.push(text);
  const fails = async (execution: string): Promise<void> => {
    await as(
      null,
      `insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, execution)
       values ('d', 'public.orders', 'b', '${execution}', '1', 1, 1, '{}', '${execution}');
       insert into landfall.waiters (load_id, execution, target)
       select load_id, execution, target from landfall.loads where (execution = '${execution}')`,
    );
    await withClient({ connectionString: urlOf('loader'), applicationName: 'test' }, async (db) => {
      const end = { executionArn: execution, status: 'FAILED', error: 'DatabaseAway' } as const;
      await recordFailure(db, end);
      await tellFailure(end, { db, tell, emit: () => undefined, stack: null });
    });
  };
  for (const execution of ['arn:one', 'arn:two']) await fails(execution);
  expect(told).toHaveLength(1);
  await as(
    null,
    `update landfall.told_failures set told_at = told_at - interval '2 hours', failed_at = failed_at - interval '2 hours'`,
  );
  await as(null, `update landfall.loads set ended_at = ended_at - interval '1 hour' where (code = 'DatabaseAway')`);
  const swept = await withClient({ connectionString: urlOf('loader'), applicationName: 'test' }, (db) =>
    sweep({
      ...{ db, tell, landing: 'landing', sources: null, datasets, stack: null, emit: () => undefined, now: Date.now },
      ...{ storeFor: async () => openDirectoryStore(), reports: null },
      store: { ...openDirectoryStore(), list: async function* () {} },
      executions: {
        start: async () => 'arn:retried',
        lookAt: async () => ({ isRunning: false, endedAt: null }),
      },
      connectAs: () => Promise.reject(new Error('no index is missing')),
      millisecondsLeft: () => 300_000,
    }),
  );
  expect(swept).toMatchObject({
    windowsLoaded: 0,
    failuresTold: 1,
    retriedLoads: [expect.any(Number), expect.any(Number)],
    listedAll: true,
  });
  expect(told).toHaveLength(2);
});

test('doctor finds nothing wrong with the loader', async () => {
  const { code, out } = await landfall('loader', null, 'doctor', 'public.orders');
  expect(out).not.toContain('FAILED');
  expect(out).toContain('may load it');
  expect(code).toBe(0);
});

test('doctor names every right that a role lacks; what it says to do makes it pass', async () => {
  expect(await landfall('nobody', null, 'status')).toMatchObject({ code: 1, err: expect.stringContaining('doctor') });
  const before = await landfall('nobody', null, 'doctor', 'public.orders', '--json');
  expect(before.code).toBe(1);
  const wrong = checksOf(before).filter(({ state }) => state === 'failed');
  expect(wrong.map(({ check }) => check)).toEqual(['ledger rights', 'table public.orders']);
  await as(null, wrong.flatMap(({ fix }) => fix.split('\n').filter((line) => line.startsWith('grant '))).join('\n'));
  const after = await landfall('nobody', null, 'doctor', 'public.orders', '--json');
  expect(checksOf(after).filter(({ state }) => state === 'failed')).toEqual([]);
  expect(after.code).toBe(0);
});

test('doctor says which grant would show standbys to the loader', async () => {
  const grants = async (): Promise<readonly string[]> => {
    const checks = checksOf(await landfall('loader', null, 'doctor', '--json'));
    return checks.filter(({ check }) => check === 'signal replication').map(({ fix }) => fix);
  };
  const [fix = ''] = await grants();
  expect(fix).toMatch(/^where the server is to have one:\ngrant pg_read_all_stats to /);
  await as(null, fix.split('\n').at(-1) ?? '');
  expect(await grants()).toEqual([]);
});

test('doctor says who reads bytes of the quarantine by an old grant; what it says to do takes that back and no more', async () => {
  const readers = async (): Promise<readonly { said: string; fix: string }[]> => {
    const checks = checksOf(await landfall('loader', null, 'doctor', '--json'));
    return checks.filter(({ check }) => check.startsWith('readers of '));
  };
  const mayRead = async (table: string, columns: string): Promise<boolean> =>
    await as('reader', `select ${columns} from landfall.${table} limit 1`).then(
      () => true,
      () => false,
    );
  const takeBack = async (told: readonly { fix: string }[]): Promise<void> => {
    for (const { fix } of told) {
      const [who = '', ...statements] = fix.split('\n');
      expect(who).toContain(role('owner'));
      await as('owner', statements.join('\n'));
    }
  };

  // docs/operations.md gives the reader all tables but the journal, and says what to do where records are personal
  const first = await readers();
  expect(first.map(({ said }) => said)).toEqual([`${role('reader')} may read the bytes of refused records (raw)`]);
  await takeBack(first);
  expect(await readers()).toEqual([]);
  expect([await mayRead('rejects', 'raw'), await mayRead('rejects', 'record_no, reasons, closed_by')]).toEqual([
    false,
    true,
  ]);

  // a grant on the column alone, one for everybody, and one on all tables, as documents had it
  await as(
    'owner',
    `grant select (raw) on landfall.rejects to ${role('reader')}; grant select on landfall.rejects to public;`,
  );
  await as('owner', `grant select on all tables in schema landfall to ${role('reader')}`);
  const then = await readers();
  expect(then.map(({ said }) => said)).toEqual([
    `${role('reader')} may read rows of tables as they were (keys, images)`,
    `${role('reader')} may read the bytes of refused records (raw)`,
    'everybody may read the bytes of refused records (raw)',
  ]);
  await takeBack(then);
  expect(await readers()).toEqual([]);
  expect([
    await mayRead('rejects', 'raw'),
    await mayRead('journal', 'images'),
    await mayRead('rejects', 'record_no, reasons, closed_by'),
    await mayRead('loads', 'load_id'),
  ]).toEqual([false, false, true, true]);
  await as(
    'owner',
    `revoke select (record_no) on landfall.rejects from public; grant select (raw) on landfall.rejects to ${role('reader')}`,
  );
  expect((await readers()).map(({ fix }) => fix.split('\n').slice(1))).toEqual([
    [`revoke select ("raw") on landfall.rejects from "${role('reader')}";`],
  ]);
  await takeBack(await readers());
  expect([await mayRead('rejects', 'raw'), await mayRead('rejects', 'record_no')]).toEqual([false, true]);
  await as('owner', `grant select on landfall.rejects to ${role('reader')}`);
});

test('doctor says when the ledger is older than the code, and when nobody answers', async () => {
  await as(null, `update landfall.migrations set name = '0003_later.sql' where name like '0002%'`);
  const newer = await landfall('loader', null, 'doctor', '--json');
  expect(checksOf(newer)).toContainEqual(
    expect.objectContaining({ check: 'ledger', state: 'failed', said: expect.stringContaining('newer') }),
  );
  await as(null, `delete from landfall.migrations where name like '0003%'`);
  const older = await landfall('loader', null, 'doctor', '--json');
  expect(checksOf(older)).toContainEqual(
    expect.objectContaining({ check: 'ledger', state: 'failed', fix: expect.stringContaining('landfall migrate') }),
  );
  const { code, out } = await type(['doctor', '--database-url', 'postgres://a@127.0.0.1:9/b'], standIn());
  expect(code).toBe(1);
  expect(out).toContain('nothing accepts connections at 127.0.0.1:9');
});

test('the reader sees loads and changes nothing', async () => {
  for (const words of [['status'], ['list'], ['explain', '1'], ['rejects', '1']])
    expect(await landfall('reader', null, ...words)).toMatchObject({ code: 0, err: '' });
  expect((await landfall('reader', null, 'rejects', '1')).out).toContain('> 3,bob,1\n');
  // without the bytes, as docs/operations.md grants it
  await as('owner', withoutBytes);
  const explained = await landfall('reader', null, 'explain', '1');
  expect(explained).toMatchObject({ code: 0, err: '', out: expect.stringContaining('INVALID_INTEGER') });
  const listed = await landfall('reader', null, 'rejects', '1');
  expect(listed).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('this role may not read their bytes'),
  });
  expect(listed.out).toContain("n: 'x' is not a whole number");
  expect(listed.out).not.toMatch(/> |3,bob,1|not kept/);
  const { out } = await landfall('reader', null, 'rejects', '1', '--json');
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { recordNo: 4, raw: null, withoutRaw: true },
    { recordNo: 5, raw: null, withoutRaw: true },
  ]);
  await as('owner', `grant select on landfall.rejects to ${role('reader')}`);
  await expect(as('reader', 'delete from landfall.loads')).rejects.toMatchObject({ code: '42501' });
  await expect(as('reader', 'select * from public.orders')).rejects.toMatchObject({ code: '42501' });
});

/** The page's names are everybody's; roles are shared by all databases of the run. */
function named(statements: string): string {
  return statements
    .replaceAll(/landfall_(owner|loader|reader)\b/g, (_, name: string) => role(name))
    .replaceAll('database shop', `database ${databaseName(database.url)}`);
}

/** Statements as one of the roles; null: the run's superuser. */
async function as(who: string | null, statements: string): Promise<void> {
  const connectionString = who === null ? database.url : urlOf(who);
  await withClient({ connectionString, applicationName: 'test' }, (db) =>
    execute(db, trustedSql(forTestedServer(named(statements)))),
  );
}

function urlOf(name: string): string {
  const url = new URL(database.url);
  url.username = role(name);
  url.password = 'secret';
  return url.href;
}

async function rows<Row extends object>(statement: ReturnType<typeof ident>): Promise<Row[]> {
  return await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    many<Row>(db, statement),
  );
}

let files = 0;
/** The real command as a role; a load takes the content as a file into public.orders. */
async function landfall(
  who: string,
  content: string | null,
  ...words: readonly string[]
): Promise<Typed & { report: Record<string, unknown> }> {
  const world = standIn({
    DATABASE_URL: urlOf(who),
    LANDFALL_LEDGER_OWNER: role('owner'),
    PATH: process.env['PATH'] ?? '',
  });
  if (content === null) return { ...(await type(words, world)), report: {} };
  const path = join(world.folder, `${(files += 1)}.csv`);
  writeFileSync(path, content);
  const typed = await type([...words, path, '--into', 'public.orders', '--key', 'id', '--json'], world);
  return { ...typed, report: JSON.parse(typed.out) as Record<string, unknown> };
}

function checksOf({ out }: Typed): readonly { check: string; state: string; said: string; fix: string }[] {
  return (JSON.parse(out) as { checks: { check: string; state: string; said: string; fix: string }[] }).checks;
}
