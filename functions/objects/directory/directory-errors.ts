import { NotWritten } from '../../protocol/errors.ts';
import { printable } from '../../core/printable.ts';
import { ForeignFolder } from './folder-below.ts';
import { notNow, ObjectDenied, objectGone, objectInvalid } from '../object-errors.ts';
import { shownObject } from '../../core/object-url.ts';

type Ref = { readonly bucket: string; readonly key: string };

/** What an errno of reading a file means for its load; an error without a known errno comes back as it is. */
export function readFault(ref: Ref, error: unknown): unknown {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return objectGone(ref, error);
    case 'EACCES':
    case 'EPERM':
      return new ObjectDenied(
        ref,
        'give the user that runs the load the right to read it (chmod a+r, and x on its folders)',
        { cause: error, isThere: true },
      );
    case 'ELOOP':
      return objectInvalid(ref, 'is a symbolic link that leads back to itself: name the file it should lead to', error);
    case 'ENAMETOOLONG':
      return objectInvalid(ref, 'is a longer name than the file system allows: check the name', error);
    case 'EMFILE':
    case 'ENFILE':
      return notNow(ref, 'too many files are open on this machine', error);
    case 'EIO':
    case 'ESTALE':
    case 'EAGAIN':
    case 'EBUSY':
    case 'ETIMEDOUT':
      return notNow(
        ref,
        `the file system answered ${errnoOf(error)}; if that stays, the disk or mount is at fault`,
        error,
      );
    default:
      return error;
  }
}

/** A failed write of a report or rejects file, in words; it never says that the load is wrong. */
export function writeFault(ref: Ref, error: unknown): unknown {
  const advice = error instanceof ForeignFolder ? printable(error.message) : adviceOnWriting(errnoOf(error));
  return advice === null ? error : new NotWritten(`${shownObject(ref)} cannot be written: ${advice}`, { cause: error });
}

function adviceOnWriting(errno: string | null): string | null {
  switch (errno) {
    case 'EACCES':
    case 'EPERM':
      return 'the user that runs the load may not write into that folder (chmod or chown it, or choose another)';
    case 'EROFS':
      return 'the file system is mounted read-only (choose another folder)';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full (free some space and run the same command again)';
    case 'EISDIR':
      return 'a folder has that name (remove it, or choose another name)';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a part of its path is a file and not a folder (choose another folder)';
    case 'ENAMETOOLONG':
      return 'the name is longer than the file system allows';
    default:
      return null;
  }
}

function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
