import { sql, type Sql } from '../../core/sql.ts';

/** A replication slot: WAL is kept for whoever it belongs to, also while that one is away. */
export interface Slot {
  readonly name: string;
  readonly isActive: boolean;
  readonly status: 'reserved' | 'extended' | 'unreserved' | 'lost';
  /** WAL that may be written before what the slot needs is removed; NULL: nothing limits what it keeps, or it is lost. */
  readonly safeBytes: number | null;
  /** WAL since the place that it needs; NULL: lost. */
  readonly heldBytes: number | null;
  /** max_slot_wal_keep_size; negative: no limit. */
  readonly keptBytes: number;
}

/** An array of Slot, NULL where there is none that keeps WAL. */
export function slotsOfServer(): Sql {
  return sql`
    select pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object(
        'name', slot.slot_name,
        'isActive', slot.active,
        'status', slot.wal_status,
        'safeBytes', slot.safe_wal_size,
        'heldBytes', pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), slot.restart_lsn),
        'keptBytes', pg_catalog.pg_size_bytes(pg_catalog.current_setting('max_slot_wal_keep_size'))
      )
      order by slot.slot_name
    )
    from pg_catalog.pg_get_replication_slots() as slot
    where (slot.wal_status is not null)`;
}
