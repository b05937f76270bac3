import { isUtf8 } from 'node:buffer';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOf } from './file-kind.ts';

/** A file below a folder. */
export interface WalkedFile {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** What lies below a folder and cannot be taken. */
export interface Skipped {
  /** Bytes that are not UTF-8 are written \xNN. */
  readonly path: string;
  /** Goes on after the path: "is a link, ...". */
  readonly why: string;
  /** This user may not look into it. */
  readonly isDenied: boolean;
}

/** How a folder is walked. */
export interface WalkOptions {
  /** Links are what they lead to, and a file may have more names than one. */
  readonly followLinks?: boolean;
  /** Names, of folders too, that are not looked at and not told of. */
  readonly passOver?: (name: string) => boolean;
}

/**
 * Every file below a folder, and everything else that lies there with the reason why it is not taken. Nothing that lies
 * there ends the walk: a link in a circle, what may not be read, what goes away meanwhile. Names are held all at once.
 */
export async function walkDirectory(
  root: string,
  options: WalkOptions = {},
): Promise<{ readonly files: readonly WalkedFile[]; readonly skipped: readonly Skipped[] }> {
  const walk: Walk = { options, files: [], skipped: [], folders: [root], linked: [], been: new Set() };
  const own = await stat(root, { bigint: true }).catch(() => null);
  if (own !== null) walk.been.add(placeOf(own));
  for (let folder = next(walk); folder !== undefined; folder = next(walk)) {
    for (const name of await namesIn(folder, walk, folder === root)) await look(folder, name, walk);
  }
  return walk;
}

interface Walk {
  readonly options: WalkOptions;
  readonly files: WalkedFile[];
  readonly skipped: Skipped[];
  readonly folders: string[];
  /** Folders behind links come last: what lies in the tree itself keeps its own name. */
  readonly linked: string[];
  /** Folders by device and inode, where links may lead to one again. */
  readonly been: Set<string>;
}

function next({ folders, linked }: Walk): string | undefined {
  return folders.pop() ?? linked.pop();
}

async function namesIn(folder: string, walk: Walk, isRoot: boolean): Promise<readonly Buffer[]> {
  try {
    return await readdir(folder, { encoding: 'buffer' });
  } catch (error) {
    if (!isGone(error)) skip(walk, folder, whyNot(error, 'listed'), error);
    else if (isRoot) skip(walk, folder, 'is not there: make the folder again');
    return [];
  }
}

async function look(folder: string, name: Buffer, walk: Walk): Promise<void> {
  if (walk.options.passOver?.(name.toString()) === true) return;
  if (!isUtf8(name)) {
    skip(walk, join(folder, escaped(name)), 'has a name that is not UTF-8, as which the ledger keeps names: rename it');
    return;
  }
  const path = join(folder, name.toString());
  try {
    const own = await lstat(path, { bigint: true });
    if (!own.isSymbolicLink()) take(path, own, walk);
    else if (walk.options.followLinks === true) await follow(path, walk);
    else skip(walk, path, notFollowed);
  } catch (error) {
    if (!isGone(error)) skip(walk, path, whyNot(error, 'looked at'), error);
  }
}

/** Why a link is not taken. */
export const notFollowed = 'is a link, and links are not followed (--follow-links follows them)';

/** Why a file with several names is not taken. */
export function otherNames(count: bigint): string {
  return `is one file under ${count} names (hard links), and may be another user's (--follow-links takes such files)`;
}

async function follow(path: string, walk: Walk): Promise<void> {
  try {
    take(path, await stat(path, { bigint: true }), walk, true);
  } catch (error) {
    skip(walk, path, isGone(error) ? 'is a link that leads nowhere' : whyNot(error, 'followed'), error);
  }
}

function take(path: string, stats: BigIntStats, walk: Walk, isLink = false): void {
  const { followLinks = false } = walk.options;
  if (stats.isDirectory()) {
    const place = placeOf(stats);
    if (walk.been.has(place)) return;
    walk.been.add(place);
    (isLink ? walk.linked : walk.folders).push(path);
  } else if (!stats.isFile()) skip(walk, path, `is ${kindOf(stats)}, not a file`);
  else if (stats.nlink > 1n && !followLinks) skip(walk, path, otherNames(stats.nlink));
  else walk.files.push({ path, stats });
}

function placeOf({ dev, ino }: BigIntStats): string {
  return `${dev}-${ino}`;
}

function skip(walk: Walk, path: string, why: string, error?: unknown): void {
  const errno = (error as NodeJS.ErrnoException | undefined)?.code;
  walk.skipped.push({ path, why, isDenied: errno === 'EACCES' || errno === 'EPERM' });
}

function whyNot(error: unknown, what: string): string {
  const { code = 'no reason', message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return `may not be ${what} by this user (chmod u+rX, or chown it)`;
  if (code === 'ELOOP') return 'is a link that leads back to itself';
  if (code === 'ENAMETOOLONG') return 'lies deeper than a path can name';
  return `cannot be ${what}: ${message}`;
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function escaped(name: Buffer): string {
  return [...name].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`)).join('');
}
