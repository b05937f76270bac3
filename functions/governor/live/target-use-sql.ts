import { sql, type Sql } from '../../core/sql.ts';

/** Of whose target, and for which load, whose own sessions count as nobody. */
export interface Looked {
  readonly target: { readonly oid: number };
  readonly loadId: number;
}

/** The target as TargetUse has it. Every role sees these views; a session of another role shows its name and nothing more. */
export function selectTargetUse({ target, loadId }: Looked): Sql {
  return sql`
    with tables as (${tablesOf(target.oid)}),
    counted as (
      select
        coalesce(pg_catalog.sum(stats.n_tup_ins operator(pg_catalog.+) stats.n_tup_upd operator(pg_catalog.+) stats.n_tup_del), 0)::pg_catalog.int8 as written,
        greatest(pg_catalog.max(stats.last_seq_scan), pg_catalog.max(stats.last_idx_scan)) as scanned_at
      from pg_catalog.pg_stat_all_tables as stats
      where (stats.relid operator(pg_catalog.=) any (array(select tables.oid from tables)))
    )
    select
      ${iso(sql`pg_catalog.clock_timestamp()`)} as at,
      pg_catalog.current_setting('track_counts')::pg_catalog.bool as is_counted,
      counted.written,
      ${iso(sql`counted.scanned_at`)} as scanned_at,
      (
        select coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(tables.oid::pg_catalog.regclass)), 0) operator(pg_catalog.=) 0
        from tables
      ) as is_empty,
      ${countHolders(loadId)} as holders,
      (
        select pg_catalog.count(*)::pg_catalog.int4
        from pg_catalog.pg_stat_activity as sessions
        where (sessions.datname operator(pg_catalog.=) pg_catalog.current_database())
          and (sessions.usesysid is not null)
          and (not (coalesce(sessions.application_name, '') operator(pg_catalog.~~) 'landfall%'))
      ) as sessions
    from counted`;
}

/** Other sessions that hold a lock on the target at this moment: one row. */
export function selectHolders({ target, loadId }: Looked): Sql {
  return sql`
    with tables as (${tablesOf(target.oid)})
    select ${countHolders(loadId)} as holders`;
}

function tablesOf(oid: number): Sql {
  return sql`
      select ${oid}::pg_catalog.oid as oid
      union
      select leaf.relid::pg_catalog.oid
      from pg_catalog.pg_partition_tree(${oid}::pg_catalog.oid::pg_catalog.regclass) as leaf
    `;
}

/** Vacuum, analyze and index builds hold modes of their own, which are nobody's use. */
function countHolders(loadId: number): Sql {
  return sql`(
        select pg_catalog.count(distinct locks.pid)::pg_catalog.int4
        from pg_catalog.pg_locks as locks
        join pg_catalog.pg_stat_activity as holders on (holders.pid operator(pg_catalog.=) locks.pid)
        where (locks.locktype operator(pg_catalog.=) 'relation')
          and (holders.datname operator(pg_catalog.=) pg_catalog.current_database())
          and (locks.relation operator(pg_catalog.=) any (array(select tables.oid from tables)))
          and (locks.granted)
          and (locks.mode operator(pg_catalog.=) any (array['AccessShareLock', 'RowShareLock', 'RowExclusiveLock']::pg_catalog.text[]))
          and (holders.pid operator(pg_catalog.<>) pg_catalog.pg_backend_pid())
          and (not (coalesce(holders.application_name, '') operator(pg_catalog.~~) ${`landfall:${loadId}:%`}))
      )`;
}

/** With microseconds: two looks may be close. */
function iso(moment: Sql): Sql {
  return sql`pg_catalog.to_char(pg_catalog.timezone('UTC', ${moment}), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
