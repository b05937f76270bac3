import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isUnfinishedName } from '../../functions/contract/ignored-names.ts';
import { fileVersion } from '../../functions/objects/file-version.ts';

export interface Landed {
  readonly path: string;
  /** Below the landing folder, as an S3 key would be written. */
  readonly key: string;
  /** Changes whenever the file does. */
  readonly version: string;
  /** Its last change, in ns since 1970. */
  readonly changedNs: bigint;
}

/** A file is taken when its size and time of change have been still for this long: its writer is probably done. */
export const stillMs = 2_000;

/** Every file below the landing folder that has a finished name, in the order of their names. */
export async function landedFiles(folder: string): Promise<readonly Landed[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: Landed[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path).split(sep).join('/');
    if (entry.isDirectory() || key.split('/').some(isUnfinishedName)) continue;
    const stats = await statsOf(path);
    if (stats !== null) found.push({ path, key, version: fileVersion(stats), changedNs: stats.mtimeNs });
  }
  return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Null where the file is gone already, or is none. */
async function statsOf(path: string): Promise<BigIntStats | null> {
  try {
    const found = await stat(path, { bigint: true });
    return found.isFile() ? found : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Which files are to be taken now, the oldest first: seen unchanged for two seconds, and not taken before in this version. */
export function stillness(now: () => number = () => Date.now()): (landed: readonly Landed[]) => readonly Landed[] {
  const seen = new Map<string, { version: string; since: number; taken: boolean }>();
  return (landed) => {
    const present = new Set(landed.map(({ path }) => path));
    for (const path of seen.keys()) if (!present.has(path)) seen.delete(path);
    const taken = landed.filter(({ path, version }) => {
      const known = seen.get(path);
      if (known === undefined || known.version !== version) {
        seen.set(path, { version, since: now(), taken: false });
        return false;
      }
      if (known.taken || now() - known.since < stillMs) return false;
      known.taken = true;
      return true;
    });
    return taken.toSorted((a, b) => (a.changedNs < b.changedNs ? -1 : Number(a.changedNs > b.changedNs)));
  };
}
