import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { execute, one, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { findPostmaster } from '../../localstack/embedded/server/postmaster.ts';
import { isGone } from '../../localstack/embedded/server/processes.ts';
import { standIn, type } from '../unit/cli/terminal.ts';
import { type EmbeddedServer, findServer, startServer, stopServer } from '../../localstack/embedded/server/server.ts';

let parent: string;
let home: string;
const commands: ChildProcess[] = [];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'landfall-home-'));
  home = join(parent, '.landfall');
});

/** Made once, by whichever test needs it first. */
async function startWithRows(): Promise<EmbeddedServer> {
  const server = await startServer({ home });
  await connect(server.url, (db) => execute(db, sql`create table if not exists public.kept as select 1 as row`));
  return server;
}

afterEach(() => {
  for (const command of commands.splice(0)) command.kill('SIGKILL');
});

afterAll(async () => {
  await removeServer(home);
  await rm(parent, { recursive: true, force: true });
});

/** Also what lies outside the folder, as root's does. */
async function removeServer(folder: string): Promise<void> {
  const { dataDirectory } = await startServer({ home: folder });
  await stopServer({ home: folder });
  await rm(dirname(dataDirectory), { recursive: true, force: true });
}

const connect = <T>(url: string, use: Parameters<typeof withClient<T>>[1]): Promise<T> =>
  withClient({ connectionString: url, applicationName: 'landfall:test' }, use);

/** Of the table that startWithRows() makes: the data is the same, whatever happened to the server. */
async function keptRows({ url }: EmbeddedServer): Promise<number> {
  const { rows } = await connect(url, (db) => one<{ rows: number }>(db, sql`select count(*) as rows from public.kept`));
  return rows;
}

/** A command of its own, in a process group of its own; answers what startServer gave it. */
async function startByCommand(folder: string): Promise<{ url: string; started: boolean }> {
  const script = fileURLToPath(new URL('../fixtures/start-server.ts', import.meta.url));
  const command = spawn(process.execPath, [script, folder], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  commands.push(command);
  const [chunk] = (await once(command.stdout, 'data')) as [Buffer];
  return JSON.parse(chunk.toString()) as { url: string; started: boolean };
}

describe('a server by need', () => {
  test('four commands at once make one server, which outlives them', async () => {
    expect(await findServer({ home })).toBeNull();
    const servers = await Promise.all([1, 2, 3, 4].map(() => startByCommand(home)));
    expect(servers.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    for (const { pid } of commands) process.kill(-(pid ?? 0), 'SIGKILL');

    expect(await startServer({ home })).toMatchObject({ url: servers[0]?.url, started: false });
  });

  test('it is PostgreSQL 17 with UTF-8, durable, on 127.0.0.1 alone', async () => {
    const { url } = await startServer({ home });
    const settings = await connect(url, (db) =>
      one(
        db,
        sql`
          select current_setting('server_version') as version,
            current_setting('server_encoding') as encoding,
            current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous_commit,
            current_setting('listen_addresses') as listens,
            (select datlocale from pg_database where datname = current_database()) as locale`,
      ),
    );
    expect(settings).toEqual({
      version: expect.stringMatching(/^17\./) as string,
      encoding: 'UTF8',
      fsync: 'on',
      synchronous_commit: 'on',
      listens: '127.0.0.1',
      locale: 'C.UTF-8',
    });
  });

  test('another user of the machine needs the password, which only its owner can read', async () => {
    const { url, dataDirectory } = await startServer({ home });
    const guess = new URL(url);
    guess.password = 'landfall';
    await expect(connect(guess.href, async () => undefined)).rejects.toMatchObject({ code: '28P01' });
    for (const [path, mode] of [
      [dataDirectory, 0o700],
      [join(dirname(dataDirectory), 'password'), 0o600],
    ] as const) {
      expect((await stat(path)).mode & 0o777).toBe(mode);
    }
    expect(await readFile(join(home, 'server.json'), 'utf8')).not.toContain(new URL(url).password);
  });

  test('what a statement was refused for is told to its client and not to server.log', async () => {
    const { url, dataDirectory } = await startServer({ home });
    const refused = connect(url, (db) => execute(db, sql`select ${'CanaryMarta'}::text::integer`));
    await expect(refused).rejects.toThrow('CanaryMarta');
    const log = await readFile(join(dirname(dataDirectory), 'server.log'), 'utf8');
    expect(log).toContain('database system is ready');
    expect(log).not.toContain('CanaryMarta');
  });

  test("a person's plain table lands in public, also where the ledger's schemas are", async () => {
    const { url } = await startServer({ home });
    const landsIn = await connect(url, async (db) => {
      await migrate(db);
      // what psql has, "$user" first
      const { rows } = await db.query<{ schema: string }>('select current_schema() as schema');
      return rows[0];
    });
    expect(landsIn).toEqual({ schema: 'public' });
  });

  test('one that runs is found within milliseconds; stop says whether it ran; a start keeps data and port', async () => {
    const before = await startWithRows();
    const started = performance.now();
    await findServer({ home });
    // 3 to 5 ms on an idle machine
    expect(performance.now() - started).toBeLessThan(100);
    expect(await stopServer({ home })).toBe(true);
    expect(await stopServer({ home })).toBe(false);
    expect(await findServer({ home })).toBeNull();

    const after = await startServer({ home });
    expect(after).toEqual({ ...before, started: true });
    expect(await keptRows(after)).toBe(1);
  });

  test('`landfall url` starts one that was stopped, and prints the address with which one gets in', async () => {
    await startWithRows();
    await stopServer({ home });
    const world = standIn();
    const { code, out } = await type(['url'], { ...world, context: { ...world.context, home } });
    expect(code).toBe(0);
    expect(out).toMatch(/^\S+\n$/);
    const read = sql`select count(*) as rows from public.kept`;
    expect(await connect(out.trim(), (db) => one(db, read))).toEqual({ rows: 1 });
  });
});

describe('recovered without an operator', () => {
  /** SIGKILL of the server and its processes, as a crash or a power cut leaves it: with its lock files. */
  async function crash(): Promise<EmbeddedServer> {
    const server = await startWithRows();
    const postmaster = await findPostmaster(server.dataDirectory);
    process.kill(postmaster?.pid ?? 0, 'SIGKILL');
    await expect.poll(() => isGone(postmaster?.pid ?? 0)).toBe(true);
    return server;
  }

  /** Its processes notice within moments that it is gone, and let go of its port. */
  async function takePort(port: number): Promise<Server> {
    for (;;) {
      const other = createServer().listen(port, '127.0.0.1');
      const event = await Promise.race([once(other, 'listening'), once(other, 'error')]).catch(() => null);
      if (event !== null && other.listening) return other;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('the server was killed', async () => {
    const before = await crash();
    expect(await findServer({ home })).toBeNull();
    const after = await startServer({ home });
    expect(after.started).toBe(true);
    expect(after.dataDirectory).toBe(before.dataDirectory);
    expect(await keptRows(after)).toBe(1);
  });

  test('the server was killed, and a process of it is in the middle of a statement', async () => {
    const { url } = await startServer({ home });
    const busy = connect(url, (db) =>
      execute(db, sql`select count(*) from generate_series(1, 50000) a, generate_series(1, 50000) b`),
    );
    const ended = busy.then(
      () => 'answered',
      () => 'ended',
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    await crash();
    expect(await keptRows(await startServer({ home }))).toBe(1);
    expect(await ended).toBe('ended');
  });

  test('its pid belongs to another process now', async () => {
    const { dataDirectory } = await crash();
    const pidFile = join(dataDirectory, 'postmaster.pid');
    const [, ...lines] = (await readFile(pidFile, 'utf8')).split('\n');
    await writeFile(pidFile, [process.pid, ...lines].join('\n'));
    expect(await keptRows(await startServer({ home }))).toBe(1);
  });

  test('its port was taken meanwhile', async () => {
    const { port } = await crash();
    const other = await takePort(port);
    const after = await startServer({ home });
    expect(after.port).not.toBe(port);
    expect(await keptRows(after)).toBe(1);
    other.close();
  });

  test.each([
    ['is lost', async (path: string) => rm(path)],
    ['is cut short', async (path: string) => writeFile(path, '{"home":')],
    ['tells of another machine', async (path: string) => writeFile(path, '{"home":"/x","directory":"/x/y","port":1}')],
  ])('server.json %s', async (_what, damage) => {
    const before = await startWithRows();
    await damage(join(home, 'server.json'));
    expect(await startServer({ home })).toMatchObject({ url: before.url, started: false });
    await stopServer({ home });
    expect(await keptRows(await startServer({ home }))).toBe(1);
  });

  test('the password is lost', async () => {
    const { dataDirectory, url } = await startWithRows();
    await stopServer({ home });
    await rm(join(dirname(dataDirectory), 'password'));
    const after = await startServer({ home });
    expect(after.url).not.toBe(url);
    expect(await keptRows(after)).toBe(1);
  });

  test.each([
    ['of a command that died', JSON.stringify({ pid: process.pid, startedAt: 'another', host: hostname() })],
    ['that a power cut emptied', ''],
  ])('a lock %s, and an empty pid file', async (_what, lock) => {
    const { dataDirectory } = await startWithRows();
    await stopServer({ home });
    await writeFile(join(home, 'server.lock'), lock);
    await writeFile(join(dataDirectory, 'postmaster.pid'), '');
    expect(await keptRows(await startServer({ home }))).toBe(1);
    expect(await readdir(home)).not.toContain('server.lock');
  });

  test('a command that was killed while it made the database', async () => {
    const folder = join(parent, 'half');
    const half = startByCommand(folder);
    half.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 450));
    for (const { pid } of commands) process.kill(-(pid ?? 0), 'SIGKILL');
    const server = await startServer({ home: folder });
    await connect(server.url, (db) => execute(db, sql`select 1`));
    expect((await readdir(dirname(server.dataDirectory))).filter((name) => name.includes('.new-'))).toEqual([]);
    await removeServer(folder);
  });

  test('a folder that was moved keeps its database, one that was copied gets its own', async () => {
    const [first, moved, copied] = ['first', 'moved', 'copied'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    const { url } = await startServer({ home: first });
    await connect(url, (db) => execute(db, sql`create table public.kept as select 1 as row`));
    await stopServer({ home: first });
    await rename(first, moved);
    expect(await keptRows(await startServer({ home: moved }))).toBe(1);
    await stopServer({ home: moved });

    await cp(moved, copied, { recursive: true });
    const [original, copy] = [await startServer({ home: moved }), await startServer({ home: copied })];
    expect(copy.dataDirectory).not.toBe(original.dataDirectory);
    await removeServer(moved);
    await removeServer(copied);
  });
});

describe('what only a person can mend is said with what to do', () => {
  test('a database of another PostgreSQL', async () => {
    const { dataDirectory } = await startServer({ home });
    await stopServer({ home });
    await writeFile(join(dataDirectory, 'PG_VERSION'), '16\n');
    await expect(startServer({ home })).rejects.toThrow(/made by PostgreSQL 16, .* brings 17\. Dump what you need/);
    await writeFile(join(dataDirectory, 'PG_VERSION'), '17\n');
  });

  test('a folder that cannot be one', async () => {
    await mkdir(parent, { recursive: true });
    await writeFile(join(parent, 'file'), '');
    await expect(startServer({ home: join(parent, 'file', '.landfall') })).rejects.toThrow(
      /cannot use the folder .*ENOTDIR/,
    );
  });

  test('a server that does not start: its own words, and where its log is', async () => {
    const { dataDirectory } = await startServer({ home });
    await stopServer({ home });
    const conf = join(dataDirectory, 'postgresql.conf');
    const text = await readFile(conf, 'utf8');
    await writeFile(conf, `${text}\nno_such_setting = 1\n`);
    await expect(startServer({ home })).rejects.toThrow(/cannot start .*no_such_setting.*its log: .*server\.log/);
    await writeFile(conf, text);
  });
});
