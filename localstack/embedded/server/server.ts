import { join } from 'node:path';
import { findPackage, installBinaries } from './binaries.ts';
import { type Cluster, clusterUrl, ensureCluster } from './cluster.ts';
import { withLock } from './lock.ts';
import {
  choosePlacement,
  existingHome,
  findPlacement,
  makePlace,
  type Placement,
  readNote,
  realHome,
  writeNote,
} from './placement.ts';
import { findPostmaster, type Postmaster, startPostmaster, stopPostmaster, untilReady } from './postmaster.ts';
import { serverError } from './server-error.ts';
import { laptopSettings } from './settings.ts';

export interface EmbeddedServer {
  /** postgres://postgres:<password>@127.0.0.1:<port>/landfall */
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** True if this call started it. */
  readonly started: boolean;
}

export interface ServerOptions {
  /** The .landfall folder. */
  readonly home: string;
  readonly signal?: AbortSignal;
  /** Lines for a person, about what takes longer than a moment. */
  readonly onNotice?: (line: string) => void;
}

/** Longer than initdb plus a recovery: a command that waits for another's start should not give up before it. */
const LOCK_MS = 150_000;

/**
 * The embedded PostgreSQL 17 of a folder: found where it runs, else started, else made and started. It is shared by all
 * commands of the folder and stays until stopServer(). Throws EmbeddedServerError with what to do.
 */
export async function startServer(options: ServerOptions): Promise<EmbeddedServer> {
  const home = await homeToStartIn(options.home);
  const running = await findServer({ ...options, home });
  if (running !== null) return running;
  try {
    return await withLock(join(home, 'server.lock'), { waitMs: LOCK_MS, signal: options.signal }, async () => {
      // another command may have started it while this one waited
      return (await findServer({ ...options, home })) ?? (await startHere(home, options));
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw serverError('start the embedded server', home, error);
  }
}

/** Where the programs are not installed, that is told and not what is wrong with the folder: with it mended nothing would start. */
async function homeToStartIn(home: string): Promise<string> {
  try {
    return realHome(home);
  } catch (error) {
    await findPackage();
    throw error;
  }
}

/** The folder's server if it runs and accepts connections (a few milliseconds); one that recovers is waited for. */
export async function findServer(options: ServerOptions): Promise<EmbeddedServer | null> {
  const home = existingHome(options.home);
  const placement = home === null ? null : await findPlacement(home);
  if (placement === null) return null;
  const dataDirectory = join(placement.directory, 'data');
  const postmaster = await findPostmaster(dataDirectory);
  if (postmaster === null || !(await untilReady(postmaster, dataDirectory, options.signal))) return null;
  return answer(placement, postmaster, false);
}

/** Stops the folder's server, fast and cleanly; answers whether it ran. */
export async function stopServer(options: ServerOptions): Promise<boolean> {
  const home = existingHome(options.home);
  if (home === null) return false;
  return withLock(join(home, 'server.lock'), { waitMs: LOCK_MS, signal: options.signal }, async () => {
    const placement = await findPlacement(home);
    const postmaster = placement === null ? null : await findPostmaster(join(placement.directory, 'data'));
    if (postmaster === null) return false;
    await stopPostmaster(postmaster);
    return true;
  });
}

async function startHere(home: string, { onNotice, signal }: ServerOptions): Promise<EmbeddedServer> {
  const placement = (await findPlacement(home)) ?? (await choosePlacement(home));
  makePlace(placement);
  const cluster: Cluster = {
    dataDirectory: join(placement.directory, 'data'),
    passwordFile: join(placement.directory, 'password'),
    logFile: join(placement.directory, 'server.log'),
    runAs: placement.runAs,
    binaries: await installBinaries(placement.binariesParent),
  };
  const made = await ensureCluster(cluster);
  if (made) onNotice?.(`made an embedded PostgreSQL in ${placement.directory}`);
  signal?.throwIfAborted();
  const preferredPort = (await readNote(home))?.port ?? 0;
  const postmaster = await startPostmaster(cluster, laptopSettings(), { preferredPort, signal });
  await writeNote(home, { home, directory: placement.directory, port: postmaster.port });
  return answer(placement, postmaster, true);
}

async function answer({ directory }: Placement, { port }: Postmaster, started: boolean): Promise<EmbeddedServer> {
  const url = await clusterUrl(join(directory, 'password'), port);
  return { url, port, dataDirectory: join(directory, 'data'), started };
}
