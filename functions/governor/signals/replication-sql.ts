import { sql, type Sql } from '../../core/sql.ts';

/** What follows the primary; a role that is not shown it sees that there is one, and no more. */
export interface Standby {
  readonly name: string | null;
  readonly isShown: boolean;
  /** WAL that the primary wrote and it has not replayed. */
  readonly bytes: number | null;
  /** NULL: all was replayed a while ago, or it has not said yet. */
  readonly seconds: number | null;
}

/**
 * An array of Standby, NULL where nothing follows. What takes a base backup follows nothing yet; what decodes rows of its own
 * choice is judged by its slot. Who keeps WAL and replays none (pg_receivewal) is as far as it has written.
 */
export function standbys(): Sql {
  return sql`
    select pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object(
        'name', session.application_name,
        'isShown', (sender.state is not null),
        'bytes', case when sender.state is not null then pg_catalog.pg_wal_lsn_diff(
          pg_catalog.pg_current_wal_lsn(), coalesce(sender.replay_lsn, sender.flush_lsn, sender.sent_lsn)) end,
        'seconds', pg_catalog.date_part('epoch', sender.replay_lag)
      )
      order by session.application_name, sender.pid
    )
    from pg_catalog.pg_stat_get_wal_senders() as sender
    left join lateral pg_catalog.pg_stat_get_activity(sender.pid) as session on true
    where ((sender.state is null) or (sender.state operator(pg_catalog.<>) 'backup'))
      and not exists (
        select
        from pg_catalog.pg_get_replication_slots() as slot
        where (slot.active_pid operator(pg_catalog.=) sender.pid)
          and (slot.slot_type operator(pg_catalog.=) 'logical')
      )`;
}
