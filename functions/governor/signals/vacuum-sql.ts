import { sql, type Sql } from '../../core/sql.ts';

/** A vacuum of the target, or of one of its partitions. */
export interface Vacuum {
  /** NULL: the role is not shown whose it is. */
  readonly isAuto: boolean | null;
  readonly preventsWraparound: boolean;
}

/**
 * An array of Vacuum, NULL where none works there. Which table a vacuum works on is shown to few, but its lock to everybody. That it
 * prevents wraparound its own words say, and to a role that is not shown them the age of the table.
 */
export function vacuumsOf(oid: number, databaseOid: number): Sql {
  return sql`
    select case when exists (select from pg_catalog.pg_stat_get_progress_info('VACUUM')) then (
      select pg_catalog.jsonb_agg(
        pg_catalog.jsonb_build_object(
          'isAuto', session.backend_type operator(pg_catalog.=) 'autovacuum worker',
          'preventsWraparound', (pg_catalog.strpos(session.query, '(to prevent wraparound)') operator(pg_catalog.>) 0)
            or (
              pg_catalog.age(relation.relfrozenxid) operator(pg_catalog.>)
              pg_catalog.current_setting('autovacuum_freeze_max_age')::pg_catalog.int4
            )
        )
      )
      from pg_catalog.pg_stat_get_progress_info('VACUUM') as vacuum
      join pg_catalog.pg_lock_status() as held
        on (held.pid operator(pg_catalog.=) vacuum.pid) and (held.database operator(pg_catalog.=) vacuum.datid)
      join pg_catalog.pg_class as relation on (relation.oid operator(pg_catalog.=) held.relation)
      left join lateral pg_catalog.pg_stat_get_activity(vacuum.pid) as session on true
      where (held.locktype operator(pg_catalog.=) 'relation')
        and (held.mode operator(pg_catalog.=) 'ShareUpdateExclusiveLock')
        and (vacuum.datid operator(pg_catalog.=) ${databaseOid}::pg_catalog.oid)
        and (
          (relation.oid operator(pg_catalog.=) ${oid}::pg_catalog.oid)
          or (
            relation.relispartition
            and (${oid}::pg_catalog.oid operator(pg_catalog.=) any (array(select ancestor.relid from pg_catalog.pg_partition_ancestors(relation.oid) as ancestor (relid))::pg_catalog.oid[]))
          )
        )
    ) end`;
}
