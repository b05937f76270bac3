import type { BigIntStats } from 'node:fs';

/**
 * The identity of a file's content without reading it: device, inode, size, mtime in ns. A change that keeps all four
 * (a rewrite in place within the clock's tick of some ms, a forged mtime) cannot be seen.
 */
export function fileVersion(stats: BigIntStats): string {
  return `${stats.dev}-${stats.ino}-${stats.size}-${stats.mtimeNs}`;
}
