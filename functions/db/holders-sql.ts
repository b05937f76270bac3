import { sql, type Sql } from '../core/sql.ts';

/** A session that another one waits for, as far as pg_stat_activity shows it to this role. */
export interface Holder {
  /** 0: a prepared transaction, which has no session. */
  readonly pid: number;
  readonly role: string | null;
  readonly application: string | null;
  readonly address: string | null;
  /** null: of another role, and not for this one to see. */
  readonly state: string | null;
  readonly since: Date | null;
  /** What is waited for: a relation, where it is one. */
  readonly relation: string | null;
}

/**
 * Whom sessions of these application_names (patterns of LIKE) have waited for since `sinceMs`, directly or behind somebody
 * else who waits; those first who wait for nobody. At most three.
 */
export function selectHolders(applicationNames: readonly string[], sinceMs: number): Sql {
  return sql`
    with recursive waiter as (
      select sessions.pid
      from pg_catalog.pg_stat_activity as sessions
      join pg_catalog.pg_locks as locks on (locks.pid operator(pg_catalog.=) sessions.pid) and (not locks.granted)
      where (sessions.application_name operator(pg_catalog.~~) any (${applicationNames}::pg_catalog.text[]))
        and (locks.waitstart operator(pg_catalog.<) (pg_catalog.clock_timestamp()
          operator(pg_catalog.-) pg_catalog.make_interval(secs => ${sinceMs / 1_000})))
    ),
    blocking as (
      select found.pid
      from waiter
      cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(waiter.pid)) as found (pid)
      union
      select further.pid
      from blocking
      cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(blocking.pid)) as further (pid)
    ),
    wanted as (
      select pg_catalog.format('%I.%I', spaces.nspname, relations.relname) as relation
      from waiter
      join pg_catalog.pg_locks as locks on (locks.pid operator(pg_catalog.=) waiter.pid)
      join pg_catalog.pg_class as relations on (relations.oid operator(pg_catalog.=) locks.relation)
      join pg_catalog.pg_namespace as spaces on (spaces.oid operator(pg_catalog.=) relations.relnamespace)
      where (not locks.granted) or (locks.locktype operator(pg_catalog.=) 'tuple')
      limit 1
    )
    select blocking.pid,
      holder.usename::pg_catalog.text as role,
      holder.application_name as application,
      pg_catalog.host(holder.client_addr) as address,
      holder.state,
      coalesce(holder.xact_start, holder.state_change) as since,
      (select relation from wanted) as relation
    from blocking
    left join pg_catalog.pg_stat_activity as holder on (holder.pid operator(pg_catalog.=) blocking.pid)
    order by pg_catalog.cardinality(pg_catalog.pg_blocking_pids(blocking.pid)), holder.xact_start nulls last, blocking.pid
    limit 3`;
}
