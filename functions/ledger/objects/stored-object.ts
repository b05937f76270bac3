import type { StoredObject } from '../../objects/store.ts';

/** An object's own columns, as landfall.loads and landfall.objects have them. */
interface ObjectColumns {
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
  readonly etag: string | null;
  readonly size: number;
  readonly object_modified: Date | null;
  /** Of landfall.loads alone. */
  readonly sequencer?: string | null;
}

/** The object that they say. */
export function storedObjectOf(row: ObjectColumns): StoredObject {
  return {
    bucket: row.bucket,
    key: row.key,
    versionId: row.version_id,
    etag: row.etag,
    sizeBytes: row.size,
    sequencer: row.sequencer ?? null,
    lastModified: row.object_modified?.toISOString() ?? '',
  };
}
