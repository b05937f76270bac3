import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installBinaries, type PostgresPackage } from './binaries.ts';
import { type Cluster, clusterUrl, ensureCluster } from './cluster.ts';
import { makeOwnFolder } from './own-folder.ts';
import { type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { isGone } from './processes.ts';
import { serverUser } from './server-user.ts';
import { laptopSettings, type ServerSettings } from './settings.ts';

export interface TemporaryServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDirectory: string;
  /** Ends it at once, as a power cut would, and starts it again on its port: it recovers. */
  crash(): Promise<void>;
  /** Ends the server and removes the directory. */
  stop(): Promise<void>;
}

/**
 * A cluster of one's own for tests and benchmarks, in a directory that does not exist yet or is empty (as root, below
 * folders that other users may enter). It ends with this
 * process, however that ends: a small shell waits on a pipe that closes with it.
 */
export async function startTemporaryServer(options: {
  directory: string;
  settings?: ServerSettings;
  /** Makes the data directory in place of initdb, and the password beside it. */
  fill?: (cluster: Cluster) => Promise<void>;
  /** null: the PostgreSQL that comes with Landfall. */
  from?: PostgresPackage | null;
}): Promise<TemporaryServer> {
  const { directory, settings = {}, fill, from = null } = options;
  makeOwnFolder(directory, process.getuid?.() === 0 ? 0o711 : 0o700);
  const release = endWithThisProcess(directory);
  const remove = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true });
    release();
  };
  try {
    const cluster = await clusterIn(directory, from);
    await (fill === undefined ? ensureCluster(cluster, { sync: settings['fsync'] !== 'off' }) : fill(cluster));
    const start = (preferredPort?: number): Promise<Postmaster> =>
      startPostmaster(
        cluster,
        { ...laptopSettings(), ...settings },
        preferredPort === undefined ? {} : { preferredPort },
      );
    let postmaster = await start();
    const { port } = postmaster;
    return {
      get pid() {
        return postmaster.pid;
      },
      port,
      url: await clusterUrl(cluster.passwordFile, port),
      dataDirectory: cluster.dataDirectory,
      async crash() {
        process.kill(postmaster.pid, 'SIGQUIT');
        while (!(await isGone(postmaster.pid))) await sleep(10);
        postmaster = await start(port);
        if (postmaster.port !== port) throw new Error(`port ${port} was taken while the server recovered`);
      },
      async stop() {
        try {
          await stopPostmaster(postmaster);
        } finally {
          await remove();
        }
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function clusterIn(directory: string, from: PostgresPackage | null): Promise<Cluster> {
  return {
    dataDirectory: join(directory, 'data'),
    passwordFile: join(directory, 'password'),
    logFile: join(directory, 'server.log'),
    runAs: process.getuid?.() === 0 ? await serverUser() : {},
    binaries: await installBinaries(directory, from),
  };
}

/**
 * The shell sits in a session of its own, so a Ctrl-C reaches this process and not it. It is there before anything else
 * is, and finds the server by its lock file, whose first line is its pid. It waits for that file to go and not for the
 * process: an ended one stays as a zombie where the system's first process collects none (containers).
 */
function endWithThisProcess(directory: string): () => void {
  const script = `
    read -r word; [ "$word" = released ] && exit 0
    read -r pid < "$1/data/postmaster.pid" && kill -INT "$pid"
    n=0; while [ -e "$1/data/postmaster.pid" ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
    n=0; until rm -rf "$1" || [ $n -ge 50 ]; do sleep 0.1; n=$((n + 1)); done`;
  const guard = spawn('/bin/sh', ['-c', script, 'landfall-guard', directory], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  // it may have been ended by someone; then stop() has nothing to release
  guard.stdin.on('error', () => undefined);
  // types call it a Writable; it is a socket, and an open one would keep this process alive
  (guard.stdin as typeof guard.stdin & { unref?: () => void }).unref?.();
  return () => {
    guard.stdin.end('released\n');
  };
}
