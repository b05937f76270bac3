import { sql, type Sql } from '../../core/sql.ts';
import type { Server } from '../server-sql.ts';

/** Checkpoints that came before their time. */
export interface Checkpoints {
  /** Since the statistics began. */
  readonly requested: number;
  /** checkpoint_warning: forced ones that follow each other faster are too many, as the server's own log says; 0: never. */
  readonly warningSeconds: number;
}

/** One Checkpoints. @param counted the function that counts them: before PostgreSQL 17 it was the background writer's. */
export function checkpointsOfServer(counted: Server['countsCheckpoints']): Sql {
  const requested =
    counted === 'checkpointer'
      ? sql`pg_catalog.pg_stat_get_checkpointer_num_requested()`
      : sql`pg_catalog.pg_stat_get_bgwriter_requested_checkpoints()`;
  return sql`
    select pg_catalog.jsonb_build_object(
      'requested', ${requested},
      'warningSeconds', pg_catalog.date_part('epoch', pg_catalog.current_setting('checkpoint_warning')::pg_catalog.interval)
    )`;
}
