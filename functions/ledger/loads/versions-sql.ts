import { writingDispositions } from '../../core/dispositions.ts';
import { join, sql, type Sql } from '../../core/sql.ts';
import type { StoredObject } from '../../objects/store.ts';
import { loadedVersions } from '../objects/loaded-sql.ts';
import { countIn } from '../batches/counts-sql.ts';
import { age } from '../leases/waiters-sql.ts';

/**
 * Whether one version of a key is newer than another: by S3's sequencers, of which the shorter is padded on the right with
 * zeros, or, where one of them has none, by the time of modification. Both sides are relations with these two columns.
 */
export function isNewer(left: Sql, right: Sql): Sql {
  const padded = (side: Sql): Sql =>
    sql`upper(rpad(${side}.sequencer, greatest(length(${left}.sequencer), length(${right}.sequencer)), '0')) collate "C"`;
  return sql`(case
        when (${left}.sequencer is not null) and (${right}.sequencer is not null) then ${padded(left)} > ${padded(right)}
        else ${left}.object_modified > ${right}.object_modified
      end)`;
}

/** Both are loads of one key into one dataset. */
export function ofSameKey(left: Sql, right: Sql): Sql {
  return sql`
    (${left}.dataset operator(pg_catalog.=) ${right}.dataset)
      and (${left}.bucket operator(pg_catalog.=) ${right}.bucket)
      and (${left}.key operator(pg_catalog.=) ${right}.key)`;
}

/** `other` loaded another version of the key. */
export function isLoadedVersion(other: Sql, mine: Sql): Sql {
  return sql`
    ${ofSameKey(other, mine)}
      and (${other}.version_id operator(pg_catalog.<>) ${mine}.version_id)
      and (${other}.outcome operator(pg_catalog.=) 'LOADED')
      and (${other}.undone_at is null)`;
}

/** The other versions of a load's key that were loaded, alone or with others. Behind an offset, so that each branch is asked for the key. */
function otherVersions(mine: Sql): Sql {
  return sql`(
      select loaded.load_id, loaded.sequencer, loaded.object_modified
      from ${loadedVersions} as loaded
      where ${ofSameKey(sql`loaded`, mine)}
        and (loaded.version_id operator(pg_catalog.<>) ${mine}.version_id)
      offset 0
    )`;
}

/**
 * A bucket without versions names content, not uploads: after A, B and A again the second A has the version of the
 * first, which is loaded. Answers the B: loaded after that load, and older than what lies there now.
 */
export function selectLoadedBetween(loadId: number, now: StoredObject): Sql {
  return sql`
    select other.load_id
    from landfall.loads as mine
    cross join (values (${now.sequencer}::text, ${now.lastModified || null}::timestamptz)) as now (sequencer, object_modified)
    cross join lateral ${otherVersions(sql`mine`)} as other
    where (mine.load_id = ${loadId})
      and (mine.version_id like 'etag:%')
      and ${isNewer(sql`other`, sql`mine`)}
      and ${isNewer(sql`now`, sql`other`)}
    limit 1`;
}

/**
 * The same for a load that is resumed: it is as old as the upload that lies there now. One that was uploaded again is no longer older
 * than what was loaded in between.
 */
export function updateUploadedAgain(loadId: number, now: StoredObject): Sql {
  return sql`
    update landfall.loads as mine
    set sequencer = now.sequencer, object_modified = greatest(mine.object_modified, now.object_modified)
    from (values (${now.sequencer}::text, ${now.lastModified || null}::timestamptz)) as now (sequencer, object_modified)
    where (mine.load_id operator(pg_catalog.=) ${loadId})
      and (mine.version_id operator(pg_catalog.~~) 'etag:%')
      and ${isNewer(sql`now`, sql`mine`)}`;
}

/** A load of a newer object that was merged before. */
export interface MergedRow {
  readonly load_id: number;
  readonly bucket: string;
  readonly key: string;
  readonly object_modified: Date;
}

/**
 * Loads of newer objects, whatever their keys, that were merged into this load's table, the newest first; also those that
 * stopped half-way, of which rows are there. To be asked by who is about to take the lease: nobody merges meanwhile.
 */
export function selectMergedNewer(loadId: number, most: number): Sql {
  const wrote = writingDispositions.map((name) => sql`(${countIn('batches.counts', name)} operator(pg_catalog.>) 0)`);
  return sql`
    select other.load_id, other.bucket, other.key, other.object_modified
    from landfall.loads as mine
    join landfall.loads as other
      on (other.target operator(pg_catalog.=) mine.target)
      -- of these the index knows; no age is later than that
      and (other.object_modified operator(pg_catalog.>) ${age(sql`mine`)})
      and (${age(sql`other`)} operator(pg_catalog.>) ${age(sql`mine`)})
      and (other.gated_at is not null)
      and (other.undone_at is null)
    where (mine.load_id operator(pg_catalog.=) ${loadId})
      and (
        (other.outcome operator(pg_catalog.=) 'LOADED')
        or exists (
          select
          from landfall.batches
          where (batches.load_id operator(pg_catalog.=) other.load_id)
            and (${join(wrote, ' or ')})
        )
      )
    order by other.object_modified desc, other.load_id desc
    limit ${most}`;
}

/** A newer version of the same key that is loaded already. */
export function selectNewerLoaded(loadId: number): Sql {
  return sql`
    select other.load_id
    from landfall.loads as mine
    cross join lateral ${otherVersions(sql`mine`)} as other
    where (mine.load_id = ${loadId})
      and (mine.objects is null)
      and ${isNewer(sql`other`, sql`mine`)}
    limit 1`;
}
