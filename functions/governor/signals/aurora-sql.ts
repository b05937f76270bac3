import { sql, type Sql } from '../../core/sql.ts';

/** A reader of an Aurora cluster: it shares the writer's storage, and is behind in what it holds in memory. */
export interface Reader {
  readonly name: string;
  readonly milliseconds: number | null;
}

/** An array of Reader, NULL where the cluster has none. The writer's session has a name of its own there. */
export function readersOfCluster(): Sql {
  return sql`
    select pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object('name', reader.server_id, 'milliseconds', reader.replica_lag_in_msec) order by reader.server_id
    )
    from pg_catalog.aurora_replica_status() as reader
    where (reader.session_id operator(pg_catalog.<>) 'MASTER_SESSION_ID')`;
}
