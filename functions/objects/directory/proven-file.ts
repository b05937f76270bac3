import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { notFollowed, otherNames } from './directory-walk.ts';
import { fileVersion } from './file-version.ts';

/** A file as a listing of a folder told it. */
export interface ListedFile {
  readonly path: string;
  readonly version: string;
}

/** `changed`: it is another by now or gone, the next listing tells. */
export type Proof = 'proven' | 'changed' | { readonly why: string };

/**
 * Whether what a name below `root` opens is the file that was listed, and lies there: no link at its end or on the way, no
 * second name elsewhere. Asked of the open file, so that nobody can put another in its place meanwhile; who then loads
 * exactly this version reads no other file, whatever the name leads to by then. With `followLinks` only that it is readable.
 */
export async function provenBelow(root: string, file: ListedFile, followLinks: boolean): Promise<Proof> {
  let handle: FileHandle;
  try {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW);
    handle = await open(file.path, flags);
  } catch (error) {
    return notOpened(error);
  }
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile() || fileVersion(stats) !== file.version) return 'changed';
    if (followLinks) return 'proven';
    if (stats.nlink > 1n) return { why: otherNames(stats.nlink) };
    const [place, folder] = await Promise.all([placeOf(handle, file.path), realpath(root)]);
    return place.startsWith(folder.endsWith(sep) ? folder : folder + sep)
      ? 'proven'
      : { why: `lies behind a link, in ${place}, and links are not followed` };
  } finally {
    await handle.close();
  }
}

/** Linux says where an open file lies; elsewhere its name is asked a second time. */
async function placeOf({ fd }: FileHandle, path: string): Promise<string> {
  return await (process.platform === 'linux' ? readlink(`/proc/self/fd/${fd}`) : realpath(path));
}

function notOpened(error: unknown): Proof {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENXIO':
      return 'changed';
    case 'ELOOP':
    case 'EMLINK':
      return { why: notFollowed };
    case 'EACCES':
    case 'EPERM':
      return { why: 'may not be read by this user (chmod u+r, or chown it)' };
    default:
      return { why: `cannot be opened: ${message}` };
  }
}
