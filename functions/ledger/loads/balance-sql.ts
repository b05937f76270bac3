import { sql, type Sql } from '../../core/sql.ts';
import { rejectsByCode } from './gate-sql.ts';

/** What Finish decides by; `written` are the rows that were inserted or updated. */
export interface Balance {
  /** Invariant 5, every batch merged, and the quarantine holding exactly the rejects and duplicates that were counted. */
  readonly balances: boolean;
  readonly written: number;
}

/** A load that ends at the gate carries what would have become of its records. */
export function updateWouldBeCounts(loadId: number): Sql {
  return sql`
    update landfall.loads
    set inserted = (would_be ->> 'inserted')::bigint, updated = (would_be ->> 'updated')::bigint,
      unchanged = (would_be ->> 'unchanged')::bigint, stale = (would_be ->> 'stale')::bigint
    where (load_id = ${loadId})`;
}

/** What the receipts say became of the records. */
export function updateMergedCounts(loadId: number): Sql {
  return sql`
    update landfall.loads
    set inserted = merged.inserted, updated = merged.updated, unchanged = merged.unchanged, stale = merged.stale,
      rejected = merged.rejected, duplicate = merged.duplicate, rejects_by_code = ${rejectsByCode(loadId)}
    from (
      select
        coalesce(sum(inserted), 0) as inserted, coalesce(sum(updated), 0) as updated,
        coalesce(sum(unchanged), 0) as unchanged, coalesce(sum(stale), 0) as stale,
        (select count(*) from landfall.rejects where (load_id = ${loadId}) and (kind = 'reject')) as rejected,
        (select count(*) from landfall.rejects where (load_id = ${loadId}) and (kind = 'duplicate')) as duplicate
      from landfall.batches
      where (load_id = ${loadId})
    ) as merged
    where (load_id = ${loadId})`;
}

/** Invariants 1 and 5, from the ledger alone. */
export function selectBalance(loadId: number): Sql {
  return sql`
    select
      (loads.records = loads.rejected + loads.duplicate + loads.inserted + loads.updated + loads.unchanged + loads.stale)
        and (loads.records = slices.records)
        and (loads.rejected = slices.rejected + batches.rejected)
        and (batches.unmerged = 0)
        as balances,
      loads.inserted + loads.updated as written
    from landfall.loads
    cross join (
      select coalesce(sum(records), 0) as records, coalesce(sum(rejected), 0) as rejected
      from landfall.slices
      where (load_id = ${loadId})
    ) as slices
    cross join (
      select coalesce(sum(rejected), 0) as rejected, count(*) filter (where (merged_at is null)) as unmerged
      from landfall.batches
      where (load_id = ${loadId})
    ) as batches
    where (loads.load_id = ${loadId})`;
}

/** Names the counts that do not balance; the caller sets the outcome. */
export function updateFailedBalance(loadId: number): Sql {
  return sql`
    update landfall.loads
    set code = 'RECONCILIATION_MISMATCH',
      message = 'the counts do not balance: ' || records || ' records, but ' || rejected || ' rejected + ' || duplicate
        || ' duplicate + ' || inserted || ' inserted + ' || updated || ' updated + ' || unchanged || ' unchanged + '
        || stale || ' stale. Rows may be in the target; do not rely on this load, and report this as a fault of the loader'
    where (load_id = ${loadId})`;
}

/** Adds to the message what of the load is in the target for good; its counts are those of the receipts. */
export function updateHalfMerged(loadId: number): Sql {
  return sql`
    update landfall.loads
    set message = message || '. Of load ' || load_id || ' ' || batches.merged || ' of ' || batches.planned
      || ' batches are merged and stay: ' || inserted || ' rows inserted, ' || updated || ' updated'
    from (
      select count(*) as planned, count(merged_at) as merged
      from landfall.batches
      where (load_id = ${loadId})
    ) as batches
    where (load_id = ${loadId})`;
}
