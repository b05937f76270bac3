import { sql, type Sql } from '../../core/sql.ts';

/** A session that waits for a lock that this load holds, or stands before it in the queue. */
export interface Waiter {
  readonly pid: number;
  /** When it began to wait; NULL in its first moment. */
  readonly since: string | null;
}

/**
 * An array of Waiter, NULL where nobody waits. Everybody may see who waits; whose sessions are ours their name says. Other loads
 * wait for this one by their own rules.
 */
export function waitersFor(loadId: number, databaseOid: number): Sql {
  return sql`
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('pid', waiting.pid, 'since', waiting.since) order by waiting.pid)
    from (
      select held.pid, pg_catalog.min(held.waitstart) as since
      from pg_catalog.pg_lock_status() as held
      where (not held.granted)
      group by held.pid
    ) as waiting
    where (
        pg_catalog.pg_blocking_pids(waiting.pid) operator(pg_catalog.&&) array(
          select own.pid
          from pg_catalog.pg_stat_get_activity(null) as own
          where (own.datid operator(pg_catalog.=) ${databaseOid}::pg_catalog.oid)
            and (own.application_name operator(pg_catalog.~~) ${`landfall:${loadId}:%`})
        )
      )
      and not exists (
        select
        from pg_catalog.pg_stat_get_activity(waiting.pid) as session
        where (session.application_name operator(pg_catalog.~~) 'landfall:%')
      )`;
}
