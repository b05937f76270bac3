import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { execute, many, withClient } from '../../functions/db/client.ts';
import { boundUser, giveToBoundUser } from '../support/other-user.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

// The real command over a landing folder into which others put what they like. It runs as a user whom permission bits bind.

let database: TestDatabase;
let folder: string;
let orders: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  database = await testDatabase();
  await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    execute(db, trustedSql('create table public.orders (id bigint primary key, note text)')),
  );
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-planted-'));
  orders = join(folder, '.landfall/landing/orders');
  mkdirSync(orders, { recursive: true });
  for (const path of ['', '.landfall', '.landfall/landing', '.landfall/landing/orders']) give(path);
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  chmodSync(orders, 0o700);
  for (const name of readdirSync(orders)) if (name === 'unreadable') chmodSync(join(orders, name), 0o700);
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => database.drop());

const patience = { timeout: 90_000 };

test('dev goes on over whatever lies in the landing folder, and tells each thing once', patience, async () => {
  const secret = plantSecret(101);
  symlinkSync('circle', join(orders, 'circle'));
  symlinkSync('nowhere', join(orders, 'dangling.csv'));
  symlinkSync(secret, join(orders, 'link.csv'));
  symlinkSync(folder, join(orders, 'outside'));
  linkSync(secret, join(orders, 'second-name.csv'));
  execFileSync('mkfifo', [join(orders, 'pipe.csv')]);
  const socket = createServer().listen(join(orders, 'socket.csv'));
  writeFileSync(
    Buffer.concat([Buffer.from(`${orders}/latin-`), Buffer.from([0xe9]), Buffer.from('.csv')]),
    'id,note\n',
  );
  mkdirSync(join(orders, 'unreadable'));
  give('.landfall/landing/orders/unreadable');
  chmodSync(join(orders, 'unreadable'), 0);
  const dev = start(['dev']);
  await dev.said(/Ctrl-C ends/);
  const comeAndGo = Date.now() + 2_500;
  for (let i = 0; Date.now() < comeAndGo; i += 1) {
    mkdirSync(join(orders, `gone-${i}/deeper`), { recursive: true });
    await sleep(1);
    rmSync(join(orders, `gone-${i}`), { recursive: true });
  }
  put('orders/good.csv', 'id,note\n1,good\n');
  await dev.said(/good\.csv: LOADED/);
  const { code, out, err } = await dev.stop();
  socket.close();
  expect(code).toBe(0);
  expect(out.trim().split('\n')).toEqual([expect.stringMatching(/orders\/good\.csv: LOADED 1 record: 1 inserted/)]);
  const told = err
    .split('\n')
    .filter((line) => line.startsWith('skipped: '))
    .map((line) => line.replace(/^skipped: .*landing\/orders\//, ''));
  expect(told.toSorted()).toEqual([
    expect.stringMatching(/^circle is a link, and links are not followed/),
    expect.stringMatching(/^dangling\.csv is a link/),
    expect.stringMatching(/^latin-.*xe9\.csv has a name that is not UTF-8/),
    expect.stringMatching(/^link\.csv is a link/),
    expect.stringMatching(/^outside is a link/),
    expect.stringMatching(/^pipe\.csv is a named pipe/),
    expect.stringMatching(/^second-name\.csv is one file under 2 names/),
    expect.stringMatching(/^socket\.csv is a socket, not a file/),
    expect.stringMatching(/^unreadable may not be listed by this user/),
  ]);
  expect(await ids()).toEqual([1]);
});

test('the landing folder itself may go and come back', patience, async () => {
  const dev = start(['dev']);
  await dev.said(/Ctrl-C ends/);
  rmSync(join(folder, '.landfall/landing'), { recursive: true });
  await dev.said(/skipped: .*landing is not there/);
  mkdirSync(orders, { recursive: true });
  give('.landfall/landing');
  give('.landfall/landing/orders');
  put('orders/back.csv', 'id,note\n2,back\n');
  await dev.said(/back\.csv: LOADED/);
  expect((await dev.stop()).code).toBe(0);
});

test('links are followed where that was asked for, in a circle too', patience, async () => {
  symlinkSync(plantSecret(102), join(orders, 'asked.csv'));
  symlinkSync('..', join(orders, 'up'));
  symlinkSync('circle', join(orders, 'circle'));
  symlinkSync('/dev/zero', join(orders, 'zero.csv'));
  const dev = start(['dev', '--follow-links']);
  await dev.said(/asked\.csv: LOADED/);
  const { err } = await dev.stop();
  expect(err).toMatch(/circle is a link that leads back to itself/);
  expect(err).toMatch(/zero\.csv is a device, not a file/);
  expect(await ids()).toContain(102);
});

test('backfill takes no link either, and a file that was named is followed', patience, async () => {
  symlinkSync(plantSecret(103), join(orders, 'link.csv'));
  put('orders/plain.csv', 'id,note\n3,plain\n');
  const filled = await start(['backfill', 'orders/', '--since', '24h']).end();
  expect(filled.err).toMatch(/skipped: .*link\.csv is a link/);
  expect(await ids()).toContain(3);
  expect(await ids()).not.toContain(103);
  const named = await start(['load', join(orders, 'link.csv')]).end();
  expect(named.code).toBe(0);
  expect(await ids()).toContain(103);
});

/** A file of the one who runs the command, elsewhere. */
function plantSecret(id: number): string {
  writeFileSync(join(folder, 'secret.csv'), `id,note\n${id},secret\n`, { mode: 0o600 });
  give('secret.csv');
  return join(folder, 'secret.csv');
}

function put(key: string, text: string): void {
  writeFileSync(join(folder, '.landfall/landing', key), text, { mode: 0o600 });
  give(join('.landfall/landing', key));
}

function give(path: string): void {
  giveToBoundUser(join(folder, path));
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(words: readonly string[]) {
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...words], {
    ...boundUser,
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, INIT_CWD: folder, LANDFALL_HOME: join(folder, '.landfall'), DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => void (out += chunk));
  child.stderr.on('data', (chunk) => void (err += chunk));
  const over = new Promise<number | null>((resolve) => child.once('close', resolve));
  const end = async (): Promise<Ended> => ({ code: await over, out, err });
  return {
    end,
    async said(wanted: RegExp): Promise<void> {
      while (!wanted.test(out + err)) {
        if (child.exitCode !== null) throw new Error(`it ended (${child.exitCode}): ${out}${err}`);
        await sleep(50);
      }
    },
    async stop(): Promise<Ended> {
      child.kill('SIGINT');
      return await end();
    },
  };
}

async function ids(): Promise<readonly number[]> {
  const rows = await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    many<{ id: number }>(db, sql`select id::int from public.orders order by id`),
  );
  return rows.map(({ id }) => id);
}
