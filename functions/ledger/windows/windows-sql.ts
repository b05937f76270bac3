import { sql, type Sql } from '../../core/sql.ts';
import type { Outcome } from '../../protocol/outcomes.ts';
import type { StoredObject } from '../../objects/store.ts';

/** A window, and the load of its objects. */
export interface WindowRow {
  readonly window_id: number;
  readonly execution: string;
  /** Nothing more comes into it. */
  readonly sealed: boolean;
  /** Until it closes, rounded up; 0: it has. */
  readonly seconds_left: number;
  /** Since it closed, of the server's clock; negative: it has not. */
  readonly seconds_over: number;
  readonly load_id: number | null;
  readonly outcome: Outcome | null;
  /** Its load was undone, so its objects may be loaded again. */
  readonly undone: boolean;
}

/** A window with what is in it. */
export interface OpenWindowRow extends WindowRow {
  readonly objects: number;
  readonly bytes: number;
  /** It has another version of the key that was asked for. */
  readonly has_key: boolean;
}

const windowColumns = sql`windows.window_id, windows.execution, (windows.sealed_at is not null) as sealed,
      greatest(0, pg_catalog.ceil(pg_catalog.extract('epoch', windows.closes_at operator(pg_catalog.-) pg_catalog.clock_timestamp())))::pg_catalog.int4 as seconds_left,
      pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) windows.closes_at)::pg_catalog.float8 as seconds_over,
      windows.load_id, loads.outcome, (loads.undone_at is not null) as undone`;

/** `gath`, in ASCII: the first of two numbers of an advisory lock. */
const lockSpace = 0x67_61_74_68;

/** Until the transaction ends nobody else puts an object into a window of the dataset, or opens one. */
export function lockWindows(dataset: string): Sql {
  return sql`select pg_catalog.pg_advisory_xact_lock(${lockSpace}, pg_catalog.hashtext(${dataset}::pg_catalog.text))`;
}

/** The newest window that an execution has to load: a WindowRow. */
export function selectWindowOf(execution: string): Sql {
  return sql`
    select ${windowColumns}
    from landfall.windows
    left join landfall.loads on (loads.load_id operator(pg_catalog.=) windows.load_id)
    where (windows.execution operator(pg_catalog.=) ${execution})
    order by windows.window_id desc
    limit 1`;
}

/** The newest window that this version was put into: a WindowRow. */
export function selectWindowWith(dataset: string, { bucket, key, versionId }: StoredObject): Sql {
  return sql`
    select ${windowColumns}
    from landfall.gathered
    join landfall.windows on (windows.window_id operator(pg_catalog.=) gathered.window_id)
    left join landfall.loads on (loads.load_id operator(pg_catalog.=) windows.load_id)
    where (gathered.dataset operator(pg_catalog.=) ${dataset})
      and (gathered.bucket operator(pg_catalog.=) ${bucket})
      and (gathered.key operator(pg_catalog.=) ${key})
      and (gathered.version_id operator(pg_catalog.=) ${versionId})
    order by windows.window_id desc
    limit 1`;
}

/** The dataset's open window: an OpenWindowRow. */
export function selectOpenWindow(dataset: string, { bucket, key }: StoredObject): Sql {
  return sql`
    select ${windowColumns}, held.objects, held.bytes, held.has_key
    from landfall.windows
    left join landfall.loads on (loads.load_id operator(pg_catalog.=) windows.load_id)
    cross join lateral (
      select pg_catalog.count(*)::pg_catalog.int4 as objects, coalesce(pg_catalog.sum(gathered.size), 0)::pg_catalog.int8 as bytes,
        coalesce(pg_catalog.bool_or((gathered.bucket operator(pg_catalog.=) ${bucket}) and (gathered.key operator(pg_catalog.=) ${key})), false) as has_key
      from landfall.gathered
      where (gathered.window_id operator(pg_catalog.=) windows.window_id)
    ) as held
    where (windows.dataset operator(pg_catalog.=) ${dataset})
      and (windows.sealed_at is null)`;
}

/** Answers { window_id }. */
export function insertWindow(dataset: string, execution: string, seconds: number): Sql {
  return sql`
    insert into landfall.windows (dataset, execution, closes_at)
    values (${dataset}, ${execution}, pg_catalog.clock_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => ${seconds}))
    returning window_id`;
}

/** Puts an object into a window. */
export function insertGathered(windowId: number, dataset: string, object: StoredObject): Sql {
  const { bucket, key, versionId, etag, sizeBytes, lastModified } = object;
  return sql`
    insert into landfall.gathered (window_id, dataset, bucket, key, version_id, etag, size, object_modified)
    values (${windowId}, ${dataset}, ${bucket}, ${key}, ${versionId}, ${etag}, ${sizeBytes}, ${lastModified || null})`;
}

/** Nothing more comes into it; who opened it loads it in its time. */
export function sealWindow(windowId: number): Sql {
  return sql`
    update landfall.windows
    set sealed_at = coalesce(sealed_at, pg_catalog.clock_timestamp())
    where (window_id operator(pg_catalog.=) ${windowId})`;
}

/** Nothing more comes into it, and this execution loads it now. */
export function takeWindow(windowId: number, execution: string): Sql {
  return sql`
    update landfall.windows
    set sealed_at = coalesce(sealed_at, pg_catalog.clock_timestamp()), execution = ${execution},
      closes_at = pg_catalog.clock_timestamp()
    where (window_id operator(pg_catalog.=) ${windowId})
      and (load_id is null)`;
}

/** Its objects are this load's, or were loaded before. The first one stands, but where that was undone. */
export function updateWindowLoad(windowId: number, loadId: number): Sql {
  return sql`
    update landfall.windows
    set load_id = ${loadId}, sealed_at = coalesce(sealed_at, pg_catalog.clock_timestamp())
    where (window_id operator(pg_catalog.=) ${windowId})
      and (load_id is distinct from ${loadId})`;
}

/** What is in a window, the oldest first: rows as landfall.objects has them. */
export function selectGathered(windowId: number): Sql {
  return sql`
    select gathered.bucket, gathered.key, gathered.version_id, gathered.etag, gathered.size, gathered.object_modified
    from landfall.gathered
    where (gathered.window_id operator(pg_catalog.=) ${windowId})
    order by gathered.object_modified nulls first, gathered.key`;
}

/** A window that nobody loads. */
export interface DueWindowRow {
  readonly window_id: number;
  readonly dataset: string;
  /** Of its first object. */
  readonly bucket: string;
  readonly key: string;
}

/** Windows that closed so many seconds ago and have no load: who was to load them is gone. The oldest first. */
export function selectDueWindows(seconds: number, most: number): Sql {
  return sql`
    select windows.window_id, windows.dataset, first.bucket, first.key
    from landfall.windows
    cross join lateral (
      select gathered.bucket, gathered.key
      from landfall.gathered
      where (gathered.window_id operator(pg_catalog.=) windows.window_id)
      order by gathered.key
      limit 1
    ) as first
    where (windows.load_id is null)
      and (windows.closes_at operator(pg_catalog.<)
        (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(secs => ${seconds})))
    order by windows.closes_at
    limit ${most}`;
}
