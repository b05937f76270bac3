import { sql, type Sql } from '../../core/sql.ts';
import { mayComeBack } from './server-start.ts';
import type { LeaseRow } from './leases-sql.ts';

/** A process as a lease names it. */
export type Owner = NonNullable<LeaseRow['owner']>;

/** One execution that waits with its load for a target. */
export interface Waiter {
  readonly loadId: number;
  readonly execution: string;
  readonly owner: Owner | null;
}

/** Another load's execution that comes first; `quiet_seconds` since it looked at the lease. */
export interface WaiterRow {
  readonly load_id: number;
  readonly execution: string;
  readonly owner: Owner | null;
  readonly quiet_seconds: number;
}

/** How long a waiter counts after its last look, in seconds: on one machine, whose waiters name their process, and on AWS. */
export interface SignOfLife {
  readonly ofProcess: number;
  readonly ofExecution: number;
  /** After a start of the server, where its last look was before that: until then it may not have been able to look. */
  readonly afterStart: number;
}

/** The sign of life, at each look; answers how many there were. */
export function upsertWaiter({ loadId, execution, owner }: Waiter): Sql {
  return sql`
    insert into landfall.waiters (load_id, execution, target, owner)
    select load_id, ${execution}, target, ${owner === null ? null : JSON.stringify(owner)}::pg_catalog.jsonb
    from landfall.loads
    where (load_id operator(pg_catalog.=) ${loadId})
    on conflict (load_id, execution) do update
    set looks = waiters.looks operator(pg_catalog.+) 1, seen_at = pg_catalog.clock_timestamp(), owner = excluded.owner
    returning looks`;
}

/**
 * Who is to have the target before this load, the first one first, as far as their signs of life tell: those whose object
 * was changed last earlier, or at the same time and claimed earlier. A load that has ended wants nothing any more, but to be undone.
 */
export function selectWaitersBefore(loadId: number, alive: SignOfLife, most: number): Sql {
  return sql`
    select waiters.load_id, waiters.execution, waiters.owner,
      pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) waiters.seen_at)::pg_catalog.float8
        as quiet_seconds
    from landfall.loads as mine
    join landfall.waiters
      on (waiters.target operator(pg_catalog.=) mine.target)
      and (waiters.load_id operator(pg_catalog.<>) mine.load_id)
    join landfall.loads as other on (other.load_id operator(pg_catalog.=) waiters.load_id)
    where (mine.load_id operator(pg_catalog.=) ${loadId})
      and (
        (other.outcome is null)
        or (other.outcome operator(pg_catalog.=) 'FAILED')
        or exists (select from landfall.undos where (undos.load_id operator(pg_catalog.=) other.load_id) and (undos.ended_at is null))
      )
      and (
        (waiters.seen_at operator(pg_catalog.>) (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(
          secs => case
            when waiters.owner is null then ${alive.ofExecution}::pg_catalog.float8
            else ${alive.ofProcess}::pg_catalog.float8
          end)))
        or (
          (waiters.seen_at operator(pg_catalog.<) pg_catalog.pg_postmaster_start_time())
          and ${mayComeBack(sql`waiters.seen_at`, alive.afterStart)}
        )
      )
      and (row(${age(sql`other`)}, other.load_id) operator(pg_catalog.<) row(${age(sql`mine`)}, mine.load_id))
    order by ${age(sql`other`)}, other.load_id, waiters.execution
    limit ${most}`;
}

/**
 * An object's last change; the store of one that vanished did not tell, so the claim's time stands for it. A clock that is off, or
 * a forged date, makes nothing newer than an hour after its claim: else whatever comes would be older for years.
 */
export function age(load: Sql): Sql {
  return sql`
    least(coalesce(${load}.object_modified, ${load}.started_at),
      ${load}.started_at operator(pg_catalog.+) pg_catalog.make_interval(hours => 1))`;
}

/** Loads that wait for a target, the next one first. */
export interface QueueRow {
  readonly target: string;
  readonly loads: number;
  /** The first hundred of them; there is one at least. */
  readonly in_order: readonly [number | string, ...(number | string)[]];
}

/** Does an execution wait for its target now? */
export function selectIsWaiting(execution: string): Sql {
  return sql`
    select exists (select from landfall.waiters where (execution operator(pg_catalog.=) ${execution})) as waits`;
}

/** Targets that are waited for, by those who looked within so many seconds. */
export function selectQueues(withinSeconds: number): Sql {
  return sql`
    select waiting.target,
      pg_catalog.count(*)::pg_catalog.int4 as loads,
      (pg_catalog.array_agg(waiting.load_id order by waiting.age, waiting.load_id))[1:100] as in_order
    from (
      select distinct waiters.target, waiters.load_id, ${age(sql`loads`)} as age
      from landfall.waiters
      join landfall.loads on (loads.load_id operator(pg_catalog.=) waiters.load_id)
      where ((loads.outcome is null) or (loads.outcome operator(pg_catalog.=) 'FAILED'))
        and (waiters.seen_at operator(pg_catalog.>) (pg_catalog.clock_timestamp()
          operator(pg_catalog.-) pg_catalog.make_interval(secs => ${withinSeconds}::pg_catalog.float8)))
    ) as waiting
    group by waiting.target
    order by waiting.target`;
}

/** It has the lease, wants it no longer, or is dead. */
export function deleteWaiter(loadId: number, execution: string): Sql {
  return sql`
    delete from landfall.waiters
    where (load_id operator(pg_catalog.=) ${loadId})
      and (execution operator(pg_catalog.=) ${execution})`;
}

/** The execution has ended, whatever it waited with. */
export function deleteWaitersOf(execution: string): Sql {
  return sql`delete from landfall.waiters where (execution operator(pg_catalog.=) ${execution})`;
}

/** Those who have shown no life for so long that they hold nobody up; one that lives after all is back with its next look. */
export function deleteSilentWaiters(silentSeconds: number): Sql {
  return sql`
    delete from landfall.waiters
    where (seen_at operator(pg_catalog.<) (pg_catalog.clock_timestamp()
      operator(pg_catalog.-) pg_catalog.make_interval(secs => ${silentSeconds}::pg_catalog.float8)))`;
}
