import { relative } from 'node:path';
import { printable } from '../core/printable.ts';
import { directoryBucket, shownObject } from '../core/object-url.ts';

/** An object as a person knows it: a path from where they stand (if shorter), or s3://bucket/key. */
export function shortName(object: { readonly bucket: string; readonly key: string }, folder: string): string {
  if (object.bucket !== directoryBucket) return shownObject(object);
  return shortPath(object.key, folder);
}

/** A path from where the person stands, unless that leads up and is longer; a report's s3:// URL stays as it is. */
export function shortPath(path: string, folder: string): string {
  if (path.startsWith('s3://')) return printable(path);
  const near = relative(folder, path);
  return printable(near !== '' && near.length < path.length ? near : path);
}
