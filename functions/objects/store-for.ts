import { openDirectoryStore } from './directory/directory-store.ts';
import { directoryBucket } from '../core/object-url.ts';
import { foreignBucket, type Sources } from './sources.ts';
import type { ObjectStore } from './store.ts';

let s3: Promise<ObjectStore> | null = null;

/**
 * The store that holds this bucket: `file://` is the directory store, anything else S3. The AWS SDK costs ~0.2 s and
 * ~30 MB to import, so only the first S3 bucket of a process pays for it; its client (and connections) are then shared.
 */
export async function storeFor(bucket: string): Promise<ObjectStore> {
  if (bucket === directoryBucket) return openDirectoryStore();
  s3 ??= import('./s3/s3-store.ts').then(({ openS3Store }) => openS3Store());
  return s3;
}

/** Stores of those buckets only, also where the ledger names another. Throws LoadRejected FOREIGN_BUCKET. */
export function storeAmong(sources: Sources): (bucket: string) => Promise<ObjectStore> {
  return async (bucket) => {
    const refusal = foreignBucket({ bucket, key: 'an object' }, sources);
    if (refusal !== null) throw refusal;
    return await storeFor(bucket);
  };
}
