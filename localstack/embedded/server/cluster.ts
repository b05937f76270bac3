import { randomBytes } from 'node:crypto';
import { lchown, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { readPlainFile } from './own-files.ts';
import { isGone } from './processes.ts';
import { type RunAs, runProgram } from './run-program.ts';
import { EmbeddedServerError, serverError } from './server-error.ts';

/** A data directory and what belongs to it. The server's user owns the data; the password lies beside it, mode 0600. */
export interface Cluster {
  readonly dataDirectory: string;
  readonly passwordFile: string;
  readonly logFile: string;
  readonly runAs: RunAs;
  readonly binaries: Binaries;
}

/**
 * Role and database of every embedded cluster; the role is a superuser, as on a newcomer's own server. It must not be
 * named like a schema of ours: search_path is `"$user", public`, and a person's plain `create table t` would land there.
 */
export const ROLE = 'postgres';
export const DATABASE = 'landfall';

/**
 * Makes the data directory where there is none yet (about 1 s). It is filled under another name and renamed when
 * complete, so a directory that exists is whole; what a killed command left behind is removed. Answers whether it made
 * one. The server must not run.
 */
export async function ensureCluster(cluster: Cluster, options: { sync: boolean } = { sync: true }): Promise<boolean> {
  const { dataDirectory, passwordFile } = cluster;
  await removeLeftBehind(dataDirectory);
  if (await isThere(dataDirectory)) {
    await checkVersion(cluster);
    await restorePassword(cluster);
    return false;
  }

  const [unfinished, password] = [dataDirectory, passwordFile].map((path) => `${path}.new-${process.pid}`) as [
    string,
    string,
  ];
  try {
    await makeDirectory(unfinished, cluster.runAs);
    await writePassword(password, cluster.runAs);
    await initialise({ ...cluster, passwordFile: password }, unfinished, options.sync);
    // a password without its database would be believed to be the next one's; the other way round it is replaced
    await rm(passwordFile, { force: true });
    await rename(unfinished, dataDirectory);
    await rename(password, passwordFile);
    return true;
  } catch (error) {
    for (const path of [unfinished, password]) await rm(path, removal).catch(() => undefined);
    throw serverError('make the embedded database', dataDirectory, error);
  }
}

/** initdb of a killed command may write on for a moment: rm() tries again where a folder was not empty after all. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };

/** What killed commands left unfinished. What cannot be removed now is in nobody's way, and the next start tries again. */
async function removeLeftBehind(dataDirectory: string): Promise<void> {
  const parent = dirname(dataDirectory);
  for (const entry of await readdir(parent)) {
    const pid = /\.new-(\d+)$/.exec(entry)?.[1];
    if (pid === undefined) continue;
    if (Number(pid) === process.pid || (await isGone(Number(pid)))) {
      await rm(join(parent, entry), removal).catch(() => undefined);
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await readdir(dirname(path))).includes(basename(path));
}

/** postgres://postgres:<password>@127.0.0.1:<port>/landfall */
export async function clusterUrl(passwordFile: string, port: number): Promise<string> {
  const text = await readPlainFile(passwordFile).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw serverError('read the password of the embedded server', passwordFile, cause);
    const what = `the embedded server runs, but its password file ${passwordFile} is gone`;
    throw new EmbeddedServerError(`${what}. Run \`landfall stop\`; the next command sets a new password.`, { cause });
  });
  const password = text.trim();
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

async function checkVersion({ dataDirectory, binaries }: Cluster): Promise<void> {
  const found = await readPlainFile(join(dataDirectory, 'PG_VERSION')).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw serverError('read the embedded database', dataDirectory, cause);
    const what = `${dataDirectory} holds no database: its file PG_VERSION is missing`;
    throw new EmbeddedServerError(`${what}. Move that directory away and run the command again.`, { cause });
  });
  if (found.trim() !== binaries.major) {
    throw new EmbeddedServerError(
      `${dataDirectory} was made by PostgreSQL ${found.trim()}, this version of landfall brings ${binaries.major}. Dump what you need with the older version, then move that directory away and run the command again.`,
    );
  }
}

/** mkdir() fails where there is an entry already, and in the folder of the one who runs nobody else can put one after it. */
async function makeDirectory(path: string, { uid, gid }: RunAs): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (uid !== undefined && gid !== undefined) await lchown(path, uid, gid);
}

/** 128 bits; hexadecimal, so that it needs no escaping in a URL. Other users of this machine can reach the port. */
async function writePassword(path: string, { uid, gid }: RunAs): Promise<string> {
  const password = randomBytes(16).toString('hex');
  await rm(path, { force: true });
  // fails where an entry is there, a link too
  const file = await open(path, 'wx', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${password}\n`);
    if (uid !== undefined && gid !== undefined) await file.chown(uid, gid);
  } finally {
    await file.close();
  }
  return password;
}

/** initdb with the collation that sorts alike on every system, then the database, made by a server without a port. */
async function initialise({ binaries, passwordFile, runAs }: Cluster, directory: string, sync: boolean): Promise<void> {
  await succeed('initdb', binaries.initdb, runAs, [
    `--pgdata=${directory}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...locale(binaries.major),
    ...(sync ? [] : ['--no-sync']),
  ]);
  await runAlone({ binaries, runAs }, directory, `create database ${DATABASE}`);
}

/** By code point, with the upper and lower case of Unicode; PostgreSQL 16 has that from the operating system alone. */
function locale(major: string): readonly string[] {
  return Number(major) < 17
    ? ['--locale-provider=libc', '--locale=C.UTF-8']
    : ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
}

/** A password file that was lost is made anew, and the role with it. */
async function restorePassword(cluster: Cluster): Promise<void> {
  const known = await readPlainFile(cluster.passwordFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw serverError('read the password of the embedded server', cluster.passwordFile, error);
  });
  if (known.trim() !== '') return;
  const unfinished = `${cluster.passwordFile}.new-${process.pid}`;
  const password = await writePassword(unfinished, cluster.runAs);
  await runAlone(cluster, cluster.dataDirectory, `alter role ${ROLE} password '${password}'`);
  await rename(unfinished, cluster.passwordFile);
}

/** One statement by a server without port or other clients; it ends with its input. */
async function runAlone(
  { binaries, runAs }: Pick<Cluster, 'binaries' | 'runAs'>,
  directory: string,
  statement: string,
): Promise<void> {
  const flags = ['--single', '-D', directory, '-c', 'log_checkpoints=off', 'template1'];
  await succeed('postgres --single', binaries.postgres, runAs, flags, `${statement}\n`);
}

async function succeed(
  name: string,
  program: string,
  runAs: RunAs,
  programArguments: readonly string[],
  input = '',
): Promise<void> {
  const { code, signal, output } = await runProgram(program, programArguments, { runAs, input });
  // single-user mode reports a failed statement only in its output
  if (code === 0 && !/\b(ERROR|FATAL|PANIC):/.test(output)) return;
  const lines = output.trim().split('\n');
  const telling = lines.filter((line) => /ERROR|FATAL|PANIC|could not|no space/i.test(line));
  const told = (telling.length > 0 ? telling : lines).slice(0, 4).join(' | ');
  throw new Error(`${name} ended with ${signal ?? `exit code ${code}`}: ${told}`);
}
