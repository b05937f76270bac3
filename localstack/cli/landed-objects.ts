import { stat } from 'node:fs/promises';
import type { LandedObjects } from '../../functions/operate/deps.ts';
import { directoryBucket } from '../../functions/objects/object-url.ts';
import type { Context } from './context.ts';
import { landedFiles } from './landing.ts';
import { landingFolder } from './named-datasets.ts';

/** The landing folder as the landing bucket: what `dev` watches. A folder that is not there holds nothing. */
export function landedObjects({ home }: Pick<Context, 'home'>): LandedObjects {
  return {
    bucket: directoryBucket,
    async *list(prefix, after) {
      const folder = landingFolder(home);
      const files = await landedFiles(folder).catch(nothingWhereThereIsNone);
      for (const { path, key, version } of files) {
        if (!key.startsWith(prefix) || (after !== null && key <= after)) continue;
        const { size, mtime } = await stat(path);
        yield { key: path, uploadKey: key, versionId: version, etag: null, sizeBytes: size, lastModified: mtime };
      }
    },
  };
}

function nothingWhereThereIsNone(error: NodeJS.ErrnoException): readonly never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
