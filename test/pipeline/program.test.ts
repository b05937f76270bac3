import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { loadReportSchema } from '../../functions/protocol/outcomes.ts';
import { defineDataset, load, LoadError, type LoadOrder } from '../../index.ts';
import { hold } from '../support/held.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

/** load() as a program calls it, in a folder that is no project, unless a test makes it one. */
let folder: string;
let database: TestDatabase;
let order: Pick<LoadOrder, 'folder' | 'databaseUrl'>;
const people = defineDataset({ name: 'people', prefix: 'people/', table: 'public.people', key: ['id'] });

beforeAll(async () => {
  database = await testDatabase();
  await database.run(trustedSql(`create table public.people (id integer primary key, name text not null)`));
  folder = mkdtempSync(join(tmpdir(), 'landfall-program-'));
  write('first.csv', 'id,name\n1,Ada\n2,\n');
  write('second.csv', 'id,name\n3,Grace\n');
  write('third.tsv', 'id\tname\n4\tEdsger\n');
  order = { folder, databaseUrl: database.url };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

async function errorOf(asked: LoadOrder): Promise<LoadError> {
  const error: unknown = await load(asked).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LoadError);
  return error as LoadError;
}

test('a program loads files at once, is given their reports, and hears of nothing by stdout and stderr', {
  timeout: 60_000,
}, async () => {
  const written = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write'));
  const notices: string[] = [];
  const onNotice = (text: string): void => void notices.push(text);
  const made = await load({ ...order, file: 'first.csv', dataset: people, onNotice });
  expect(loadReportSchema.parse(made)).toMatchObject({
    outcome: 'LOADED',
    dataset: 'people',
    counts: { records: 2, inserted: 1, rejected: 1 },
    rejectsByCode: [{ code: 'NOT_NULL', column: 'name', rejects: 1 }],
  });
  expect(notices.join('')).toContain('the ledger (schema landfall) is up to date now');
  const file = pathToFileURL(join(folder, 'third.tsv'));
  const [again, dry] = await Promise.all([
    load({ ...order, file: 'first.csv', dataset: people }),
    load({ ...order, file, into: 'public.people', key: 'id', dryRun: true, expect: { records: 1 } }),
  ]);
  expect(again).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: made.loadId });
  expect(dry).toMatchObject({ outcome: 'DRY_RUN', dataset: 'public.people(id)', counts: { inserted: 1 } });
  const refused = await load({ ...order, file: 'second.csv', dataset: people, expect: { records: 2 } });
  expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
  for (const spy of written) {
    expect(spy.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('.csv'))).toStrictEqual([]);
    spy.mockRestore();
  }
  expect(await database.rows(sql`select id, name from public.people`)).toStrictEqual([{ id: 1, name: 'Ada' }]);
  expect(readdirSync(join(folder, '.landfall/datasets'))).toStrictEqual([]);
});

test('several files are one load, all or none, but for one that is to be left out', { timeout: 60_000 }, async () => {
  write('part-1.csv', 'id,name\n11,Edith\n');
  write('part-2.csv', 'name,id\nFrances,12\n');
  write('wrong.csv', 'id,nonsense\n13,x\n');
  const parts = ['part-1.csv', pathToFileURL(join(folder, 'part-2.csv')), 'wrong.csv'];
  await expect(load({ ...order, file: parts, dataset: people })).resolves.toMatchObject({ outcome: 'REJECTED' });
  const report = await load({ ...order, file: parts, dataset: people, refusedObjects: 'leave-out' });
  expect(report).toMatchObject({
    ...{ outcome: 'LOADED', counts: { records: 2, inserted: 2 } },
    objects: [{ outcome: 'LOADED' }, { outcome: 'LOADED' }, { outcome: 'REJECTED', code: 'UNKNOWN_COLUMN' }],
  });
  const { problems } = await errorOf({
    ...{ ...order, file: ['part-1.csv', 'part-1.csv'], dataset: people, expect: { sha256: 'a'.repeat(64) } },
  });
  expect(problems).toEqual([
    'expect.sha256 is of one file; give records or sums of several',
    'file: part-1.csv is named twice',
  ]);
  expect((await errorOf({ ...order, file: [], dataset: people })).problems).toEqual([
    'file: give a path or a URL, or a list of them',
  ]);
});

test('a dataset of the project by its name, and by its prefix below the landing folder', {
  timeout: 60_000,
}, async () => {
  const own = join(folder, 'own');
  mkdirSync(join(own, '.landfall/landing/people'), { recursive: true });
  write('own/landfall.config.json', '{ "datasets": ["*.yaml"] }');
  write('own/people.yaml', 'name: people\nprefix: people/\ntable: public.people\nkey: [id]\n');
  write('own/.landfall/landing/people/late.csv', 'id,name\n7,Barbara\n');
  const asked = { databaseUrl: database.url, folder: own, dryRun: true };
  const late = '.landfall/landing/people/late.csv';
  const reports = await Promise.all([
    load({ ...asked, file: '../second.csv', dataset: 'people' }),
    load({ ...asked, file: late }),
  ]);
  expect(reports.map(({ dataset, outcome }) => ({ dataset, outcome }))).toStrictEqual([
    { dataset: 'people', outcome: 'DRY_RUN' },
    { dataset: 'people', outcome: 'DRY_RUN' },
  ]);
  await expect(errorOf({ ...asked, file: late, dataset: 'peopel' })).resolves.toMatchObject({
    code: 'WRONG_USAGE',
    message: 'dataset: no dataset is called "peopel". Did you mean "people"? Datasets: people.',
  });
  write('own/landfall.config.json', '{ "dataset": ["*.yaml"] }');
  await expect(errorOf({ ...asked, file: late })).resolves.toMatchObject({ code: 'WRONG_PROJECT' });
});

test('what an order says wrongly is said back, all of it, before anything is begun', async () => {
  const { code, problems } = await errorOf({ ...order, file: '', filee: 'x', force: 'yes' } as unknown as LoadOrder);
  expect({ code, problems }).toStrictEqual({
    code: 'WRONG_USAGE',
    problems: [
      expect.stringContaining('filee is no field of an order. Did you mean "file"?'),
      'file: give a path or a URL, or a list of them',
      'force: it is true or false',
    ],
  });
  const wrong = { file: 'none.csv', into: 'people', dataset: 'x', expect: { records: -1 }, databaseUrl: 'mysql://h/d' };
  expect((await errorOf({ folder, ...wrong })).problems).toStrictEqual([
    `there is no file none.csv in ${folder}.`,
    expect.stringContaining('expect.records: '),
    'databaseUrl: mysql:// is not PostgreSQL; landfall loads into PostgreSQL alone: write postgres://USER:PASSWORD@HOST:5432/DATABASE',
  ]);
  expect((await errorOf({ ...order, file: 'first.csv', into: 'a.b.c', dataset: 'x' })).problems).toStrictEqual([
    'dataset and into exclude each other: a dataset names its own table',
    'into: "a.b.c" is not SCHEMA.TABLE',
    'key: name the columns whose values identify a row, those of a unique index: key: ["id"]',
  ]);
  expect((await errorOf({ ...order, file: 'first.csv' })).message).toContain('where shall first.csv go? Give dataset');
  const dataset = { ...people, key: [] as string[], prefix: 'people/' };
  expect((await errorOf({ ...order, file: 'first.csv', dataset })).problems[0]).toMatch(/^dataset: key: /);
});

test('a load that fails is thrown with its code and its report, one that is ended with the reason', {
  timeout: 60_000,
}, async () => {
  const nowhere = await errorOf({
    folder,
    file: 'first.csv',
    dataset: people,
    databaseUrl: 'postgres://a@127.0.0.1:9/b',
  });
  expect(nowhere).toMatchObject({ code: 'NO_DATABASE', report: null });
  const gone = defineDataset({ name: 'gone', prefix: 'gone/', table: 'public.gone', key: ['id'] });
  await expect(load({ ...order, file: 'first.csv', dataset: gone })).resolves.toMatchObject({ outcome: 'REJECTED' });
  const reason = new Error('enough');
  const ended = load({ ...order, file: 'second.csv', dataset: people, signal: AbortSignal.abort(reason) });
  await expect(ended).rejects.toBe(reason);
  const controller = new AbortController();
  // it cannot end before it is interrupted
  const held = await hold(database.url, 'somebody', 'lock table public.people in access exclusive mode');
  const running = load({ ...order, file: 'second.csv', dataset: people, signal: controller.signal });
  setTimeout(() => controller.abort(reason), 600);
  await expect(running).rejects.toBe(reason);
  await held.letGo();
  await expect(load({ ...order, file: 'second.csv', dataset: people })).resolves.toMatchObject({ outcome: 'LOADED' });
});
