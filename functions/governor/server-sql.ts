import { ident, sql, type Sql } from '../core/sql.ts';

/** What there is to see on a server, and what of it this role is shown. A function is named in a statement only where it may be called: PostgreSQL asks before it runs any of it. */
export interface Server {
  readonly role: string;
  readonly databaseOid: number;
  /** Member of pg_read_all_stats, which pg_monitor is too: activity, standbys and progress of other roles. */
  readonly readsAllStats: boolean;
  /** WAL is archived: archive_mode. */
  readonly archives: boolean;
  /** pg_ls_archive_statusdir, which pg_monitor may call. */
  readonly listsArchive: boolean;
  /** aurora_replica_status is there, and may be called. */
  readonly isAurora: boolean;
  /** Whose statistics count the checkpoints that were asked for: since PostgreSQL 17 the checkpointer has its own. */
  readonly countsCheckpoints: 'checkpointer' | 'bgwriter';
}

/** One row. */
export function selectServer(): Sql {
  return sql`
    select
      current_user::pg_catalog.text as "role",
      (
        select own.oid
        from pg_catalog.pg_database as own
        where (own.datname operator(pg_catalog.=) pg_catalog.current_database())
      ) as "databaseOid",
      pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "readsAllStats",
      pg_catalog.current_setting('archive_mode') operator(pg_catalog.<>) 'off' as "archives",
      pg_catalog.has_function_privilege('pg_catalog.pg_ls_archive_statusdir()', 'execute') as "listsArchive",
      coalesce(
        pg_catalog.has_function_privilege(pg_catalog.to_regprocedure('pg_catalog.aurora_replica_status()')::pg_catalog.oid, 'execute'),
        false
      ) as "isAurora",
      case
        when pg_catalog.to_regprocedure('pg_catalog.pg_stat_get_checkpointer_num_requested()') is null then 'bgwriter'
        else 'checkpointer' end as "countsCheckpoints"`;
}

/** One row, a column of JSON an expression, under these names. */
export function selectSeen(seen: readonly { readonly name: string; readonly expression: Sql }[]): Sql {
  const [first = sql`null`, ...others] = seen.map(
    ({ name, expression }) => sql`pg_catalog.to_jsonb((${expression})) as ${ident(name)}`,
  );
  return others.reduce((all, each) => sql`${all},\n      ${each}`, sql`select\n      ${first}`);
}
