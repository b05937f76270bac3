import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepTypedSql } from '../../cli/loading/keep-sql.ts';
import { runCommand } from '../../cli/run.ts';
import { typedRulesHash, typedRulesOf } from '../../functions/contract/typed-sql.ts';
import { trustedSql } from '../../functions/core/sql.ts';
import { execute, many, withClient } from '../../functions/db/client.ts';
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
  ];
  const into = ['--into', 'public.t', '--key', 'id'];
  const held = await landfall(['load', file, ...into, ...options, '--approve', 'always', '--json']);
  expect(held).toMatchObject({ outcome: 'HELD', counts: { inserted: 1, rejected: 2 } });
  const approved = await landfall(['approve', String(held.loadId), '--json']);
  expect(approved).toMatchObject({
    outcome: 'LOADED',
    counts: { inserted: 1, rejected: 2 },
    loadWarnings: [{ rule: 'few' }],
  });
  await rows('insert into public.t values (9, 0, 0)');
  expect(await landfall(['replay', String(held.loadId), '--json'], 'elsewhere')).toMatchObject({
    outcome: 'REJECTED',
    code: 'RULE',
    message: expect.stringContaining('only the machine keeps'),
  });
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
  const typed = JSON.stringify({ recordRules: [{ name: 'a', sql: 'n > 1' }] });
  const wanted = typedRulesHash(typed);
  const kept = keepTypedSql(home, typed) ?? '';
  expect(keepTypedSql(home, typed)).toBe(kept);
  expect(readdirSync(kept)).toEqual([`${wanted}.json`]);
  expect(statSync(join(kept, `${wanted}.json`)).mode & 0o777).toBe(0o600);
  const nothingTyped = { throttleQuery: null, rules: null, kept: keptSqlIn(kept) };
  expect(typedRulesOf(wanted, nothingTyped)).toEqual(JSON.parse(typed));
  expect(keptSqlIn(kept)(`../typed-sql/${wanted}`)).toBeNull();
  writeFileSync(join(kept, `${wanted}.json`), JSON.stringify({ recordRules: [{ name: 'a', sql: 'true' }] }));
  expect(() => typedRulesOf(wanted, nothingTyped)).toThrow('only the machine keeps where it was typed');
});

/** The last report of a command on the machine of this .landfall folder. */
async function landfall(words: readonly string[], home = 'home'): Promise<LoadReport> {
  let out = '';
  let err = '';
  await runCommand(words, {
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
  const last = out.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`no report of ${words.join(' ')}: ${out}${err}`);
  return JSON.parse(last) as LoadReport;
}

async function rows(statement: string): Promise<readonly object[]> {
  return await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    statement.startsWith('select')
      ? many<object>(db, trustedSql(statement))
      : execute(db, trustedSql(statement)).then(() => []),
  );
}
