import {
  allDispositions,
  type Disposition,
  dispositions,
  offeredDispositions,
  writingDispositions,
} from '../../core/dispositions.ts';
import { ident, join, literal, sql, type Sql } from '../../core/sql.ts';
import { quarantined } from '../batches/batches-sql.ts';
import { assignments, counted, countIn } from '../batches/counts-sql.ts';
import { isVanishing } from '../batches/vanishing-batches-sql.ts';
import { rejectsByCode } from './gate-sql.ts';
import { wouldBeCount } from './would-be-sql.ts';

/** What Finish decides by; `written` are the rows of the target that were written. */
export interface Balance {
  /** Invariant 5, every batch merged, and the quarantine holding exactly the rejects and duplicates that were counted. */
  readonly balances: boolean;
  readonly written: number;
}

/** A load that ends at the gate carries what would have become of its records. */
export function updateWouldBeCounts(loadId: number): Sql {
  const counts = allDispositions.map((name) => ({
    name,
    count: wouldBeCount(dispositions[name].countedAs),
  }));
  return sql`
    update landfall.loads
    set ${assignments('loads.counts', counts)}
    where (load_id = ${loadId})`;
}

/** What the receipts say became of the records. */
export function updateMergedCounts(loadId: number): Sql {
  const merged = allDispositions.map((name) => ({ name, count: sql`merged.${ident(name)}` }));
  const sums = offeredDispositions.map(
    (name) => sql`coalesce(sum(${countIn('batches.counts', name)}), 0)::bigint as ${ident(name)}`,
  );
  return sql`
    update landfall.loads
    set ${assignments('loads.counts', merged)}, rejects_by_code = ${rejectsByCode(loadId)}
    from (
      select ${join(sums)},
        ${quarantined(loadId, 'reject')} as rejected,
        ${quarantined(loadId, 'duplicate')} as duplicate
      from landfall.batches
      where (load_id = ${loadId})
    ) as merged
    where (load_id = ${loadId})`;
}

function sumOf(names: readonly Disposition[]): Sql {
  return join(
    names.map((name) => countIn('loads.counts', name)),
    ' + ',
  );
}

/** Invariants 1 and 5, from the ledger alone. */
export function selectBalance(loadId: number): Sql {
  return sql`
    select
      (loads.records + batches.vanished = ${sumOf(allDispositions)})
        and (loads.records = slices.records)
        and (${countIn('loads.counts', 'rejected')} = slices.rejected + batches.rejected)
        and (batches.unmerged = 0)
        as balances,
      ${sumOf(writingDispositions)} as written
    from landfall.loads
    cross join (
      select coalesce(sum(records), 0) as records, coalesce(sum(rejected), 0) as rejected
      from landfall.slices
      where (load_id = ${loadId})
    ) as slices
    cross join (
      select coalesce(sum(${countIn('batches.counts', 'rejected')}), 0) as rejected,
        count(*) filter (where (merged_at is null)) as unmerged,
        -- rows that the file does not hold are no records
        coalesce(sum(${countIn('batches.counts', 'deleted')}) filter (where ${isVanishing}), 0) as vanished
      from landfall.batches
      where (load_id = ${loadId})
    ) as batches
    where (loads.load_id = ${loadId})`;
}

/** Names the counts that do not balance; the caller sets the outcome. */
export function updateFailedBalance(loadId: number): Sql {
  const counts = allDispositions.map(
    (name) => sql`${countIn('loads.counts', name)} || ${literal(` ${dispositions[name].countedAs}`)}`,
  );
  return sql`
    update landfall.loads
    set code = 'RECONCILIATION_MISMATCH',
      message = 'the counts do not balance: ' || records || ' records, but ' || ${join(counts, ` || ' + ' || `)}
        || '. Rows may be in the target; do not rely on this load, and report this as a fault of the loader'
    where (load_id = ${loadId})`;
}

/** Adds to the message what of the load is in the target for good; its counts are those of the receipts. */
export function updateHalfMerged(loadId: number): Sql {
  return sql`
    update landfall.loads
    set message = message || '. Of load ' || load_id || ' ' || batches.merged || ' of ' || ${counted(sql`batches.planned`, 'batch')}
      || (case when (batches.begun > 0) then ' and parts of ' || batches.begun || ' more' else '' end)
      || (case when (batches.planned = 1) and (batches.begun = 0) then ' is merged and stays: ' else ' are merged and stay: ' end)
      || ${counted(countIn('loads.counts', 'new'), 'row')} || ' inserted, '
      || ${countIn('loads.counts', 'changed')} || ' updated'
    from (
      select count(*) as planned, count(merged_at) as merged,
        count(merged_through) filter (where (merged_at is null)) as begun
      from landfall.batches
      where (load_id = ${loadId})
    ) as batches
    where (load_id = ${loadId})`;
}
