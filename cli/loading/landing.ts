import { relative, sep } from 'node:path';
import { isSidecarName, isUnfinishedName } from '../../functions/protocol/ignored-names.ts';
import { type Skipped, walkDirectory } from '../../functions/objects/directory/directory-walk.ts';
import { fileVersion } from '../../functions/objects/directory/file-version.ts';

export interface Landed {
  readonly path: string;
  /** Below the landing folder, as an S3 key would be written. */
  readonly key: string;
  /** Changes whenever the file does. */
  readonly version: string;
  /** Its last change, in ns since 1970. */
  readonly changedNs: bigint;
  readonly sizeBytes: number;
  readonly lastModified: Date;
}

/** A file is taken when its size and time of change have been still for this long: its writer is probably done. */
export const stillMs = 2_000;

/** What lies in the landing folder. */
export interface Landing {
  /** In the order of their names. */
  readonly files: readonly Landed[];
  readonly skipped: readonly Skipped[];
}

/** What is no file of its own: not finished, or it tells of the one beside it. */
function passOver(name: string): boolean {
  return isUnfinishedName(name) || isSidecarName(name);
}

/** Every file below the landing folder that has a finished name, and what else lies there and is not taken. */
export async function landedFiles(
  folder: string,
  { followLinks }: { readonly followLinks: boolean },
): Promise<Landing> {
  const { files, skipped } = await walkDirectory(folder, { followLinks, passOver });
  const landed = files.map(({ path, stats }) => ({
    path,
    key: relative(folder, path).split(sep).join('/'),
    version: fileVersion(stats),
    changedNs: stats.mtimeNs,
    sizeBytes: Number(stats.size),
    lastModified: stats.mtime,
  }));
  return { files: landed.toSorted((a, b) => (a.key < b.key ? -1 : 1)), skipped };
}

/** Which files are to be taken. */
export interface Stillness {
  /** Now, the oldest first: seen unchanged for two seconds, and not taken before in this version. */
  take(landed: readonly Landed[]): readonly Landed[];
  /** It could not be taken: it is looked at anew. */
  putBack(landed: Landed): void;
}

/** Remembers what was seen and what was taken. */
export function stillness(now: () => number = () => Date.now()): Stillness {
  const seen = new Map<string, { version: string; since: number; taken: boolean }>();
  const take = (landed: readonly Landed[]): readonly Landed[] => {
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
  return { take, putBack: ({ path }) => void seen.delete(path) };
}
