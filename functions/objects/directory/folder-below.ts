import { constants, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Where Linux names open folders: what is opened below it lies in that very folder, whatever its path leads to by now. */
const openFolders = existsSync('/proc/self/fd') ? '/proc/self/fd' : null;

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY;

/** Somebody else prepared a folder on the way to a file; the message names it. */
export class ForeignFolder extends Error {
  override readonly name = 'ForeignFolder';
}

/** `path` is `root` or lies below it. */
interface Wanted {
  readonly root: string;
  readonly path: string;
  readonly mayBeAnyones?: boolean;
}

/** An open folder. */
export interface OpenFolder {
  /** The path of a name in it, for as long as it is open. */
  at(name: string): string;
}

/**
 * Opens a folder and makes what is missing, for this user alone (0700) whatever the umask. The root is taken as it is named,
 * and may be a link. Below it no link is followed, and a folder that is there already must belong to this user or to the
 * root's owner, unless it may be anyone's.
 * @throws ForeignFolder, or the file system's own error.
 */
export async function inFolderBelow<T>(
  { root, path, mayBeAnyones = false }: Wanted,
  use: (folder: OpenFolder) => Promise<T>,
): Promise<T> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  let handle = await open(root, folderFlags);
  try {
    const owner = mayBeAnyones ? null : (await handle.stat()).uid;
    let here = root;
    for (const name of relative(root, path).split(sep).filter(Boolean)) {
      const inner = await openIn({ handle, here, name }, owner);
      await handle.close();
      handle = inner;
      here = join(here, name);
    }
    const opened = handle;
    return await use({ at: (name) => pathIn(opened, here, name) });
  } finally {
    await handle.close();
  }
}

interface Inner {
  readonly handle: FileHandle;
  readonly here: string;
  readonly name: string;
}

async function openIn({ handle, here, name }: Inner, owner: number | null): Promise<FileHandle> {
  const path = pathIn(handle, here, name);
  const isNew = await makes(path);
  const inner = await open(path, folderFlags | constants.O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    // ENOTDIR is Linux's answer to a link, too
    if (error.code !== 'ELOOP' && error.code !== 'ENOTDIR') throw error;
    throw new ForeignFolder(`${join(here, name)} is a link or a file, and not a folder of this program: remove it`);
  });
  try {
    const { uid } = await inner.stat();
    if (owner !== null && uid !== process.geteuid?.() && uid !== owner)
      throw new ForeignFolder(
        `${join(here, name)} was made by another user (${uid}): remove it, or choose another folder`,
      );
    if (isNew) await inner.chmod(0o700);
    return inner;
  } catch (error) {
    await inner.close();
    throw error;
  }
}

async function makes(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function pathIn({ fd }: FileHandle, here: string, name: string): string {
  return openFolders === null ? join(here, name) : join(openFolders, String(fd), name);
}
