import type { BigIntStats } from 'node:fs';

/** What something is that is no plain file, with what to do where that helps. */
export function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isSymbolicLink()) return 'a link';
  if (stats.isFIFO()) return 'a named pipe, which can be read only once (save its output to a file first)';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}
