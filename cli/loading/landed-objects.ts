import type { LandedObjects } from '../../functions/operate/deps.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import { provenBelow } from '../../functions/objects/directory/proven-file.ts';
import type { Context } from '../context.ts';
import { landedFiles } from './landing.ts';
import { landingFolder } from '../typed/named-datasets.ts';
import { tellSkipped } from './skipped.ts';

/**
 * The landing folder as the landing bucket: what `dev` watches. A folder that is not there holds nothing; what may not be
 * taken is told and left out.
 */
export function landedObjects(context: Context, { followLinks }: { readonly followLinks: boolean }): LandedObjects {
  return {
    bucket: directoryBucket,
    sources: null,
    async *list(prefix, after) {
      const folder = landingFolder(context.home);
      const { files, skipped } = await landedFiles(folder, { followLinks });
      const tell = tellSkipped(context);
      tell(skipped);
      for (const file of files) {
        const { path, key, version, sizeBytes, lastModified } = file;
        if (!key.startsWith(prefix) || (after !== null && key <= after)) continue;
        const proof = await provenBelow(folder, file, followLinks);
        if (proof === 'proven')
          yield {
            bucket: directoryBucket,
            key: path,
            uploadKey: key,
            versionId: version,
            etag: null,
            sizeBytes,
            lastModified: lastModified.toISOString(),
          };
        else if (proof !== 'changed') tell([...skipped, { path, ...proof }]);
      }
    },
  };
}
