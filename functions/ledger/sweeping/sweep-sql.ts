import { sql, type Sql } from '../../core/sql.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import type { ListedObject } from '../../objects/store.ts';
import { isLoadedVersion, isNewer } from '../loads/versions-sql.ts';

/**
 * Which of these objects, by their place in the list from 0, no load of the dataset knows. S3 lists no version ids, so
 * there a version is told by ETag, size and date; in a bucket that keeps none the same content is the same version, unless
 * another was loaded in between (claim.ts). A load that could not read its object knows what lay there when it tried. Dry
 * runs load nothing, so they do not count. What waits in a window, or was gathered into a load that failed or was refused, is that one's. A manifest or marker is known once it has started a load.
 */
export function selectUnknown(dataset: string, bucket: string, objects: readonly ListedObject[]): Sql {
  return sql`
    select (listed.place - 1)::integer as place
    from unnest(
      ${objects.map(({ key }) => key)}::text[],
      ${objects.map(({ versionId }) => versionId)}::text[],
      ${objects.map(({ etag }) => etag)}::text[],
      ${objects.map(({ sizeBytes }) => sizeBytes)}::bigint[],
      ${objects.map(({ lastModified }) => lastModified)}::timestamptz[],
      ${objects.map(() => null)}::text[]
    ) with ordinality as listed (key, version_id, etag, size, object_modified, sequencer, place)
    where not exists (
      select
      from landfall.loads as known
      where (known.dataset = ${dataset})
        and (known.bucket = ${bucket})
        and (known.key = listed.key)
        and (known.request ->> 'dryRun' is distinct from 'true')
        and (
          (known.version_id = listed.version_id)
          or ((known.etag is null) and (listed.etag is not null) and (known.started_at >= listed.object_modified))
          or (
            (known.etag = listed.etag)
            and (known.size = listed.size)
            and (case
              when known.version_id like 'etag:%' then not exists (
                select
                from landfall.loads as other
                where ${isLoadedVersion(sql`other`, sql`known`)}
                  and ${isNewer(sql`other`, sql`known`)}
                  and ${isNewer(sql`listed`, sql`other`)}
              )
              else known.object_modified >= date_trunc('second', listed.object_modified)
            end)
          )
        )
    )
    and not exists (
      select
      from landfall.objects as together
      join landfall.loads as known on (known.load_id operator(pg_catalog.=) together.load_id)
      where (known.dataset operator(pg_catalog.=) ${dataset})
        and (together.bucket operator(pg_catalog.=) ${bucket})
        and (together.key operator(pg_catalog.=) listed.key)
        and (together.loaded_by is null)
        and (known.outcome operator(pg_catalog.=) 'LOADED')
        and (known.undone_at is null)
        and (
          (together.version_id operator(pg_catalog.=) listed.version_id)
          or (
            (together.etag operator(pg_catalog.=) listed.etag)
            and (together.size operator(pg_catalog.=) listed.size)
            and (together.object_modified operator(pg_catalog.>=) pg_catalog.date_trunc('second', listed.object_modified))
          )
        )
    )
    and not exists (
      select
      from landfall.gathered
      join landfall.windows on (windows.window_id operator(pg_catalog.=) gathered.window_id)
      left join landfall.loads as known on (known.load_id operator(pg_catalog.=) windows.load_id)
      where (gathered.dataset operator(pg_catalog.=) ${dataset})
        and (gathered.bucket operator(pg_catalog.=) ${bucket})
        and (gathered.key operator(pg_catalog.=) listed.key)
        -- of one that is LOADED its objects tell
        and (known.outcome is distinct from 'LOADED')
        and (
          (gathered.version_id operator(pg_catalog.=) listed.version_id)
          or (
            (gathered.etag operator(pg_catalog.=) listed.etag)
            and (gathered.size operator(pg_catalog.=) listed.size)
            and (gathered.object_modified operator(pg_catalog.>=) pg_catalog.date_trunc('second', listed.object_modified))
          )
        )
    )
    and not exists (
      select
      from landfall.set_starts as known
      where (known.dataset operator(pg_catalog.=) ${dataset})
        and (known.bucket operator(pg_catalog.=) ${bucket})
        and (known.key operator(pg_catalog.=) listed.key)
        and (known.load_id is not null)
        and (
          (known.version_id operator(pg_catalog.=) listed.version_id)
          or ((known.etag operator(pg_catalog.=) listed.etag) and (known.size operator(pg_catalog.=) listed.size))
        )
    )
    order by listed.place`;
}

/** A load that may have been left behind, and the lease that it still has. */
export interface StalledRow {
  readonly load_id: number;
  readonly attempt: number;
  readonly target: string;
  readonly execution: string;
  readonly outcome: string | null;
  /** null: it has no lease. */
  readonly token: string | null;
  readonly lease_execution: string | null;
}

/**
 * Loads on AWS that run without a lease, or whose lease has run out, the longest first. Whether their executions run is for
 * Step Functions to say. Loads of one machine are left out: nobody but their own command knows, and who needs the target
 * takes an expired lease over.
 */
export function selectStalled(limit: number): Sql {
  return sql`
    select loads.load_id, loads.attempt, loads.target, loads.execution, loads.outcome, leases.token,
      leases.execution as lease_execution
    from landfall.loads
    left join landfall.leases on (leases.load_id = loads.load_id)
    where ((loads.outcome is null) or (leases.load_id is not null))
      and ((leases.load_id is null) or (leases.expires_at < clock_timestamp()))
      and (loads.execution like 'arn:%')
      and ((leases.load_id is null) or (leases.execution like 'arn:%'))
    order by coalesce(loads.attempt_started_at, loads.started_at), loads.load_id
    limit ${limit}`;
}

/** Does nothing where the lease was renewed or taken over meanwhile. */
export function deleteExpiredLease(target: string, token: string): Sql {
  return sql`
    delete from landfall.leases
    where (target = ${target})
      and (token = ${token})
      and (expires_at < clock_timestamp())`;
}

/** Answers a row where the load holds a lease, expired or not. */
export function selectLeaseOf(loadId: number): Sql {
  return sql`select token from landfall.leases where (load_id = ${loadId})`;
}

/** How many leases of loads on AWS have run out. One of a single machine's load is taken over by whoever needs its target. */
export function selectExpiredLeases(): Sql {
  return sql`
    select count(*)::integer as expired
    from landfall.leases
    where (expires_at < clock_timestamp())
      and (execution like 'arn:%')`;
}

/** How many loads run, and for how many minutes the oldest of them has; 0 where none does. */
export function selectRunning(): Sql {
  return sql`
    select count(*)::integer as running,
      coalesce(floor(extract(epoch from clock_timestamp() - min(coalesce(attempt_started_at, started_at))) / 60), 0)::integer
        as oldest_minutes
    from landfall.loads
    where (outcome is null)`;
}

/** For how many minutes a table has been paused, or a load that runs has waited for others: the longest of all; 0 where none is. */
export function selectLongestWait(): Sql {
  return sql`
    select coalesce(pg_catalog.floor(pg_catalog.extract('epoch',
      pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.min(held_up.since)) operator(pg_catalog./) 60), 0)::pg_catalog.int4
      as minutes
    from (
      select pauses.paused_at as since
      from landfall.pauses
      union all
      select waits.begun_at
      from landfall.waits
      join landfall.loads on (loads.load_id operator(pg_catalog.=) waits.load_id)
      where (waits.ended_at is null)
        and (loads.outcome is null)
        and (waits.begun_at operator(pg_catalog.>=) loads.attempt_started_at)
    ) as held_up`;
}

/** Staging that nobody will read any more; attempt null: there is no such load. */
export interface EndedStagingRow {
  readonly load_id: number;
  readonly attempt: number | null;
  readonly tables: number;
}

/**
 * Staging of loads that have ended, the oldest first: after `graceMinutes`, in which their own execution drops it, and of
 * those that may go on (FAILED) after `keptDays`. One that is HELD keeps its own until it is declined.
 */
export function selectEndedStaging(options: {
  readonly graceMinutes: number;
  readonly keptDays: number;
  readonly limit: number;
}): Sql {
  return sql`
    with staged as (
      select substring(pg_class.relname from '^l([0-9]+)_')::bigint as load_id, count(*)::integer as tables
      from pg_class
      join pg_namespace on (pg_namespace.oid = pg_class.relnamespace)
      where (pg_namespace.nspname = ${STAGING_SCHEMA})
        and (pg_class.relkind = 'r')
        and (pg_class.relname ~ '^l[0-9]{1,18}_')
      group by 1
    )
    select staged.load_id, loads.attempt, staged.tables
    from staged
    left join landfall.loads on (loads.load_id = staged.load_id)
    where (loads.load_id is null)
      or (
        (loads.outcome is not null)
        and (loads.outcome <> 'HELD')
        and (loads.ended_at < clock_timestamp() - case
          when loads.outcome = 'FAILED' then make_interval(days => ${options.keptDays})
          else make_interval(mins => ${options.graceMinutes})
        end)
        and not exists (select from landfall.leases where (leases.load_id = loads.load_id))
      )
    order by staged.load_id
    limit ${options.limit}`;
}

/** Minutes since each dataset was loaded last; where it never was, since there is a ledger. */
export function selectFeedAges(names: readonly string[]): Sql {
  return sql`
    select feed.dataset,
      floor(extract(epoch from clock_timestamp() - coalesce(
        (
          select max(ended_at)
          from landfall.loads
          where (loads.dataset = feed.dataset)
            and (outcome = 'LOADED')
        ),
        (select min(applied_at) from landfall.migrations)
      )) / 60)::integer as minutes
    from unnest(${names}::text[]) as feed (dataset)
    order by feed.dataset`;
}
