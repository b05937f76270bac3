import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { access, lstat, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute } from 'node:path';
import { readFault, writeFault } from './directory-errors.ts';
import { listDirectory } from './directory-list.ts';
import { readFileRange } from './directory-read.ts';
import { kindOf } from './file-kind.ts';
import { fileVersion } from './file-version.ts';
import { keepMemoryFlat } from '../flat-memory.ts';
import { inFolderBelow, type OpenFolder } from './folder-below.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { objectChanged, objectInvalid } from '../object-errors.ts';
import { directoryBucket } from '../../core/object-url.ts';
import type { ObjectRef, ObjectStore, StoredObject, WrittenRef } from '../store.ts';

/** Files of this machine as objects: bucket `file://`, key the absolute path. Holds no state. */
export function openDirectoryStore(): ObjectStore {
  return {
    head,
    read: (object, range, options) => keepMemoryFlat(readFileRange(object, range, options)),
    list: listDirectory,
    put,
    remove,
  };
}

async function head(ref: ObjectRef): Promise<StoredObject> {
  demandPath(ref);
  const stats = await statReadable(ref);
  if (!stats.isFile()) throw objectInvalid(ref, `is ${kindOf(stats)}, not a file: name a file`);
  const versionId = fileVersion(stats);
  if (ref.versionId != null && ref.versionId !== versionId) {
    throw objectChanged(ref, 'its size, its time of change or the file itself is another');
  }
  return {
    bucket: directoryBucket,
    key: ref.key,
    versionId,
    etag: null,
    sizeBytes: Number(stats.size),
    sequencer: null,
    lastModified: stats.mtime.toISOString(),
  };
}

/** stat alone would pass a file that nobody may read; the refusal belongs here, before anything is claimed or staged. */
async function statReadable(ref: ObjectRef): Promise<BigIntStats> {
  try {
    const stats = await stat(ref.key, { bigint: true });
    await access(ref.key, constants.R_OK);
    return stats;
  } catch (error) {
    const fault = readFault(ref, error);
    if (fault instanceof LoadRejected && fault.code === 'OBJECT_GONE' && (await isLink(ref.key)))
      throw objectInvalid(ref, 'is a symbolic link that leads nowhere: name the file it should lead to', error);
    throw fault;
  }
}

async function isLink(path: string): Promise<boolean> {
  return await lstat(path).then(
    (own) => own.isSymbolicLink(),
    () => false,
  );
}

/** fsync before the rename: after a power cut the name holds the whole new file or what it held before. */
async function put(ref: WrittenRef, body: AsyncIterable<Buffer> | Buffer, _contentType: string): Promise<string> {
  demandPath(ref);
  const folder = dirname(ref.key);
  try {
    await inFolderBelow({ root: ref.below ?? folder, path: folder }, (opened) =>
      writeIn(opened, basename(ref.key), body),
    );
    return ref.key;
  } catch (error) {
    throw writeFault(ref, error);
  }
}

async function remove(ref: WrittenRef): Promise<void> {
  demandPath(ref);
  const folder = dirname(ref.key);
  const root = ref.below ?? folder;
  try {
    await inFolderBelow({ root, path: folder }, (opened) => rm(opened.at(basename(ref.key)), { force: true }));
    if (folder !== root) await rmdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw writeFault(ref, error);
  }
}

async function writeIn(folder: OpenFolder, name: string, body: AsyncIterable<Buffer> | Buffer): Promise<void> {
  /** A dotfile ending in .part: a watched landing folder takes it for neither a file nor a finished one. */
  const unfinished = folder.at(`.${randomUUID()}.part`);
  try {
    await writeWhole(unfinished, body);
    await rename(unfinished, folder.at(name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** For this user alone, whatever the umask; `wx` follows no link and takes no file that is there. */
async function writeWhole(path: string, body: AsyncIterable<Buffer> | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

function demandPath(ref: ObjectRef): void {
  if (!isAbsolute(ref.key) || ref.key.includes('\0')) {
    throw objectInvalid(ref, 'is not an absolute path: give the whole path of the file');
  }
}
