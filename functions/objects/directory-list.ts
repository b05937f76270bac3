import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileVersion } from './file-version.ts';
import { directoryBucket } from './object-url.ts';
import type { ListedObject, Listing } from './store.ts';

/** The files under a folder, its subfolders included. Their names are held all at once: some hundred bytes each. */
export async function* listDirectory({
  prefix,
  after = '',
  pageObjects = 1_000,
}: Listing): AsyncGenerator<readonly ListedObject[], void, undefined> {
  const paths = (await pathsUnder(prefix)).filter((path) => path > after);
  for (let from = 0; from < paths.length; from += pageObjects) {
    const page = await Promise.all(paths.slice(from, from + pageObjects).map(listedObject));
    const listed = page.flat();
    if (listed.length > 0) yield listed;
  }
}

async function pathsUnder(prefix: string): Promise<readonly string[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf(sep) + 1);
  const names = await readdir(folder, { recursive: true }).catch(nothing([]));
  return names
    .map((name) => join(folder, name))
    .filter((path) => path.startsWith(prefix))
    .toSorted();
}

async function listedObject(path: string): Promise<readonly ListedObject[]> {
  const stats = await stat(path, { bigint: true }).catch(nothing<BigIntStats | null>(null));
  if (stats === null || !stats.isFile()) return [];
  return [
    {
      bucket: directoryBucket,
      key: path,
      versionId: fileVersion(stats),
      etag: null,
      sizeBytes: Number(stats.size),
      lastModified: stats.mtime.toISOString(),
    },
  ];
}

/** What is gone, or leads nowhere, is not there. */
function nothing<T>(none: T): (error: unknown) => T {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return none;
    throw error;
  };
}
