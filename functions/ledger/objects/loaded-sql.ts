import { sql, type Sql } from '../../core/sql.ts';
import type { StoredObject } from '../../objects/store.ts';

/** An object that was loaded before, by its place among those that were asked for, from 0. */
export interface LoadedRow {
  readonly place: number;
  readonly load_id: number;
}

/**
 * Every version of an object that a load has put into the target of its dataset, alone or as one of several: a relation with
 * dataset, bucket, key, version_id, etag, size, object_modified, sequencer, load_id and ended_at.
 */
export const loadedVersions = sql`(
    select loads.dataset, loads.bucket, loads.key, loads.version_id, loads.object_modified, loads.sequencer, loads.load_id, loads.ended_at
    from landfall.loads
    where (loads.outcome operator(pg_catalog.=) 'LOADED')
      and (loads.undone_at is null)
      and (loads.objects is null)
    union all
    select loads.dataset, objects.bucket, objects.key, objects.version_id, objects.object_modified, null::pg_catalog.text, loads.load_id, loads.ended_at
    from landfall.objects
    join landfall.loads on (loads.load_id operator(pg_catalog.=) objects.load_id)
    where (loads.outcome operator(pg_catalog.=) 'LOADED')
      and (loads.undone_at is null)
      and (objects.loaded_by is null)
      and (objects.refused_code is null)
  )`;

/**
 * Past its gate, and it did not come to its end: a part of it may be in the table, and it goes on without asking again. Not one that
 * another load of the same object took the place of.
 */
const stopped = sql`(loads.gated_at is not null)
      and ((loads.outcome is null) or (loads.outcome operator(pg_catalog.=) 'FAILED'))
      and (loads.code is distinct from 'REPLACED')`;

/** The same with those that stopped on the way into the table, in front of all that ended. To be asked by who has the lease: nobody merges meanwhile. */
const mergedVersions = sql`(
    select of_ended.dataset, of_ended.bucket, of_ended.key, of_ended.version_id, of_ended.load_id, of_ended.ended_at
    from ${loadedVersions} as of_ended
    union all
    select loads.dataset, loads.bucket, loads.key, loads.version_id, loads.load_id, null::pg_catalog.timestamptz
    from landfall.loads
    where ${stopped}
      and (loads.objects is null)
    union all
    select loads.dataset, objects.bucket, objects.key, objects.version_id, loads.load_id, null::pg_catalog.timestamptz
    from landfall.objects
    join landfall.loads on (loads.load_id operator(pg_catalog.=) objects.load_id)
    where ${stopped}
      and (objects.loaded_by is null)
      and (objects.refused_code is null)
  )`;

interface OfKey {
  readonly dataset: Sql;
  readonly bucket: Sql;
  readonly key: Sql;
}

/** The newest load of the key has this version: what was loaded after another version of it is loaded anew. */
function newestOf({ dataset, bucket, key }: OfKey, among: Sql = loadedVersions): Sql {
  return sql`
      select loaded.version_id, loaded.load_id
      from ${among} as loaded
      where (loaded.dataset operator(pg_catalog.=) ${dataset})
        and (loaded.bucket operator(pg_catalog.=) ${bucket})
        and (loaded.key operator(pg_catalog.=) ${key})
      order by loaded.ended_at desc nulls first, loaded.load_id desc
      limit 1`;
}

/** Which of these the dataset has loaded: LoadedRow rows. */
export function selectLoadedBefore(dataset: string, objects: readonly StoredObject[]): Sql {
  return sql`
    select (asked.place operator(pg_catalog.-) 1)::pg_catalog.int4 as place, newest.load_id
    from rows from (
      pg_catalog.unnest(${objects.map(({ bucket }) => bucket)}::pg_catalog.text[]),
      pg_catalog.unnest(${objects.map(({ key }) => key)}::pg_catalog.text[]),
      pg_catalog.unnest(${objects.map(({ versionId }) => versionId)}::pg_catalog.text[])
    ) with ordinality as asked (bucket, key, version_id, place)
    cross join lateral (${newestOf({ dataset: sql`${dataset}::pg_catalog.text`, bucket: sql`asked.bucket`, key: sql`asked.key` })}
    ) as newest
    where (newest.version_id operator(pg_catalog.=) asked.version_id)
    order by asked.place`;
}

interface OneObject {
  readonly dataset: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** The load of several objects that has loaded this one, where this one alone is asked for; { load_id }. */
export function selectLoadedInSet(object: OneObject): Sql {
  return inSet(object, loadedVersions);
}

/** The same of who has the lease: also one that stopped on the way into the table. */
export function selectMergedInSet(object: OneObject): Sql {
  return inSet(object, mergedVersions);
}

function inSet({ dataset, bucket, key, versionId }: OneObject, among: Sql): Sql {
  const ofKey = {
    dataset: sql`${dataset}::pg_catalog.text`,
    bucket: sql`${bucket}::pg_catalog.text`,
    key: sql`${key}::pg_catalog.text`,
  };
  return sql`
    select newest.load_id
    from (${newestOf(ofKey, among)}
    ) as newest
    join landfall.loads on (loads.load_id operator(pg_catalog.=) newest.load_id)
    where (newest.version_id operator(pg_catalog.=) ${versionId})
      and (loads.objects is not null)`;
}

/**
 * Under the lease: those of a load's objects that another one has loaded, or stopped in, are left out, and the others are its own. Answers
 * { left, by }: how many those are, and the newest load that has one of the former.
 */
export function updateLoadedBefore(loadId: number): Sql {
  return sql`
    with found as (
      select objects.ordinal, objects.loaded_by as was,
        (
          select case when (newest.version_id operator(pg_catalog.=) objects.version_id) then newest.load_id end
          from (${newestOf({ dataset: sql`loads.dataset`, bucket: sql`objects.bucket`, key: sql`objects.key` }, mergedVersions)}
          ) as newest
        ) as loaded_by
      from landfall.objects
      join landfall.loads on (loads.load_id operator(pg_catalog.=) objects.load_id)
      where (objects.load_id operator(pg_catalog.=) ${loadId})
    ), changed as (
      update landfall.objects
      set loaded_by = found.loaded_by
      from found
      where (objects.load_id operator(pg_catalog.=) ${loadId})
        and (objects.ordinal operator(pg_catalog.=) found.ordinal)
        and (found.loaded_by is distinct from found.was)
      returning objects.ordinal
    )
    select pg_catalog.count(*) filter (where (found.loaded_by is null))::pg_catalog.int4 as left,
      pg_catalog.max(found.loaded_by) as by
    from found`;
}
