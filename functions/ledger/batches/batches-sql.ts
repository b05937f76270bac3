import { sql, type Sql } from '../../core/sql.ts';
import { verdictsTable } from '../../core/staging.ts';

/** A batch, [from_record, to_record) of its slice; the planned counts are what the classifying found. */
export interface BatchRow {
  readonly batch: number;
  readonly slice: number;
  readonly from_record: number;
  readonly to_record: number;
  readonly planned_new: number;
  readonly planned_changed: number;
  readonly planned_unchanged: number;
  readonly planned_stale: number;
  readonly merged_at: Date | null;
  readonly default_disposition: string;
}

/** The receipt: what became of the records that were offered. */
export interface BatchCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly stale: number;
  readonly rejected: number;
  /** Reasons of the rejected ones, as slices.rule_counts has them. */
  readonly ruleCounts: readonly { readonly code: string; readonly column: string | null; readonly rejects: number }[];
  /** Bytes of the rejected ones in the ledger, and how many of them have none there. */
  readonly kept: { readonly bytes: number; readonly unkept: number };
}

/**
 * Fixed ranges of each slice's records, planned once. A slice that changes existing rows is cut into ranges of batchRows,
 * since others may be waiting for those rows; one that only inserts, or writes nothing, is cut at insertRows.
 * Every record has a verdict or its slice's default, so the counts of a range follow from the verdicts alone.
 */
export function insertBatches(loadId: number, width: { batchRows: number; insertRows: number }): Sql {
  return sql`
    with
    slice_verdicts as (
      select slice, count(*) as verdicts, count(*) filter (where (disposition = 'c')) as changed
      from ${verdictsTable(loadId)}
      group by slice
    ),
    widths as (
      select slices.slice, slices.records, slices.default_disposition,
        -- equal parts: a slice just over the width would leave a batch of a few rows
        ceil(slices.records::numeric / ceil(slices.records::numeric / most.rows))::integer as width
      from landfall.slices
      left join slice_verdicts on (slice_verdicts.slice = slices.slice)
      cross join lateral (
        select (case
          when (coalesce(slice_verdicts.changed, 0) > 0)
            or ((slices.default_disposition = 'c') and (slices.records > coalesce(slice_verdicts.verdicts, 0)))
            then ${width.batchRows}::integer
          else ${width.insertRows}::integer
        end) as rows
      ) as most
      where (slices.load_id = ${loadId})
        and (slices.records > 0)
    ),
    ranges as (
      select slice, default_disposition, number, number * width + 1 as from_record,
        least((number + 1) * width, records) + 1 as to_record
      from widths
      cross join lateral generate_series(0, (records - 1) / width) as number
    ),
    verdicts as (
      select found.slice, (found.record_no - 1) / widths.width as number, count(*) as judged,
        count(*) filter (where (found.disposition = 'n')) as n,
        count(*) filter (where (found.disposition = 'c')) as c,
        count(*) filter (where (found.disposition = 'u')) as u,
        count(*) filter (where (found.disposition = 's')) as s
      from ${verdictsTable(loadId)} as found
      join widths on (widths.slice = found.slice)
      group by 1, 2
    ),
    counted as (
      select ranges.*, to_record - from_record - coalesce(verdicts.judged, 0) as by_default,
        coalesce(n, 0) as n, coalesce(c, 0) as c, coalesce(u, 0) as u, coalesce(s, 0) as s
      from ranges
      left join verdicts on (verdicts.slice = ranges.slice) and (verdicts.number = ranges.number)
    )
    insert into landfall.batches
      (load_id, batch, slice, from_record, to_record, planned_new, planned_changed, planned_unchanged, planned_stale)
    select ${loadId}::bigint, row_number() over (order by slice, from_record) - 1, slice, from_record, to_record,
      n + (case when default_disposition = 'n' then by_default else 0 end),
      c + (case when default_disposition = 'c' then by_default else 0 end),
      u + (case when default_disposition = 'u' then by_default else 0 end),
      s + (case when default_disposition = 's' then by_default else 0 end)
    from counted`;
}

/** Slices that several batches change rows of: each batch would read the whole slice to find its part. */
export function selectManyBatchSlices(loadId: number): Sql {
  return sql`
    select slice
    from landfall.batches
    where (load_id = ${loadId})
    group by slice
    having (count(*) > 2)
    order by slice`;
}

/** Before they are planned anew. Never after the gate. */
export function deleteBatches(loadId: number): Sql {
  return sql`delete from landfall.batches where (load_id = ${loadId})`;
}

/** The would-be counts of the whole load: what the gate judges and a dry run reports. */
export function selectWouldBe(loadId: number): Sql {
  return sql`
    select
      (select coalesce(sum(records), 0)::bigint from landfall.slices where (load_id = ${loadId})) as records,
      count(*)::integer as batches,
      coalesce(sum(planned_new), 0)::bigint as inserted,
      coalesce(sum(planned_changed), 0)::bigint as updated,
      coalesce(sum(planned_unchanged), 0)::bigint as unchanged,
      coalesce(sum(planned_stale), 0)::bigint as stale,
      (select count(*) from landfall.rejects where (load_id = ${loadId}) and (kind = 'reject')) as rejected,
      (select count(*) from landfall.rejects where (load_id = ${loadId}) and (kind = 'duplicate')) as duplicate
    from landfall.batches
    where (load_id = ${loadId})`;
}

/**
 * The receipt of the next batch that nobody has merged or is merging, locked until the transaction ends: lanes never wait
 * for each other and share the work whatever the batches weigh. Answers no row where nothing is left for this lane.
 */
export function selectNextBatchForUpdate(loadId: number): Sql {
  return sql`
    select batches.*, slices.default_disposition
    from landfall.batches
    join landfall.slices on (slices.load_id = batches.load_id) and (slices.slice = batches.slice)
    where (batches.load_id = ${loadId})
      and (batches.merged_at is null)
    order by batches.batch
    limit 1
    for update of batches skip locked`;
}

/** The receipt of one batch, locked; one that another call has merged meanwhile shows it. */
export function selectBatchForUpdate(loadId: number, batch: number): Sql {
  return sql`
    select batches.*, slices.default_disposition
    from landfall.batches
    join landfall.slices on (slices.load_id = batches.load_id) and (slices.slice = batches.slice)
    where (batches.load_id = ${loadId})
      and (batches.batch = ${batch})
    for update of batches`;
}

/** Written in the transaction that wrote the target. */
export function updateBatchReceipt(loadId: number, batch: number, attempt: number, counts: BatchCounts): Sql {
  return sql`
    update landfall.batches
    set attempt = ${attempt}, inserted = ${counts.inserted}, updated = ${counts.updated},
      unchanged = ${counts.unchanged}, stale = ${counts.stale}, rejected = ${counts.rejected},
      rule_counts = ${JSON.stringify(counts.ruleCounts)}, kept_bytes = ${counts.kept.bytes},
      unkept_records = ${counts.kept.unkept}, merged_at = clock_timestamp()
    where (load_id = ${loadId})
      and (batch = ${batch})`;
}

/** What became of the records, by the batches' receipts. */
export function selectMerged(loadId: number): Sql {
  return sql`
    select
      count(*)::integer as batches,
      count(*) filter (where (merged_at is null))::integer as unmerged,
      coalesce(sum(inserted), 0)::bigint as inserted,
      coalesce(sum(updated), 0)::bigint as updated,
      coalesce(sum(unchanged), 0)::bigint as unchanged,
      coalesce(sum(stale), 0)::bigint as stale,
      coalesce(sum(rejected), 0)::bigint as rejected
    from landfall.batches
    where (load_id = ${loadId})`;
}

/**
 * Classified again after the staging was refilled: batches that are merged keep their receipt, the others get the counts
 * that stand now.
 */
export function updatePlannedBatches(loadId: number): Sql {
  return sql`
    with
    verdicts as (
      select batches.batch, count(*) as judged,
        count(*) filter (where (found.disposition = 'n')) as n,
        count(*) filter (where (found.disposition = 'c')) as c,
        count(*) filter (where (found.disposition = 'u')) as u,
        count(*) filter (where (found.disposition = 's')) as s
      from landfall.batches
      join ${verdictsTable(loadId)} as found
        on (found.slice = batches.slice)
        and (found.record_no >= batches.from_record)
        and (found.record_no < batches.to_record)
      where (batches.load_id = ${loadId})
        and (batches.merged_at is null)
      group by batches.batch
    )
    update landfall.batches
    set
      planned_new = coalesce(verdicts.n, 0) + (case when slices.default_disposition = 'n' then rest.records else 0 end),
      planned_changed = coalesce(verdicts.c, 0) + (case when slices.default_disposition = 'c' then rest.records else 0 end),
      planned_unchanged = coalesce(verdicts.u, 0) + (case when slices.default_disposition = 'u' then rest.records else 0 end),
      planned_stale = coalesce(verdicts.s, 0) + (case when slices.default_disposition = 's' then rest.records else 0 end)
    from landfall.batches as mine
    join landfall.slices on (slices.load_id = mine.load_id) and (slices.slice = mine.slice)
    left join verdicts on (verdicts.batch = mine.batch)
    cross join lateral (select mine.to_record - mine.from_record - coalesce(verdicts.judged, 0) as records) as rest
    where (mine.load_id = ${loadId})
      and (mine.merged_at is null)
      and (batches.load_id = mine.load_id)
      and (batches.batch = mine.batch)`;
}

/**
 * What a dry run foresees that the target itself refuses, in the receipt that it has instead of a merge's.
 * @param refused selects batch and rejects.
 */
export function updateRefusedBatches(loadId: number, refused: Sql): Sql {
  return sql`
    update landfall.batches
    set rejected = refused.rejects,
      rule_counts = pg_catalog.jsonb_build_array(
        pg_catalog.jsonb_build_object('code', 'TARGET_REFUSED', 'column', null, 'rejects', refused.rejects))
    from (${refused}) as refused
    where (batches.load_id operator(pg_catalog.=) ${loadId})
      and (batches.batch operator(pg_catalog.=) refused.batch)`;
}
