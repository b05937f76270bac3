import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { lstat, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { rotateLog } from './log-file.ts';
import { openLog, readPlainFile } from './own-files.ts';
import { probe } from './probe.ts';
import { commandLineOf, endOrphans, isGone, userOf } from './processes.ts';
import { serverEnvironment } from './run-program.ts';
import { EmbeddedServerError, serverError } from './server-error.ts';
import type { ServerSettings } from './settings.ts';

/** 4: each is 2 s of silence, and a person reads of it within 15 s. */
const frozenAtMost = 4;

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** Recovery after a crash replays at most max_wal_size of WAL: 4 GB at the 100 MB/s of a slow disk is 40 s. */
const START_MS = 120_000;

/**
 * The server of this data directory where it runs, whatever started it. postmaster.pid is believed only if that process
 * is a postgres of this very directory and its owner's: after a crash or a reboot the number may belong to anyone, and
 * anyone may call a process whatever he likes.
 */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | null> {
  const lines = await lockFileLines(dataDirectory);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const command = await commandLineOf(pid);
  if (command === null || !command.includes('postgres') || !command.includes(dataDirectory)) return null;
  if (process.platform !== 'win32' && (await userOf(pid)) !== (await lstat(dataDirectory)).uid) return null;
  return { pid, port: Number(lines[3]) || 0 };
}

/**
 * Starts the server in a session of its own: it survives the command, its terminal and its process group. Answers when
 * it accepts connections. A port that was taken in between is replaced by another; `preferredPort` keeps URLs stable.
 */
export async function startPostmaster(
  cluster: Cluster,
  settings: ServerSettings,
  options: { preferredPort?: number; detached?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<Postmaster> {
  rotateLog(cluster.logFile);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? options.preferredPort : undefined);
    await disownLockFile(cluster.dataDirectory);
    const failure = await launch(cluster, { ...settings, port: String(port) }, options);
    if (typeof failure !== 'string') return { ...failure, port };
    const again = /could not bind|Address already in use|pre-existing shared memory|lock file "[^"]*" already exists/i;
    if (attempt >= 20 || !again.test(failure)) throw startFailure(cluster, failure);
    if (/shared memory/.test(failure)) {
      await endOrphans(cluster.dataDirectory);
      await sleep(500);
    }
  }
}

/**
 * PostgreSQL removes a dead server's postmaster.pid itself, but not where that number belongs to another process now;
 * then it gets one that no process can have. The rest must stay: by its shared memory PostgreSQL notices processes of
 * the dead server that still write.
 */
async function disownLockFile(dataDirectory: string): Promise<void> {
  const path = join(dataDirectory, 'postmaster.pid');
  const [pid, ...rest] = await lockFileLines(dataDirectory);
  // a power cut may leave it empty, and PostgreSQL does not dare to remove that
  if (pid === undefined || pid === '') return rm(path, { force: true });
  if ((await commandLineOf(Math.abs(Number(pid)))) === null) return;
  // a new file, since root would write through a link of its server user's
  await rm(path, { force: true });
  await writeFile(path, ['2147483646', ...rest].join('\n'), { flag: 'wx', mode: 0o644 });
}

/** Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status. */
async function lockFileLines(dataDirectory: string): Promise<readonly string[]> {
  const text = await readPlainFile(join(dataDirectory, 'postmaster.pid')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw serverError('read the embedded database', dataDirectory, error);
  });
  return text.split('\n');
}

/** Waits while a running server starts or recovers; false where it ended instead. */
export async function untilReady(
  postmaster: Postmaster,
  dataDirectory: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  for (let frozen = 0; ; ) {
    const state = await probe(postmaster.port, postmaster.pid, dataDirectory);
    if (state === 'ready') return true;
    signal?.throwIfAborted();
    frozen = state === 'frozen' ? frozen + 1 : 0;
    if (frozen === frozenAtMost) {
      throw new EmbeddedServerError(
        `the embedded server (process ${postmaster.pid}, port ${postmaster.port}) takes connections and says nothing: it was stopped (SIGSTOP), or the machine is overloaded. \`kill -CONT ${postmaster.pid}\` lets it go on; \`landfall stop\` ends it, the next command starts it again.`,
      );
    }
    if (await isGone(postmaster.pid)) return false;
    if (Date.now() > deadline) {
      throw new EmbeddedServerError(
        `the embedded server (process ${postmaster.pid}, port ${postmaster.port}) runs but has not accepted a connection for ${START_MS / 1_000} s. Its log is beside ${dataDirectory}; \`landfall stop\` ends it, the next command starts it again.`,
      );
    }
    await sleep(10);
  }
}

/** Fast shutdown: open transactions are rolled back, nothing committed is lost. A frozen server is woken up for it; one that has ended is stopped. */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw serverError('stop the embedded server', `process ${pid}`, error);
  }
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // it has ended already
  }
  const deadline = Date.now() + 60_000;
  while (!(await isGone(pid))) {
    if (Date.now() > deadline) {
      throw new EmbeddedServerError(
        `the embedded server (process ${pid}) has not stopped within 60 s: it may be writing a large checkpoint. Wait and run the command again; \`kill -QUIT ${pid}\` stops it at once, and the next start recovers.`,
      );
    }
    await sleep(10);
  }
}

/** Answers the process, or what its log says where it ended instead. */
async function launch(
  { binaries, dataDirectory, logFile, runAs }: Cluster,
  settings: ServerSettings,
  { detached = true, signal }: { detached?: boolean; signal?: AbortSignal | undefined },
): Promise<{ pid: number } | string> {
  const logFrom = await sizeOf(logFile);
  const log = openLog(logFile);
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', dataDirectory, ...flags], {
    ...runAs,
    cwd: dataDirectory,
    detached,
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const end: { how: string | null } = { how: null };
  child.once('error', (error) => (end.how = error.message));
  child.once('exit', (code, by) => (end.how ??= `it ended with ${by ?? `exit code ${code}`}`));
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (end.how !== null) return `${end.how}: ${(await readFile(logFile, 'utf8')).slice(logFrom).trim()}`;
    if (child.pid !== undefined && (await probe(Number(settings['port']), child.pid, dataDirectory)) === 'ready') {
      return { pid: child.pid };
    }
    if (signal?.aborted || Date.now() > deadline) {
      child.kill('SIGINT');
      signal?.throwIfAborted();
      return `it does not accept connections after ${START_MS / 1_000} s`;
    }
    await sleep(10);
  }
}

function startFailure({ dataDirectory, logFile }: Cluster, failure: string): EmbeddedServerError {
  const lines = failure.split('\n').filter((line) => /FATAL|PANIC|ERROR|HINT|ended with|does not/.test(line));
  const told = (lines.length > 0 ? lines : [failure]).slice(0, 4).join(' | ');
  return serverError('start the embedded server', dataDirectory, new Error(`${told} - its log: ${logFile}`));
}

/** A port that was free a moment ago on 127.0.0.1: the wished one, or any. */
async function freePort(wished = 0): Promise<number> {
  const listener = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(wished, '127.0.0.1', () => resolve((listener.address() as { port: number }).port));
    });
  } catch (error) {
    if (wished === 0) throw error;
    return await freePort();
  } finally {
    await new Promise((resolve) => listener.close(resolve));
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
