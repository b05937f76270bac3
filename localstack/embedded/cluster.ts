import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
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
  const { dataDirectory } = cluster;
  const parent = dirname(dataDirectory);
  await mkdir(parent, { recursive: true });
  const entries = await readdir(parent);
  for (const entry of entries.filter((name) => name.startsWith(`${basename(dataDirectory)}.new-`))) {
    await rm(join(parent, entry), { recursive: true, force: true });
  }
  if (entries.includes(basename(dataDirectory))) {
    await checkVersion(cluster);
    await restorePassword(cluster);
    return false;
  }

  const unfinished = `${dataDirectory}.new-${process.pid}`;
  try {
    await makeDirectory(unfinished, cluster.runAs);
    await writePassword(cluster);
    await initialise(cluster, unfinished, options.sync);
    await rename(unfinished, dataDirectory);
    return true;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    throw serverError('make the embedded database', dataDirectory, error);
  }
}

/** postgres://postgres:<password>@127.0.0.1:<port>/landfall */
export async function clusterUrl(passwordFile: string, port: number): Promise<string> {
  const text = await readFile(passwordFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw serverError('read the password of the embedded server', passwordFile, cause);
    const what = `the embedded server runs, but its password file ${passwordFile} is gone`;
    throw new EmbeddedServerError(`${what}. Run \`landfall stop\`; the next command sets a new password.`, { cause });
  });
  const password = text.trim();
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

async function checkVersion({ dataDirectory, binaries }: Cluster): Promise<void> {
  const found = await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    throw serverError('read the embedded database', dataDirectory, error);
  });
  if (found.trim() !== binaries.major) {
    throw new EmbeddedServerError(
      `${dataDirectory} was made by PostgreSQL ${found.trim()}, this version of landfall brings ${binaries.major}. Dump what you need with the older version, then move that directory away and run the command again.`,
    );
  }
}

async function makeDirectory(path: string, { uid, gid }: RunAs): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

/** 128 bits; hexadecimal, so that it needs no escaping in a URL. Other users of this machine can reach the port. */
async function writePassword({ passwordFile, runAs: { uid, gid } }: Cluster): Promise<string> {
  const password = randomBytes(16).toString('hex');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await chmod(passwordFile, 0o600);
  if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid);
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
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(sync ? [] : ['--no-sync']),
  ]);
  await runAlone({ binaries, runAs }, directory, `create database ${DATABASE}`);
}

/** A password file that was lost is made anew, and the role with it. */
async function restorePassword(cluster: Cluster): Promise<void> {
  const known = await readFile(cluster.passwordFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw serverError('read the password of the embedded server', cluster.passwordFile, error);
  });
  if (known.trim() !== '') return;
  const password = await writePassword(cluster);
  await runAlone(cluster, cluster.dataDirectory, `alter role ${ROLE} password '${password}'`);
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
