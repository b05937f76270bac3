import { sep } from 'node:path';
import { type WalkedFile, walkDirectory } from './directory-walk.ts';
import { fileVersion } from './file-version.ts';
import { directoryBucket } from '../../core/object-url.ts';
import type { ListedObject, Listing } from '../store.ts';

/**
 * The files under a folder, its subfolders included; links are not followed, and what is no file is left out. Their names
 * are held all at once: some hundred bytes each.
 */
export async function* listDirectory({
  prefix,
  after = '',
  pageObjects = 1_000,
}: Listing): AsyncGenerator<readonly ListedObject[], void, undefined> {
  const { files, skipped } = await walkDirectory(prefix.slice(0, prefix.lastIndexOf(sep) + 1));
  const denied = skipped.find(({ isDenied, path }) => isDenied && (path.startsWith(prefix) || prefix.startsWith(path)));
  if (denied !== undefined) throw new Error(`${denied.path} ${denied.why}`);
  const listed = files
    .filter(({ path }) => path.startsWith(prefix) && path > after)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (let from = 0; from < listed.length; from += pageObjects) {
    yield listed.slice(from, from + pageObjects).map(listedObject);
  }
}

function listedObject({ path, stats }: WalkedFile): ListedObject {
  return {
    bucket: directoryBucket,
    key: path,
    versionId: fileVersion(stats),
    etag: null,
    sizeBytes: Number(stats.size),
    lastModified: stats.mtime.toISOString(),
  };
}
