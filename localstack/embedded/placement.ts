import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeOpenDirectory } from './open-directory.ts';
import type { RunAs } from './run-program.ts';
import { serverError } from './server-error.ts';
import { serverUser } from './server-user.ts';

/** Where the cluster of a folder lies, and who runs it. */
export interface Placement {
  /** Holds data/, password and server.log. */
  readonly directory: string;
  /** Holds the installed binaries, postgresql-<version>/. */
  readonly binariesParent: string;
  readonly runAs: RunAs;
}

/** server.json: which folder this is, where its cluster lies, and the port it last had. */
export interface Note {
  readonly home: string;
  readonly directory: string;
  readonly port: number;
}

const ROOT_DIRECTORY = '/var/lib/landfall';
const ROOT_FALLBACK = join(tmpdir(), 'landfall-root');

/** Where the folder's cluster is, or null where it has none. It runs as its owner: root may use an ordinary user's folder. */
export async function findPlacement(home: string): Promise<Placement | null> {
  const candidates = [
    join(home, 'postgres'),
    await notedDirectory(home),
    ...(isRoot() ? [join(ROOT_DIRECTORY, hashOf(home)), join(ROOT_FALLBACK, hashOf(home))] : []),
  ];
  for (const directory of candidates) {
    const owner = directory === null ? null : await ownerOf(join(directory, 'data'));
    if (directory === null || owner === null) continue;
    return { directory, binariesParent: dirname(directory), runAs: isRoot() ? owner : {} };
  }
  return null;
}

/**
 * Where a new cluster goes. An ordinary user keeps everything in .landfall/. PostgreSQL refuses to run as root, and
 * root's server user cannot reach into root's home, so root's lies in /var/lib/landfall, named by a hash of the folder's
 * real path.
 */
export async function choosePlacement(home: string): Promise<Placement> {
  if (!isRoot()) return { directory: join(home, 'postgres'), binariesParent: home, runAs: {} };
  const binariesParent = await rootsParent();
  return { directory: join(binariesParent, hashOf(home)), binariesParent, runAs: await serverUser() };
}

/** The folder as all commands name it: existing, absolute, without symbolic links. */
export async function realHome(home: string): Promise<string> {
  try {
    await mkdir(home, { recursive: true });
    return await realpath(home);
  } catch (error) {
    throw serverError('use the folder of the embedded server', home, error);
  }
}

/** As realHome(), or null where there is no such folder: looking does not make one. */
export async function existingHome(home: string): Promise<string | null> {
  return realpath(home).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw serverError('use the folder of the embedded server', home, error);
  });
}

/** What the last start noted, or null; a half-written or foreign file is as good as none. */
export async function readNote(home: string): Promise<Note | null> {
  try {
    const note = JSON.parse(await readFile(join(home, 'server.json'), 'utf8')) as Partial<Note> | null;
    const whole = typeof note?.home === 'string' && typeof note.directory === 'string' && Number.isInteger(note.port);
    return whole ? (note as Note) : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw serverError('read', join(home, 'server.json'), error);
  }
}

/** Written whole or not at all. It holds no secret, and root may have written it in an ordinary user's folder. */
export async function writeNote(home: string, note: Note): Promise<void> {
  const path = join(home, 'server.json');
  const unfinished = `${path}.new-${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o644 });
  await rename(unfinished, path);
}

/** A moved folder keeps its cluster; a copied one, whose original is still there, gets its own. */
async function notedDirectory(home: string): Promise<string | null> {
  const note = await readNote(home);
  if (note === null) return null;
  return note.home === home || (await ownerOf(note.home)) === null ? note.directory : null;
}

/** The root's clusters of all folders; where /var/lib cannot be written (a read-only image), below the temporary folder. */
async function rootsParent(): Promise<string> {
  for (const parent of [ROOT_DIRECTORY, ROOT_FALLBACK]) {
    try {
      await mkdir(parent, { recursive: true });
      // in the temporary folder anyone may have made it first
      const { uid, mode } = await stat(parent);
      if (uid !== 0 || (mode & 0o022) !== 0) continue;
      await makeOpenDirectory(parent);
      return parent;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM')
        throw serverError('make the folder', parent, error);
    }
  }
  throw serverError(
    'find a folder for the embedded server',
    ROOT_DIRECTORY,
    new Error(
      'neither it nor the temporary folder can be written by root alone. Run as an ordinary user, or name your own server with --database-url.',
    ),
  );
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function hashOf(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 12);
}

async function ownerOf(path: string): Promise<Required<RunAs> | null> {
  return stat(path).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => null,
  );
}
