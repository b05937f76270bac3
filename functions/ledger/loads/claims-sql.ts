import type { LoadRequest } from '../../protocol/states.ts';
import { sql, type Sql } from '../../core/sql.ts';
import { nothingMergedWhere } from '../batches/counts-sql.ts';
import { ofSameKey } from './versions-sql.ts';
import type { StoredObject } from '../../objects/store.ts';

/** What makes two requests the same load, but for the generation. */
export interface LoadIdentity {
  readonly dataset: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** The newest generation of one object in one dataset, locked, so that two claims see each other. */
export function selectNewestGeneration(identity: LoadIdentity): Sql {
  return sql`
    select *
    from landfall.loads
    where (dataset = ${identity.dataset})
      and (bucket = ${identity.bucket})
      and (key = ${identity.key})
      and (version_id = ${identity.versionId})
    order by generation desc
    limit 1
    for update`;
}

/** Answers no row where another claim of the same generation was first. */
export function insertLoad(load: {
  readonly dataset: string;
  readonly target: string;
  readonly object: StoredObject;
  readonly generation: number;
  readonly request: LoadRequest;
  readonly execution: string;
}): Sql {
  const { object } = load;
  return sql`
    insert into landfall.loads
      (dataset, target, bucket, key, version_id, generation, etag, size, sequencer, object_modified, request, execution)
    values
      (${load.dataset}, ${load.target}, ${object.bucket}, ${object.key}, ${object.versionId}, ${load.generation},
       ${object.etag}, ${object.sizeBytes}, ${object.sequencer}, ${object.lastModified || null}, ${JSON.stringify(load.request)},
       ${load.execution})
    on conflict (dataset, bucket, key, version_id, generation) do nothing
    returning *`;
}

/**
 * A claim that resumes: the newest wish decides, until the gate was passed; after it, only of what concerns others that use the
 * target. What was forced stays so.
 */
export function updateRequest(loadId: number, request: LoadRequest): Sql {
  const traffic = request.traffic === undefined ? {} : { traffic: request.traffic };
  return sql`
    update landfall.loads
    set request = case
      when gated_at is null then ${JSON.stringify(request)}::pg_catalog.jsonb operator(pg_catalog.||)
        pg_catalog.jsonb_build_object('force', coalesce(request operator(pg_catalog.->) 'force', 'false'))
      else (request operator(pg_catalog.-) 'traffic') operator(pg_catalog.||) ${JSON.stringify(traffic)}::pg_catalog.jsonb
    end
    where (load_id = ${loadId})`;
}

/**
 * A claim that resumes: how the load failed before, or what it was held with, is history, and should this execution end before it has the lease, that
 * is recorded. Not where the load has a lease: then another execution runs it, or it died and its lease has yet to be taken.
 */
export function updateResumed(loadId: number, execution: string): Sql {
  return sql`
    update landfall.loads
    set execution = ${execution}, outcome = null, code = null, message = null, ended_at = null,
      ${nothingMergedWhere(sql`(outcome operator(pg_catalog.=) 'HELD')`)},
      report_path = null, page_path = null, rejects_path = null
    where (load_id = ${loadId})
      and not exists (select from landfall.leases where (load_id = ${loadId}))`;
}

/** Same object, same dataset, an older generation that never ended: it is given up for the new one. */
export function abandonOlderGenerations(loadId: number): Sql {
  return sql`
    update landfall.loads as old
    set outcome = 'FAILED', code = 'REPLACED', ended_at = clock_timestamp(),
      message = 'given up: load ' || new.load_id || ' of the same object replaced it'
    from landfall.loads as new
    where (new.load_id = ${loadId})
      and ${ofSameKey(sql`old`, sql`new`)}
      and (old.version_id = new.version_id)
      and (old.generation < new.generation)
      and (old.outcome is null)`;
}
