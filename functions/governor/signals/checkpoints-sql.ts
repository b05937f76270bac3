import { sql, type Sql } from '../../core/sql.ts';

/** Checkpoints that came before their time. */
export interface Checkpoints {
  /** Since the statistics began. */
  readonly requested: number;
  /** checkpoint_warning: forced ones that follow each other faster are too many, as the server's own log says; 0: never. */
  readonly warningSeconds: number;
}

/** One Checkpoints. */
export function checkpointsOfServer(): Sql {
  return sql`
    select pg_catalog.jsonb_build_object(
      'requested', pg_catalog.pg_stat_get_checkpointer_num_requested(),
      'warningSeconds', pg_catalog.date_part('epoch', pg_catalog.current_setting('checkpoint_warning')::pg_catalog.interval)
    )`;
}
