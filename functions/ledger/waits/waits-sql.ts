import { sql, type Sql } from '../../core/sql.ts';

/** A time in which a load merged nothing, since something stopped it; times in milliseconds since 1970. */
export interface WaitRow {
  readonly signal: string;
  readonly begun_at_ms: number;
  /** null: it waits. */
  readonly ended_at_ms: number | null;
  /** Until now, where it waits. */
  readonly seconds: number;
  /** How often it was looked whether it may go on. */
  readonly looks: number;
}

/** Those of this attempt, the oldest first; what an attempt before it waited for is over. */
export function selectWaits(loadId: number): Sql {
  const milliseconds = (column: Sql): Sql =>
    sql`(1000 operator(pg_catalog.*) pg_catalog.extract('epoch', ${column}))::pg_catalog.int8`;
  return sql`
    select waits.signal, ${milliseconds(sql`waits.begun_at`)} as begun_at_ms, ${milliseconds(sql`waits.ended_at`)} as ended_at_ms,
      pg_catalog.extract('epoch', coalesce(waits.ended_at, pg_catalog.clock_timestamp())
        operator(pg_catalog.-) waits.begun_at)::pg_catalog.float8 as seconds,
      waits.looks
    from landfall.waits
    join landfall.loads on (loads.load_id operator(pg_catalog.=) waits.load_id)
    where (waits.load_id operator(pg_catalog.=) ${loadId})
      and (waits.begun_at operator(pg_catalog.>=) loads.attempt_started_at)
    order by waits.begun_at`;
}

/** It begins to wait. The attempt fences out zombies. */
export function insertWait(
  { loadId, attempt }: { readonly loadId: number; readonly attempt: number },
  { signal, figure }: { readonly signal: string; readonly figure: string },
): Sql {
  return sql`
    insert into landfall.waits (load_id, signal, figure)
    select loads.load_id, ${signal}, ${figure}
    from landfall.loads
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (loads.attempt operator(pg_catalog.=) ${attempt})`;
}

/** The same where it does not wait already: of slices that are put off at the same time one says so. */
export function insertWaitUnlessOpen(
  load: { readonly loadId: number; readonly attempt: number },
  reason: { readonly signal: string; readonly figure: string },
): Sql {
  return sql`
    ${insertWait(load, reason)}
      and not exists (
        select
        from landfall.waits as open
        where (open.load_id operator(pg_catalog.=) ${load.loadId})
          and (open.ended_at is null)
      )`;
}

/** It looked once more, and waits on. */
export function updateWaitSeen(loadId: number, figure: string): Sql {
  return sql`
    update landfall.waits
    set figure = ${figure}, looks = waits.looks operator(pg_catalog.+) 1
    from landfall.loads
    where (waits.load_id operator(pg_catalog.=) ${loadId})
      and (waits.ended_at is null)
      and (loads.load_id operator(pg_catalog.=) waits.load_id)
      and (waits.begun_at operator(pg_catalog.>=) loads.attempt_started_at)`;
}

/** It goes on, or gives up. What an attempt before this one waited for when it ended stays without an end. */
export function updateWaitEnded(loadId: number): Sql {
  return sql`
    update landfall.waits
    set ended_at = pg_catalog.clock_timestamp()
    from landfall.loads
    where (waits.load_id operator(pg_catalog.=) ${loadId})
      and (waits.ended_at is null)
      and (loads.load_id operator(pg_catalog.=) waits.load_id)
      and (waits.begun_at operator(pg_catalog.>=) loads.attempt_started_at)`;
}

/** What was seen at the last look, worst first: { signal: { health, figure } }. */
export function updateSignals(
  { loadId, attempt }: { readonly loadId: number; readonly attempt: number },
  seen: Readonly<Record<string, { readonly health: string; readonly figure: string }>>,
): Sql {
  return sql`
    update landfall.loads
    set signals = ${JSON.stringify(seen)}
    where (load_id operator(pg_catalog.=) ${loadId})
      and (attempt operator(pg_catalog.=) ${attempt})`;
}

/** Where inserted WAL ends, in bytes since the beginning: what a transaction adds to it is told by two of these. */
export const selectWalPosition: Sql = sql`
  select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8 as bytes`;
