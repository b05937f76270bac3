import type { Sources } from '../objects/sources.ts';
import type { ObjectStore } from '../objects/store.ts';
import type { LandedObjects } from './deps.ts';

/** The landing bucket: a listing of S3 tells no versions, and a key is the upload's key. */
export function landingBucket(
  store: Pick<ObjectStore, 'list'>,
  bucket: string,
  sources: Sources = [bucket],
): LandedObjects {
  return {
    bucket,
    sources,
    async *list(prefix, after) {
      for await (const page of store.list({ bucket, prefix, ...(after === null ? {} : { after }) })) {
        for (const object of page) yield { ...object, uploadKey: object.key };
      }
    },
  };
}
