import { sql, type Sql } from '../../core/sql.ts';

/** Its load has all that is known of its objects, and will have: whoever asks for them finds it there. */
const isOver = sql`(loads.outcome operator(pg_catalog.=) 'LOADED') and (loads.undone_at is null)`;

const before = (days: number): Sql =>
  sql`(pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(days => ${days}::pg_catalog.int4))`;

/** As many windows as one deletion looks at. */
const windowsAtOnce = 100;

/**
 * Windows that closed so many days ago and whose load is LOADED, the oldest first: as many as hold so many objects, and one at least. What is in them goes
 * with them, whole, since a part of a window would be another set. Those whose load failed, was refused or undone stay: the sweep knows by
 * them that their objects are that load's.
 */
export function deleteOldWindows({ days, most }: { readonly days: number; readonly most: number }): Sql {
  return sql`
    with old as (
      select windows.window_id, windows.closes_at
      from landfall.windows
      join landfall.loads on (loads.load_id operator(pg_catalog.=) windows.load_id)
      where (windows.load_id is not null)
        and (windows.closes_at operator(pg_catalog.<) ${before(days)})
        and ${isOver}
      order by windows.closes_at
      limit ${windowsAtOnce}
    ), counted as (
      select old.window_id,
        pg_catalog.sum(held.objects) over (order by old.closes_at, old.window_id) as objects,
        pg_catalog.row_number() over (order by old.closes_at, old.window_id) as place
      from old
      cross join lateral (
        select pg_catalog.count(*) as objects
        from landfall.gathered
        where (gathered.window_id operator(pg_catalog.=) old.window_id)
      ) as held
    )
    delete from landfall.windows
    using counted
    where (windows.window_id operator(pg_catalog.=) counted.window_id)
      and ((counted.place operator(pg_catalog.=) 1) or (counted.objects operator(pg_catalog.<=) ${most}::pg_catalog.int8))`;
}

/** A manifest or marker whose set was loaded long ago. */
export interface OldSetStart {
  readonly dataset: string;
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
}

/** Those that were seen, or looked at last, so many days ago, the oldest first. */
export function selectOldSetStarts({
  days,
  lookAgainDays,
  most,
}: {
  readonly days: number;
  readonly lookAgainDays: number;
  readonly most: number;
}): Sql {
  return sql`
    select starts.dataset, starts.bucket, starts.key, starts.version_id
    from landfall.set_starts as starts
    join landfall.loads on (loads.load_id operator(pg_catalog.=) starts.load_id)
    where (starts.load_id is not null)
      and (coalesce(starts.looked_at, starts.seen_at) operator(pg_catalog.<) ${before(lookAgainDays)})
      and (starts.seen_at operator(pg_catalog.<) ${before(days)})
      and ${isOver}
    order by coalesce(starts.looked_at, starts.seen_at)
    limit ${most}`;
}

/** No listing shows it any more. */
export function deleteSetStart(start: OldSetStart): Sql {
  return sql`delete from landfall.set_starts where ${isStart(start)}`;
}

/** Its object still lies there: a listing would show it as one that nobody knows. */
export function updateSetStartLooked(start: OldSetStart): Sql {
  return sql`update landfall.set_starts set looked_at = pg_catalog.clock_timestamp() where ${isStart(start)}`;
}

function isStart({ dataset, bucket, key, version_id: versionId }: OldSetStart): Sql {
  return sql`(set_starts.dataset operator(pg_catalog.=) ${dataset})
      and (set_starts.bucket operator(pg_catalog.=) ${bucket})
      and (set_starts.key operator(pg_catalog.=) ${key})
      and (set_starts.version_id operator(pg_catalog.=) ${versionId})`;
}

/** Of a window that is gone the load that was asked for by it, if there was one: { load_id }. */
export function selectLoadOfWindow(dataset: string, windowId: number): Sql {
  return sql`
    select loads.load_id
    from landfall.loads
    where (loads.dataset operator(pg_catalog.=) ${dataset})
      and ((loads.request operator(pg_catalog.->>) 'window'::pg_catalog.text) operator(pg_catalog.=) ${String(windowId)})
    order by loads.load_id
    limit 1`;
}
