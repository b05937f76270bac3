import { sql, type Sql } from '../../core/sql.ts';
import type { StoredObject } from '../../objects/store.ts';

/** Notes that a manifest or marker was seen; answers { seconds }: how long ago that was for the first time. */
export function insertSetStart(dataset: string, starter: StoredObject): Sql {
  const { bucket, key, versionId, etag, sizeBytes, lastModified } = starter;
  return sql`
    insert into landfall.set_starts as seen (dataset, bucket, key, version_id, etag, size, object_modified)
    values (${dataset}, ${bucket}, ${key}, ${versionId}, ${etag}, ${sizeBytes}, ${lastModified || null})
    on conflict (dataset, bucket, key, version_id) do update
    set object_modified = greatest(seen.object_modified, excluded.object_modified)
    returning pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) seen_at)::pg_catalog.float8 as seconds`;
}

/** What it started, or found loaded. */
export function updateSetStart(dataset: string, { bucket, key, versionId }: StoredObject, loadId: number): Sql {
  return sql`
    update landfall.set_starts
    set load_id = ${loadId}
    where (dataset operator(pg_catalog.=) ${dataset})
      and (bucket operator(pg_catalog.=) ${bucket})
      and (key operator(pg_catalog.=) ${key})
      and (version_id operator(pg_catalog.=) ${versionId})`;
}
