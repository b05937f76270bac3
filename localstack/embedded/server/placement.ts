import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeOwnFolder, ownFolder } from './own-folder.ts';
import type { RunAs } from './run-program.ts';
import { EmbeddedServerError, serverError } from './server-error.ts';
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

/** Where root's clusters of all folders lie; the second where /var/lib cannot be written (a read-only image). */
const rootsParents: readonly string[] = ['/var/lib/landfall', join(tmpdir(), 'landfall-root')];

/**
 * Where the folder's cluster is, or null where it has none. Only what the one who runs made counts: a cluster of root's
 * runs as its server user, which owns nothing above the data.
 * @throws EmbeddedServerError where the cluster's folder is, or may be, somebody else's work.
 */
export async function findPlacement(home: string): Promise<Placement | null> {
  const places = [join(home, 'postgres'), await notedDirectory(home)].filter((place) => place !== null);
  for (const directory of places) {
    if (entryOf(join(directory, 'data')) !== null) return placementIn(directory);
  }
  if (!isRoot()) return null;
  for (const parent of rootsParents) {
    const directory = join(parent, hashOf(home));
    // anyone may have made it in the temporary folder; then no cluster of root's is there
    if (entryOf(join(directory, 'data')) !== null && isOwn(directory)) return placementIn(directory);
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
  const binariesParent = rootsParent();
  return { directory: join(binariesParent, hashOf(home)), binariesParent, runAs: await serverUser() };
}

/** Makes the cluster's folder where there is none yet. Root's can be entered by its server user, and read by nobody. */
export function makePlace({ directory }: Placement): void {
  makeOwnFolder(directory, isRoot() ? 0o711 : 0o700);
}

/** The folder as all commands name it: existing, absolute, without symbolic links, nobody else's. */
export function realHome(home: string): string {
  try {
    return makeOwnFolder(home, 0o700);
  } catch (error) {
    throw serverError('use the folder of the embedded server', home, error);
  }
}

/** As realHome(), or null where there is no such folder: looking does not make one. */
export function existingHome(home: string): string | null {
  try {
    return ownFolder(home);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw serverError('use the folder of the embedded server', home, error);
  }
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
  return note.home === home || entryOf(note.home) === null ? note.directory : null;
}

/** The data is a folder of the server's user: no link, and never root's, as whom PostgreSQL does not run. */
function placementIn(directory: string): Placement {
  const own = ownFolder(directory);
  const data = entryOf(join(own, 'data'));
  const user = process.getuid?.();
  const isServers = user === undefined || (user === 0 ? data?.uid !== 0 : data?.uid === user);
  if (data?.isDirectory() !== true || !isServers) {
    const what = data?.isDirectory() === true ? `belongs to uid ${data.uid}` : 'is no folder';
    throw new EmbeddedServerError(
      `${join(own, 'data')} ${what}, so it is not the database of this user's embedded server: it was not started. Look at it (ls -ld ${join(own, 'data')}), then give it back (chown -R) or move it away; or name another folder with LANDFALL_HOME, or your own server with --database-url.`,
    );
  }
  return { directory: own, binariesParent: dirname(own), runAs: isRoot() ? { uid: data.uid, gid: data.gid } : {} };
}

/** The first of the folders that root alone can write; the last is in the temporary folder, where anyone may be first. */
export function rootsParent(parents: readonly string[] = rootsParents): string {
  const told: string[] = [];
  for (const parent of parents) {
    try {
      return makeOwnFolder(parent, 0o711);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const isUnfit = error instanceof EmbeddedServerError || ['EROFS', 'EACCES', 'EPERM'].includes(code ?? '');
      if (!isUnfit) throw serverError('make the folder', parent, error);
      told.push(message);
    }
  }
  throw new EmbeddedServerError(
    `there is no folder for root's embedded server, neither ${parents.join(' nor ')}: ${told.join(' - ')} Or run as an ordinary user.`,
  );
}

function isOwn(directory: string): boolean {
  try {
    ownFolder(directory);
    return true;
  } catch (error) {
    if (error instanceof EmbeddedServerError) return false;
    throw error;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function hashOf(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 12);
}

/** The entry itself, where it is a link too; null: there is none, or it cannot be looked at. */
function entryOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
