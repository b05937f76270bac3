import { sql, type Sql } from '../../core/sql.ts';

/** A failure that people are to be told of. */
export interface Failure {
  /** What many failures have in common (failure-message.ts). */
  readonly cause: string;
  /** null: the execution had not claimed one. */
  readonly loadId: number | null;
  readonly execution: string | null;
}

/**
 * Failures of one cause come one after the other until the transaction ends: only one of them is the first. The row without
 * `about` is the cause's own; it counts as told, long ago.
 */
export function upsertCause(cause: string): Sql {
  return sql`
    insert into landfall.told_failures (cause, about, told_at)
    values (${cause}, '', '-infinity')
    on conflict (cause, about) do update
    set told_at = '-infinity'`;
}

/** The failure is known and not told; the same one again within `minutes` stays as it is. */
export function upsertFailure({ cause, loadId, execution }: Failure, minutes: number): Sql {
  return sql`
    insert into landfall.told_failures as known (cause, about, load_id)
    values (${cause}, ${loadId === null ? execution : String(loadId)}, ${loadId})
    on conflict (cause, about) do update
    set failed_at = excluded.failed_at, told_at = null
    where (known.told_at operator(pg_catalog.<) ${ago(minutes)})`;
}

/**
 * Marks a failure as told where it is the first of its cause: none was told within `minutes`, and none waits to be. Answers no
 * row otherwise.
 */
export function updateFirst({ cause, loadId, execution }: Failure, minutes: number): Sql {
  return sql`
    update landfall.told_failures as mine
    set told_at = pg_catalog.clock_timestamp()
    where (mine.cause operator(pg_catalog.=) ${cause})
      and (mine.about operator(pg_catalog.=) ${loadId === null ? execution : String(loadId)})
      and (mine.told_at is null)
      and (not exists (
        select
        from landfall.told_failures as other
        where (other.cause operator(pg_catalog.=) mine.cause)
          and (other.about operator(pg_catalog.<>) mine.about)
          and ((other.told_at is null) or (other.told_at operator(pg_catalog.>) ${ago(minutes)}))
      ))
    returning mine.about`;
}

/** It could not be told: the next try is the first again. */
export function updateUntold({ cause, loadId, execution }: Failure): Sql {
  return sql`
    update landfall.told_failures
    set told_at = null
    where (cause operator(pg_catalog.=) ${cause})
      and (about operator(pg_catalog.=) ${loadId === null ? execution : String(loadId)})`;
}

/** Failures of one cause that wait to be told together. */
export interface GatheredRow {
  readonly cause: string;
  readonly failures: number;
  readonly loads: number;
  /** Of these loads: FAILED still. */
  readonly still: number;
  /** The first of those, by number. */
  readonly examples: readonly number[];
  readonly first_at: Date;
  readonly last_at: Date;
}

/** What was gathered of causes of which nobody was told for so many minutes. */
export function selectGathered(minutes: number, examples: number): Sql {
  return sql`
    select gathered.cause,
      pg_catalog.count(*)::pg_catalog.int4 as failures,
      pg_catalog.count(gathered.load_id)::pg_catalog.int4 as loads,
      pg_catalog.count(loads.load_id)::pg_catalog.int4 as still,
      coalesce((pg_catalog.array_agg(loads.load_id order by loads.load_id)
        filter (where (loads.load_id is not null)))[1:${examples}], array[]::pg_catalog.int8[]) as examples,
      pg_catalog.min(gathered.failed_at) as first_at,
      pg_catalog.max(gathered.failed_at) as last_at
    from landfall.told_failures as gathered
    left join landfall.loads on (loads.load_id operator(pg_catalog.=) gathered.load_id)
      and (loads.outcome operator(pg_catalog.=) 'FAILED')
    where (gathered.told_at is null)
      and (not exists (
        select
        from landfall.told_failures as told
        where (told.cause operator(pg_catalog.=) gathered.cause)
          and (told.told_at operator(pg_catalog.>) ${ago(minutes)})
      ))
    group by gathered.cause
    order by gathered.cause`;
}

/** All of a cause that had failed by then are told. */
export function updateGathered(cause: string, lastAt: Date): Sql {
  return sql`
    update landfall.told_failures
    set told_at = pg_catalog.clock_timestamp()
    where (cause operator(pg_catalog.=) ${cause})
      and (told_at is null)
      and (failed_at operator(pg_catalog.<) (${lastAt.toISOString()}::pg_catalog.timestamptz
        operator(pg_catalog.+) pg_catalog.make_interval(secs => 0.001)))`;
}

/** What was told days ago is of no use any more. */
export function deleteToldLongAgo(days: number): Sql {
  return sql`
    delete from landfall.told_failures
    where (told_at operator(pg_catalog.<) (pg_catalog.clock_timestamp()
      operator(pg_catalog.-) pg_catalog.make_interval(days => ${days})))`;
}

function ago(minutes: number): Sql {
  return sql`(pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(mins => ${minutes}))`;
}
