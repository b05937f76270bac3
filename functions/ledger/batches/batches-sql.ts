import {
  type Disposition,
  type DispositionCounts,
  dispositions,
  letter,
  offeredDispositions,
  touchingDispositions,
} from '../../core/dispositions.ts';
import { ident, join, literal, sql, type Sql } from '../../core/sql.ts';
import { verdictsTable } from '../../core/staging.ts';
import { assignments, countIn, countsIn, parameters, written } from './counts-sql.ts';

/** A batch, [from_record, to_record) of its slice. */
export interface BatchRow {
  readonly batch: number;
  readonly slice: number;
  readonly from_record: number;
  readonly to_record: number;
  /** What the classifying found. */
  readonly planned: Partial<DispositionCounts>;
  readonly merged_at: Date | null;
  /** A letter. */
  readonly default_disposition: string;
}

/** The receipt: what became of the records that were offered. */
export interface BatchReceipt {
  readonly counts: DispositionCounts;
  /** Reasons of the rejected ones, as slices.rule_counts has them. */
  readonly ruleCounts: readonly { readonly code: string; readonly column: string | null; readonly rejects: number }[];
  /** Bytes of the rejected ones in the ledger, and how many of them have none there. */
  readonly kept: { readonly bytes: number; readonly unkept: number };
}

/** Of verdicts: how many have each of the dispositions that are offered to the target. */
const offeredCounts = join(
  offeredDispositions.map(
    (name) => sql`count(*) filter (where (found.disposition = ${letter(name)})) as ${ident(name)}`,
  ),
  `,
        `,
);

/** Records of a range that have this disposition: by verdict, and the rest where it is their slice's default. */
function plannedOf(name: Disposition, rest: Sql): Sql {
  return sql`coalesce(verdicts.${ident(name)}, 0) + (case when default_disposition = ${letter(name)} then ${rest} else 0 end)`;
}

/** The disposition is one that rows which others may be using are written for. */
function isTouching(disposition: Sql): Sql {
  return sql`(${disposition} in (${join(touchingDispositions.map(letter))}))`;
}

/**
 * Fixed ranges of each slice's records, planned once. A slice that changes existing rows is cut into ranges of batchRows,
 * since others may be waiting for those rows; one that only inserts, or writes nothing, is cut at insertRows.
 * Every record has a verdict or its slice's default, so the counts of a range follow from the verdicts alone.
 */
export function insertBatches(loadId: number, width: { batchRows: number; insertRows: number }): Sql {
  const planned = written(
    'batches.planned',
    offeredDispositions.map((name) => ({ name, count: ident(name) })),
  );
  const rest = sql`to_record - from_record - coalesce(verdicts.judged, 0)`;
  return sql`
    with
    slice_verdicts as (
      select slice, count(*) as verdicts, count(*) filter (where ${isTouching(sql`disposition`)}) as touching
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
          when (coalesce(slice_verdicts.touching, 0) > 0)
            or (${isTouching(sql`slices.default_disposition`)} and (slices.records > coalesce(slice_verdicts.verdicts, 0)))
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
        ${offeredCounts}
      from ${verdictsTable(loadId)} as found
      join widths on (widths.slice = found.slice)
      group by 1, 2
    ),
    counted as (
      select ranges.slice, from_record, to_record,
        ${join(offeredDispositions.map((name) => sql`${plannedOf(name, rest)} as ${ident(name)}`))}
      from ranges
      left join verdicts on (verdicts.slice = ranges.slice) and (verdicts.number = ranges.number)
    )
    insert into landfall.batches
      (load_id, batch, slice, from_record, to_record, ${join(planned.map(({ column }) => column))})
    select ${loadId}::bigint, row_number() over (order by slice, from_record) - 1, slice, from_record, to_record,
      ${join(planned.map(({ value }) => value))}
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

/** What would become of the records of the whole load, from its batches and its quarantine: no record is read. */
export function countWouldBe(loadId: number): Sql {
  return sql`
    select
      (select coalesce(sum(records), 0)::bigint from landfall.slices where (load_id = ${loadId})) as records,
      count(*)::integer as batches,
      ${quarantined(loadId, 'reject')} as ${ident(dispositions.rejected.countedAs)},
      ${quarantined(loadId, 'duplicate')} as ${ident(dispositions.duplicate.countedAs)},
      ${join(offeredDispositions.map((name) => sql`coalesce(sum(${countIn('batches.planned', name)}), 0)::bigint as ${ident(dispositions[name].countedAs)}`))}
    from landfall.batches
    where (load_id = ${loadId})`;
}

/** Records of the load in the quarantine. */
export function quarantined(loadId: number, kind: 'reject' | 'duplicate'): Sql {
  return sql`(select count(*) from landfall.rejects where (load_id = ${loadId}) and (kind = ${literal(kind)}))`;
}

const batchColumns = sql`batches.batch, batches.slice, batches.from_record, batches.to_record, batches.merged_at,
      ${countsIn('batches.planned')} as planned, slices.default_disposition`;

/**
 * The receipt of the next batch that nobody has merged or is merging, locked until the transaction ends: lanes never wait
 * for each other and share the work whatever the batches weigh. Answers no row where nothing is left for this lane.
 */
export function selectNextBatchForUpdate(loadId: number): Sql {
  return sql`
    select ${batchColumns}
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
    select ${batchColumns}
    from landfall.batches
    join landfall.slices on (slices.load_id = batches.load_id) and (slices.slice = batches.slice)
    where (batches.load_id = ${loadId})
      and (batches.batch = ${batch})
    for update of batches`;
}

/** Written in the transaction that wrote the target. */
export function updateBatchReceipt(loadId: number, batch: number, attempt: number, receipt: BatchReceipt): Sql {
  const { counts, ruleCounts, kept } = receipt;
  return sql`
    update landfall.batches
    set attempt = ${attempt}, ${assignments('batches.counts', parameters(counts))},
      rule_counts = ${JSON.stringify(ruleCounts)}, kept_bytes = ${kept.bytes},
      unkept_records = ${kept.unkept}, merged_at = clock_timestamp()
    where (load_id = ${loadId})
      and (batch = ${batch})`;
}

/** How many batches there are, and how many of them are not merged. */
export function selectMerged(loadId: number): Sql {
  return sql`
    select
      count(*)::integer as batches,
      count(*) filter (where (merged_at is null))::integer as unmerged
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
        ${offeredCounts}
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
    set ${assignments(
      'batches.planned',
      offeredDispositions.map((name) => ({ name, count: plannedOf(name, sql`rest.records`) })),
    )}
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
    set ${assignments('batches.counts', [{ name: 'rejected', count: sql`refused.rejects` }])},
      rule_counts = pg_catalog.jsonb_build_array(
        pg_catalog.jsonb_build_object('code', 'TARGET_REFUSED', 'column', null, 'rejects', refused.rejects))
    from (${refused}) as refused
    where (batches.load_id operator(pg_catalog.=) ${loadId})
      and (batches.batch operator(pg_catalog.=) refused.batch)`;
}
