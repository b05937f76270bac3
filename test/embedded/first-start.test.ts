import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { one, withClient } from '../../functions/db/client.ts';
import { installBinaries } from '../../localstack/embedded/server/binaries.ts';
import { choosePlacement, realHome } from '../../localstack/embedded/server/placement.ts';
import { startServer, stopServer } from '../../localstack/embedded/server/server.ts';

let parent: string;
const commands: ChildProcess[] = [];
const homes: string[] = [];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'landfall-first-'));
});

afterEach(() => {
  for (const command of commands.splice(0)) command.kill('SIGKILL');
});

afterAll(async () => {
  for (const home of homes) {
    await stopServer({ home });
    const { directory } = await choosePlacement(realHome(home));
    await rm(directory, { recursive: true, force: true });
  }
  await rm(parent, { recursive: true, force: true });
});

function newHome(name: string): string {
  const home = join(parent, name, '.landfall');
  homes.push(home);
  return home;
}

/** A command in a process group of its own, as a terminal starts it. */
function firstCommand(home: string): ChildProcess {
  const script = fileURLToPath(new URL('../fixtures/start-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, home], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  commands.push(child);
  return child;
}

async function answer(child: ChildProcess): Promise<{ url: string; started: boolean }> {
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return JSON.parse(chunk.toString()) as { url: string; started: boolean };
}

/** It is a whole database, and its password is the one in the file. */
async function isWhole(url: string): Promise<void> {
  const got = await withClient({ connectionString: url, applicationName: 'landfall:test' }, (db) =>
    one(db, sql`select pg_catalog.current_database() as database`),
  );
  expect(got).toEqual({ database: 'landfall' });
}

/** What lies beside a database once nobody makes one. */
async function unfinished(dataDirectory: string): Promise<string[]> {
  return (await readdir(dirname(dataDirectory))).filter((name) => name.includes('.new-'));
}

describe('first commands at once', () => {
  test('ten make one database and one server', async () => {
    const home = newHome('crowd');
    const servers = await Promise.all(Array.from({ length: 10 }, () => answer(firstCommand(home))));
    expect(servers.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    await isWhole(servers[0]?.url ?? '');
  }, 90_000);

  test('half of them are killed at any moment: the others go on', async () => {
    const home = newHome('killed-crowd');
    const all = Array.from({ length: 6 }, () => firstCommand(home));
    const living = all.slice(3).map(answer);
    for (const [index, { pid }] of all.slice(0, 3).entries()) {
      await sleep(150 * index);
      process.kill(-(pid ?? 0), 'SIGKILL');
    }
    const servers = await Promise.all(living);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    await isWhole(servers[0]?.url ?? '');
  }, 90_000);
});

describe('a first command that was killed', () => {
  test.each([
    ['before initdb began', (names: readonly string[]) => names.length > 0],
    ['in the middle of initdb', (names: readonly string[]) => names.some((name) => name.startsWith('data.new-'))],
  ])(
    '%s: the next one makes the database',
    async (what, isReached) => {
      const home = newHome(`killed-${what.length}`);
      const { directory } = await choosePlacement(realHome(home));
      const first = firstCommand(home);
      await expect
        .poll(async () => isReached(await readdir(directory).catch(() => [])), { timeout: 20_000, interval: 5 })
        .toBe(true);
      process.kill(-(first.pid ?? 0), 'SIGKILL');

      const { url, dataDirectory, started } = await startServer({ home });
      expect(started).toBe(true);
      await isWhole(url);
      expect(await unfinished(dataDirectory)).toEqual([]);
    },
    90_000,
  );

  test('after it set a password for a database that it did not finish: the next one sets its own', async () => {
    const home = newHome('password');
    const { directory } = await choosePlacement(realHome(home));
    await mkdir(directory, { recursive: true, mode: 0o711 });
    await writeFile(join(directory, 'password'), 'of-no-database\n', { mode: 0o600 });
    await writeFile(join(directory, 'password.new-4194305'), 'of-no-database\n', { mode: 0o600 });
    await mkdir(join(directory, 'data.new-4194305', 'base'), { recursive: true });
    const { url, dataDirectory } = await startServer({ home });
    await isWhole(url);
    expect(await unfinished(dataDirectory)).toEqual([]);
  }, 60_000);

  test('while it copied the binaries: the next one copies them', async () => {
    const folder = join(parent, 'binaries');
    await mkdir(folder);
    const { postgres, initdb } = await installBinaries(folder);
    await rm(initdb);
    await mkdir(`${dirname(dirname(postgres))}.new-4194305/bin`, { recursive: true });
    await installBinaries(folder);
    expect(await readdir(dirname(postgres))).toContain('initdb');
    expect(await readdir(folder)).toHaveLength(1);
  });
});

test('a folder named data that holds no database is said to be none', async () => {
  const home = newHome('half');
  const { directory, runAs } = await choosePlacement(realHome(home));
  await mkdir(join(directory, 'data'), { recursive: true, mode: 0o711 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(join(directory, 'data'), runAs.uid, runAs.gid);
  await expect(startServer({ home })).rejects.toThrow(/holds no database: its file PG_VERSION is missing. Move that/);
});
