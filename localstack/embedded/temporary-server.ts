import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installBinaries } from './binaries.ts';
import { type Cluster, clusterUrl, ensureCluster } from './cluster.ts';
import { makeOpenDirectory } from './open-directory.ts';
import { startPostmaster, stopPostmaster } from './postmaster.ts';
import { serverUser } from './server-user.ts';
import { laptopSettings, type ServerSettings } from './settings.ts';

export interface TemporaryServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDirectory: string;
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
}): Promise<TemporaryServer> {
  const { directory, settings = {} } = options;
  await makeOpenDirectory(directory);
  const cluster: Cluster = {
    dataDirectory: join(directory, 'data'),
    passwordFile: join(directory, 'password'),
    logFile: join(directory, 'server.log'),
    runAs: process.getuid?.() === 0 ? await serverUser() : {},
    binaries: await installBinaries(directory),
  };
  await ensureCluster(cluster, { sync: settings['fsync'] !== 'off' });
  const postmaster = await startPostmaster(cluster, { ...laptopSettings(), ...settings });
  const release = endWithThisProcess(postmaster.pid, directory);
  return {
    ...postmaster,
    url: await clusterUrl(cluster.passwordFile, postmaster.port),
    dataDirectory: cluster.dataDirectory,
    async stop() {
      release();
      await stopPostmaster(postmaster);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * The shell sits in a session of its own, so a Ctrl-C reaches this process and not it. It waits for the lock file to go
 * and not for the process: an ended one stays as a zombie where the system's first process collects none (containers).
 */
function endWithThisProcess(pid: number, directory: string): () => void {
  const script = `
    read -r word; [ "$word" = released ] && exit 0
    kill -INT "$1"
    n=0; while [ -e "$2/data/postmaster.pid" ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
    rm -rf "$2"`;
  const guard = spawn('/bin/sh', ['-c', script, 'landfall-guard', String(pid), directory], {
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
