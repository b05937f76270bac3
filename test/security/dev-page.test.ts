import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

// `dev --page` as a process of its own, and sockets that send it what no browser would.
const main = new URL('../../cli/main.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'landfall-page-attacks-'));
let database: TestDatabase;
let dev: ChildProcess;
let [port, cookie, errors] = [0, '', ''];

beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await database.run(trustedSql('create table public.t (id integer primary key, n integer not null)'));
  mkdirSync(join(folder, 'datasets'));
  writeFileSync(join(folder, 'landfall.config.json'), JSON.stringify({ datasets: ['datasets/*'] }));
  const dataset = { name: 'plain', prefix: 'plain/', table: 'public.t', key: ['id'], approve: 'always' };
  writeFileSync(join(folder, 'datasets/plain.json'), JSON.stringify(dataset));
  const { LANDFALL_HOME: _home, LANDFALL_REPORTS: _reports, INIT_CWD: _cwd, ...rest } = process.env;
  const env = { ...rest, DATABASE_URL: database.url };
  dev = spawn(process.execPath, [main, 'dev', '--page'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  dev.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  dev.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  for (const since = Date.now(); !said.includes('page at') && Date.now() - since < 60_000; ) await sleep(50);
  const url = new URL(/page at (http:\S+)/.exec(said)?.[1] ?? '');
  port = Number(url.port);
  const greeted = await sent(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  cookie = /set-cookie: ([^;]+)/i.exec(greeted)?.[1] ?? '';
}, 90_000);
afterAll(async () => {
  const ended = once(dev, 'exit');
  dev.kill('SIGINT');
  await ended;
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** What is answered until the connection ends or is quiet for a second. */
async function sent(bytes: string): Promise<string> {
  const socket = await opened();
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
  const ended = once(socket, 'close');
  socket.setTimeout(1_000, () => socket.destroy());
  socket.write(bytes);
  await ended;
  return answer;
}

const request = (method: string, path: string, more: readonly string[] = [], body = ''): string =>
  [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...more, '', body].join('\r\n');
const own = (): readonly string[] => [`Cookie: ${cookie}`, `Origin: http://127.0.0.1:${port}`];
const asked = async (path: string, body: object): Promise<{ said?: string; trouble?: string }> => {
  const headers = { cookie, origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { said?: string; trouble?: string };
};

test('odd methods, addresses and lengths get an answer, and no stranger is read further', {
  timeout: 60_000,
}, async () => {
  for (const [bytes, status] of [
    [request('GET', '//'), 400],
    [request('OPTIONS', '*'), 403],
    [request('HEAD', '/'), 401],
    [request('HEAD', '/', own()), 404],
    [request('TRACE', '/', own()), 404],
    [request('GET', '/__proto__', own()), 404],
    [request('GET', '/reports/..%2f..%2fetc%2fpasswd', own()), 404],
    [request('POST', '/approve', ['Content-Length: 99999999999'], 'x'), 403],
    [
      request(
        'POST',
        '/approve',
        [...own(), 'Content-Type: application/json', 'Content-Length: 20000'],
        ' '.repeat(20_000),
      ),
      400,
    ],
    [request('POST', '/approve', [...own(), 'Content-Type: application/json', 'Content-Length: 9'], '{"a":1e9}'), 400],
  ] as const)
    expect((await sent(bytes)).slice(0, 13), bytes.slice(0, 80)).toBe(`HTTP/1.1 ${status} `);
  // a stranger that has been answered is hung up on, though it goes on sending
  const stranger = await opened();
  const closed = once(stranger, 'close');
  stranger.resume().write(request('POST', '/files', ['Content-Length: 99999999999'], 'x'));
  await closed;
  for (const name of ['..', '.', '../a.csv', 'a/b.csv', String.raw`a\b.csv`, '']) {
    const path = `/files?${new URLSearchParams({ name, dataset: 'plain' }).toString()}`;
    expect(await asked(path, {}), name).toEqual({ trouble: expect.any(String) });
  }
  expect(errors).not.toContain('should not have happened');
});

test('an upload that breaks off leaves nothing', async () => {
  const path = '/files?name=a.csv&dataset=plain';
  const socket = await opened();
  socket.write(request('POST', path, [...own(), 'Content-Length: 1000000'], 'id,n\n1,1\n'));
  const waiting = join(folder, '.landfall/page');
  await expect.poll(() => existsSync(waiting) && readdirSync(waiting).length).toBe(1);
  socket.destroy();
  await expect.poll(() => readdirSync(waiting)).toEqual([]);
  expect(errors).not.toContain('should not have happened');
});

test('of many pages twenty are served, and one that reads nothing holds up no other', async () => {
  const open = await Promise.all(
    Array.from({ length: 25 }, async () => {
      const socket = await opened();
      let heard = '';
      socket.on('data', (data: Buffer) => (heard += data.toString()));
      socket.write(request('GET', '/events', own()));
      return { socket, heard: () => heard };
    }),
  );
  open[0]?.socket.pause();
  await expect.poll(() => open.filter(({ heard }) => heard().startsWith('HTTP/1.1 503')).length).toBe(5);
  await expect.poll(() => open.filter(({ heard }) => heard().includes('data: ')).length).toBeGreaterThanOrEqual(19);
  for (const { socket } of open) socket.destroy();
  await expect.poll(async () => (await sent(request('GET', '/events', own()))).startsWith('HTTP/1.1 200')).toBe(true);
});

test('a yes and a no at once: one of them counts', { timeout: 60_000 }, async () => {
  const landing = join(folder, '.landfall/landing/plain');
  writeFileSync(join(landing, 'held.csv'), 'id,n\n1,1\n');
  const loads = (): Promise<{ load_id: number; outcome: string | null }[]> =>
    database.rows(sql`select load_id, outcome from landfall.loads order by load_id`);
  await expect.poll(async () => (await loads()).at(-1)?.outcome, { timeout: 20_000 }).toBe('HELD');
  const loadId = (await loads()).at(-1)?.load_id;
  const answers = await Promise.all([asked('/approve', { loadId }), asked('/decline', { loadId, reason: 'no' })]);
  const [yes, no] = answers;
  expect(answers.filter(({ said }) => said !== undefined).length).toBeGreaterThanOrEqual(1);
  await expect.poll(async () => (await loads()).at(-1)?.outcome, { timeout: 20_000 }).toMatch(/LOADED|REJECTED/);
  await sleep(500);
  const outcome = (await loads()).at(-1)?.outcome;
  if (yes.trouble !== undefined) expect(outcome).toBe('REJECTED');
  if (no.trouble !== undefined) expect(outcome).toBe('LOADED');
  expect(await database.rows(sql`select id from public.t`)).toEqual(outcome === 'LOADED' ? [{ id: 1 }] : []);
});
