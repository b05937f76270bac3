import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path/posix';

/** What makes an object of a set the same one. */
interface OneOfSet {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** ISO 8601, or empty. */
  readonly lastModified: string;
}

/** All objects of a load as one: what its claim, its place in line and its messages know. */
export interface ObjectSet extends OneOfSet {
  readonly etag: null;
  readonly sequencer: null;
}

/**
 * The one that stands for several. Its key tells whoever reads it which they are, and by a hash of all keys in their order is no other
 * set's; its version is a hash of theirs. It is as large as they are together and as old as the newest of them.
 * @param manifest the key of the object that lists them; null: they were named.
 */
export function setOf(objects: readonly OneOfSet[], manifest: string | null): ObjectSet {
  const [first] = objects;
  if (first === undefined) throw new Error('a set has an object');
  const keys = hashOf(objects.map(({ bucket, key }) => `${bucket}\n${key}`));
  const others = objects.length === 1 ? '' : ` and ${objects.length - 1} more`;
  const folder = dirname(first.key);
  const named = folder === '.' ? basename(first.key) : `${folder === '/' ? '' : folder}/${basename(first.key)}`;
  return {
    bucket: first.bucket,
    key: `${manifest ?? named}${manifest === null ? others : ` (${objects.length} objects)`} #${keys.slice(0, 8)}`,
    versionId: `set:${hashOf([keys, ...objects.map(({ versionId }) => versionId)])}`,
    etag: null,
    sizeBytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    sequencer: null,
    lastModified: objects.reduce((newest, { lastModified }) => (lastModified > newest ? lastModified : newest), ''),
  };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
