import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepTypedSql } from '../../cli/loading/keep-sql.ts';
import { forgetTypedSql } from '../../cli/loading/forget-typed-sql.ts';
import { runCommand } from '../../cli/run.ts';
import { keptThrottle, typedRulesOf, typedSqlHash, typedThrottleOf } from '../../functions/contract/typed-sql.ts';
import { trustedSql } from '../../functions/core/sql.ts';
import { type Db, execute, many, withClient } from '../../functions/db/client.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { keptSqlIn } from '../../functions/runtime/kept-sql.ts';
import { sampleProject } from '../support/sample-datasets.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

// SQL that is typed to a command: what goes on with its load on the same machine has the same.

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'landfall-typed-'));
beforeAll(async () => {
  database = await testDatabase();
  await rows('create table public.t (id integer primary key, n integer, twice integer)');
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

test('a load with every typed option of SQL is approved and replayed under them, and elsewhere refused', {
  timeout: 180_000,
}, async () => {
  const file = join(folder, 'a.csv');
  writeFileSync(file, 'id,n\n1,5\n2,500\n3,600\n');
  const options = [
    ...['--record-rule', 'small=n < (select 100 + 500 * count(*) from public.t where id = 9)'],
    ...['--load-rule', 'few:warn=select count(*) > 7 from staged'],
    ...['--derive', 'twice=n * 2'],
    ...['--throttle-query', 'select 0 from public.t limit 1'],
  ];
  const into = ['--into', 'public.t', '--key', 'id'];
  const held = await landfall(['load', file, ...into, ...options, '--approve', 'always', '--json']);
  expect(held).toMatchObject({ outcome: 'HELD', counts: { inserted: 1, rejected: 2 } });
  const told = await refused(['approve', String(held.loadId)], 'elsewhere');
  expect(told).toContain(`load ${held.loadId} stays held, and no yes was recorded: `);
  expect(told).toContain('only the machine keeps');
  expect(told).toContain(`landfall decline ${held.loadId} --reason TEXT ends it`);
  expect(await rows('select outcome, approved_at from landfall.loads')).toEqual([
    { outcome: 'HELD', approved_at: null },
  ]);
  const approved = await landfall(['approve', String(held.loadId), '--json']);
  expect(approved).toMatchObject({
    outcome: 'LOADED',
    counts: { inserted: 1, rejected: 2 },
    loadWarnings: [{ rule: 'few' }],
  });
  const throttle = `select contract -> 'traffic' -> 'throttleQuery' ->> 'sql' as sql, request -> 'traffic' as asked from landfall.loads`;
  expect(await rows(throttle)).toEqual([{ sql: 'select 0 from public.t limit 1', asked: null }]);
  await rows('insert into public.t values (9, 0, 0)');
  const replayedElsewhere = await refused(['replay', String(held.loadId)], 'elsewhere');
  expect(replayedElsewhere).toContain(`nothing of load ${held.loadId} is judged again: `);
  expect(replayedElsewhere).toContain('only the machine keeps');
  const replayed = await landfall(['replay', String(held.loadId), '--json']);
  expect(replayed).toMatchObject({ outcome: 'HELD', counts: { inserted: 1, rejected: 1 } });
  expect(await landfall(['approve', String(replayed.loadId), '--json'])).toMatchObject({ outcome: 'LOADED' });
  expect(await rows('select id, twice from public.t order by id')).toEqual([
    { id: 1, twice: 10 },
    { id: 2, twice: 1000 },
    { id: 9, twice: 0 },
  ]);
});

test('what is typed is kept for its owner alone, by its hash, and nothing else is read', () => {
  const home = join(folder, 'kept');
  const rules = JSON.stringify({ recordRules: [{ name: 'a', sql: 'n > 1' }] });
  const throttle = keptThrottle('select 0');
  const both = { rules, throttleQuery: 'select 0' };
  const [wanted, slow] = [typedSqlHash(rules), typedSqlHash(throttle)];
  const place = { home, databaseUrl: 'postgres://u:secret@h/d' };
  const kept = keepTypedSql(place, both) ?? '';
  expect(keepTypedSql({ ...place, databaseUrl: 'postgres://u:other@h/d' }, both)).toBe(kept);
  expect(readdirSync(kept)).toHaveLength(2);
  for (const name of readdirSync(kept)) expect(statSync(join(kept, name)).mode & 0o777).toBe(0o600);
  const nothingTyped = { throttleQuery: null, rules: null, kept: keptSqlIn(kept) };
  expect(typedRulesOf(wanted, nothingTyped)).toEqual(JSON.parse(rules));
  expect(typedThrottleOf(slow, nothingTyped)).toBe('select 0');
  expect(typedThrottleOf(slow, { ...nothingTyped, throttleQuery: 'select 1' })).toBe('select 1');
  expect(typedThrottleOf(undefined, nothingTyped)).toBeNull();
  // one is never taken for the other, whatever the ledger was made to say
  expect(() => typedRulesOf(slow, nothingTyped)).toThrow('only the machine keeps where it was typed');
  expect(() => typedThrottleOf(wanted, nothingTyped)).toThrow('it is not merged unthrottled');
  expect(keptSqlIn(kept)(`../typed-sql/${wanted}`)).toBeNull();
  for (const name of readdirSync(kept)) writeFileSync(join(kept, name), JSON.stringify({ recordRules: [] }));
  expect(() => typedRulesOf(wanted, nothingTyped)).toThrow('only the machine keeps where it was typed');
  expect(() => typedThrottleOf(slow, nothingTyped)).toThrow('it is not merged unthrottled');
});

test('typed SQL goes once no load of its database can ask for it, and what another database may want stays', async () => {
  const home = join(folder, 'forgotten');
  const place = { home, databaseUrl: database.url };
  const text = (name: string): string => JSON.stringify({ recordRules: [{ name, sql: 'n > 1' }] });
  const loads: readonly (readonly [
    name: string,
    outcome: string,
    endedDaysAgo: number | null,
    hasOpenReject: boolean,
  ])[] = [
    ['runs', 'null', null, false],
    ['held', "'HELD'", 90, false],
    ['failed', "'FAILED'", 90, false],
    ['open', "'LOADED'", 90, true],
    ['new', "'REJECTED'", 29, false],
    ['old', "'REJECTED'", 31, true],
    ['closed', "'LOADED'", 90, false],
  ];
  for (const [i, [name, outcome, days, hasOpenReject]] of loads.entries()) {
    keepTypedSql(place, { rules: text(name), throttleQuery: null });
    const ended = days === null ? 'null' : `now() - interval '${days} days'`;
    const id = 900 + i;
    await rows(
      `insert into landfall.loads (load_id, dataset, target, bucket, key, version_id, size, generation, request, outcome, ended_at)
       overriding system value values (${id}, 'd', 'public.t', 'file://', '/${name}', 'v', 1, 1, '{"typedRules": "${typedSqlHash(text(name))}"}', ${outcome}, ${ended})`,
    );
    if (hasOpenReject)
      await rows(
        `insert into landfall.rejects (load_id, byte_offset, record_no, kind, reasons) values (${id}, 0, 1, 'reject', '[]')`,
      );
  }
  keepTypedSql(place, { rules: null, throttleQuery: 'select 5' });
  await rows(
    `update landfall.loads set request = request || '{"typedThrottle": "${typedSqlHash(keptThrottle('select 5'))}"}' where load_id = 901`,
  );
  keepTypedSql(place, { rules: text('never asked for'), throttleQuery: null });
  const kept =
    keepTypedSql({ home, databaseUrl: 'postgres://h/other' }, { rules: text('elsewhere'), throttleQuery: null }) ?? '';
  const all = readdirSync(kept);
  const names = (): readonly string[] =>
    ['runs', 'held', 'failed', 'open', 'new', 'old', 'closed', 'never asked for', 'elsewhere'].filter(
      (name) => keptSqlIn(kept)(typedSqlHash(text(name))) !== null,
    );
  const forget = async (days: number): Promise<void> => {
    const connect = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
      withClient({ connectionString: database.url, applicationName: 'test' }, use);
    const target = { url: database.url, embedded: false, by: 'a test' };
    await forgetTypedSql({ connect, target }, { home }, Date.now() + days * 86_400_000);
  };
  await forget(0.9);
  expect(readdirSync(kept)).toEqual(all);
  await forget(1.1);
  expect(names()).toEqual(['runs', 'held', 'failed', 'open', 'new', 'elsewhere']);
  expect(keptSqlIn(kept)(typedSqlHash(keptThrottle('select 5')))).not.toBeNull();
  // what is wanted counts as looked at; what no command asks for goes in a year
  await forget(366);
  expect(names()).toEqual(['runs', 'held', 'failed', 'open', 'new']);
  await rows('delete from landfall.rejects where load_id >= 900');
  await rows('delete from landfall.loads where load_id >= 900');
});

/** The last report of a command on the machine of this .landfall folder. */
async function landfall(words: readonly string[], home = 'home'): Promise<LoadReport> {
  const { out, err } = await typed(words, home);
  const last = out.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`no report of ${words.join(' ')}: ${out}${err}`);
  return JSON.parse(last) as LoadReport;
}

/** What a command says on stderr that does nothing. */
async function refused(words: readonly string[], home: string): Promise<string> {
  const { code, err } = await typed(words, home);
  expect(code).toBe(1);
  return err;
}

async function typed(
  words: readonly string[],
  home: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await runCommand(words, {
    home: join(folder, home),
    typedIn: folder,
    project: sampleProject(folder),
    env: { ...process.env, DATABASE_URL: database.url },
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    redraw: () => undefined,
    terminalColumns: () => null,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

async function rows(statement: string): Promise<readonly object[]> {
  return await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    statement.startsWith('select')
      ? many<object>(db, trustedSql(statement))
      : execute(db, trustedSql(statement)).then(() => []),
  );
}
