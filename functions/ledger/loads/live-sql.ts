import type { Live, TargetUse } from '../../core/traffic/live.ts';
import type { Memory } from '../../core/traffic/memory.ts';
import { sql, type Sql } from '../../core/sql.ts';

/** What was seen as the load was planned, to compare with later, and what follows from it. The attempt fences out zombies. */
export function updateFirstLook(
  { loadId, attempt }: { readonly loadId: number; readonly attempt: number },
  firstLook: TargetUse | null,
  live: Live,
): Sql {
  return sql`
    update landfall.loads
    set first_look = ${firstLook === null ? null : JSON.stringify(firstLook)}, live = ${JSON.stringify(live)}
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (loads.attempt operator(pg_catalog.=) ${attempt})`;
}

/** Decided anew. The first look is spent: what moves from here on is the load's own. */
export function updateLive(
  { loadId, attempt }: { readonly loadId: number; readonly attempt: number },
  live: Live,
): Sql {
  return sql`
    update landfall.loads
    set first_look = null, live = ${JSON.stringify(live)}
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (loads.attempt operator(pg_catalog.=) ${attempt})`;
}

/** Loads of all targets, newest first, among which the last of this one is sought: more in five minutes are not expected. */
const newestLoads = 1_000;

/** One row: when the last other load of this target was told of, and whether one took its lease and never ended. */
export function selectOwnUse({ loadId, target }: { readonly loadId: number; readonly target: string }): Sql {
  return sql`
    with newest as (
      select loads.load_id, loads.target, greatest(loads.ended_at, loads.reported_at) as ended_at
      from landfall.loads
      order by loads.load_id desc
      limit ${newestLoads}
    )
    select
      pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.max(newest.ended_at)), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ended_at,
      exists (
        select 1
        from landfall.loads as open
        where (open.outcome is null)
          and (open.attempt operator(pg_catalog.>) 0)
          and (open.target operator(pg_catalog.=) ${target})
          and (open.load_id operator(pg_catalog.<>) ${loadId})
      ) as is_open
    from newest
    where (newest.target operator(pg_catalog.=) ${target})
      and (newest.load_id operator(pg_catalog.<>) ${loadId})`;
}

/** What its statements over the whole load were given, for the report. */
export function updateMemory(loadId: number, memory: Memory): Sql {
  return sql`
    update landfall.loads
    set memory = ${JSON.stringify(memory)}
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}
