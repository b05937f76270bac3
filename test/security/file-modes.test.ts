import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import { execute, withClient } from '../../functions/db/client.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

// The real command, started under the umask that hides least.

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    execute(db, trustedSql('create table public.item (id int primary key, name text not null)')),
  );
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-modes-'));
  await writeFile(join(folder, 'items.csv'), `id,name\n1,Nut\n2,Bolt\n${folder.length},\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => database.drop());

const load = ['load', 'items.csv', '--into', 'public.item', '--key', 'id', '--json'];
const patience = { timeout: 60_000 };

test('nobody else may read a report, a reject or a log, or look into their folders', patience, async () => {
  const { code, out } = await landfall(load);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, rejected: 1 } });
  const open: string[] = [];
  const seen: string[] = [];
  for (const name of await readdir(join(folder, '.landfall'), { recursive: true })) {
    seen.push(name.split('/').at(-1) ?? '');
    const { mode } = await lstat(join(folder, '.landfall', name));
    if ((mode & 0o077) !== 0) open.push(`${name} ${(mode & 0o777).toString(8)}`);
  }
  expect(seen).toEqual(expect.arrayContaining(['reports', 'report.json', 'rejects.csv', 'functions.log']));
  // Node itself makes what is in the cache's folder, into which nobody else comes
  expect(open.filter((name) => !name.startsWith('cache/'))).toEqual([]);
});

test(
  'a link that was planted in a shared folder of reports is told of, and nothing is written behind it',
  patience,
  async () => {
    await mkdir(join(folder, 'shared'));
    await mkdir(join(folder, 'private'));
    await symlink(join(folder, 'private'), join(folder, 'shared/public.item-id'));
    const { out } = await landfall([...load, '--force'], { LANDFALL_REPORTS: `file://${folder}/shared/` });
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'LOADED',
      message: expect.stringMatching(
        /^its report was not written: .*is a link or a file, and not a folder of this program: remove it/,
      ),
      reportPath: null,
    });
    expect(await readdir(join(folder, 'private'))).toEqual([]);
  },
);

async function landfall(
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  return await new Promise((resolve) => {
    const child = execFile(
      'sh',
      ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, main, ...words],
      {
        cwd: new URL('../..', import.meta.url),
        env: {
          ...process.env,
          INIT_CWD: folder,
          LANDFALL_HOME: join(folder, '.landfall'),
          DATABASE_URL: database.url,
          ...env,
        },
      },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}
