import {
  allDispositions,
  type DispositionCounts,
  offeredDispositions,
  recordsOf,
  writingDispositions,
} from '../../core/dispositions.ts';
import { sql, type Sql } from '../../core/sql.ts';
import { verdictsTable } from '../../core/staging.ts';
import { type BatchRow, offeredCounts, plannedOf } from './batches-sql.ts';
import { assignments, countIn, countsIn, objectOf } from './counts-sql.ts';
import { isVanishing } from './vanishing-batches-sql.ts';

/** The receipt of one transaction: what became of the records that were offered. */
export interface BatchReceipt {
  readonly counts: DispositionCounts;
  /** Reasons of the rejected ones, as slices.rule_counts has them. */
  readonly ruleCounts: readonly { readonly code: string; readonly column: string | null; readonly rejects: number }[];
  /** Bytes of the rejected ones in the ledger, and how many of them have none there. */
  readonly kept: { readonly bytes: number; readonly unkept: number };
  /** Where sums are asked for. */
  readonly sums?: readonly ReconciledSum[];
}

/** Sums of a column over what a transaction wrote, in staging and in the target: decimal text. */
export interface ReconciledSum {
  readonly column: string;
  readonly staging: string;
  readonly table: string;
}

/** What one transaction merged of a batch: so many records, up to `through`, which is the first one behind them. */
export interface MergedPart {
  readonly batch: number;
  readonly records: number;
  readonly through: number;
  readonly receipt: BatchReceipt;
}

const batchColumns = sql`batches.batch, batches.slice, batches.from_record, batches.to_record, batches.merged_through, batches.merged_at,
      coalesce(batches.lined, false) as lined, coalesce(batches.whole, false) as whole, ${isVanishing} as vanishing,
      ${countsIn('batches.planned')} as planned, slices.default_disposition`;

/**
 * The receipt of the next batch that nobody has merged or is merging, locked until the transaction ends: lanes never wait
 * for each other and share the work whatever the batches weigh. Batches of a line come one after the other, and rows that the file does
 * not hold once all of its records are merged. Answers no row where
 * nothing is left for this lane.
 */
export function selectNextBatchForUpdate(loadId: number): Sql {
  return sql`
    select ${batchColumns}
    from landfall.batches
    join landfall.slices on (slices.load_id = batches.load_id) and (slices.slice = batches.slice)
    where (batches.load_id = ${loadId})
      and (batches.merged_at is null)
      and ((batches.lined is not true) or (batches.batch = (
        select pg_catalog.min(waiting.batch)
        from landfall.batches as waiting
        where (waiting.load_id operator(pg_catalog.=) ${loadId})
          and (waiting.merged_at is null)
      )))
      and (not ${isVanishing} or not exists (
        select
        from landfall.batches as before
        where (before.load_id operator(pg_catalog.=) ${loadId})
          and (before.merged_at is null)
          and (before.vanishing is not true)
      ))
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

/**
 * The receipts of all batches that are not merged, locked: rows that the file does not hold first, since they may have values that
 * its records take.
 */
export function selectAllBatchesForUpdate(loadId: number): Sql {
  return sql`
    select ${batchColumns}
    from landfall.batches
    join landfall.slices on (slices.load_id = batches.load_id) and (slices.slice = batches.slice)
    where (batches.load_id = ${loadId})
      and (batches.merged_at is null)
    order by ${isVanishing} desc, batches.batch
    for update of batches`;
}

/** What the classifying found of a part of a batch: { planned }. */
export function selectPlannedOfPart(
  loadId: number,
  part: Pick<BatchRow, 'slice' | 'from_record' | 'to_record' | 'default_disposition'>,
): Sql {
  const records = sql`${part.to_record - part.from_record}::pg_catalog.int8`;
  const planned = offeredDispositions.map((name) => ({
    name,
    count: plannedOf(name, sql`${records} operator(pg_catalog.-) verdicts.judged`),
  }));
  return sql`
    select ${objectOf(planned)} as planned
    from (
      select pg_catalog.count(*) as judged,
        ${offeredCounts}
      from ${verdictsTable(loadId)} as found
      where (found.slice operator(pg_catalog.=) ${part.slice}::pg_catalog.int4)
        and (found.record_no operator(pg_catalog.>=) ${part.from_record}::pg_catalog.int4)
        and (found.record_no operator(pg_catalog.<) ${part.to_record}::pg_catalog.int4)
    ) as verdicts
    cross join (values (${part.default_disposition}::pg_catalog."char")) as slice (default_disposition)`;
}

/** 500 transactions a batch: each of them writes anew what is kept of all. */
const mostTimes = 500;
/** Of those 5 are the first, with which a load compares its newest. */
const firstTimes = 5;

const keptTimes = sql`(case
        when (pg_catalog.jsonb_array_length(times) operator(pg_catalog.>=) ${mostTimes}) then times operator(pg_catalog.-) ${firstTimes}::pg_catalog.int4
        else coalesce(times, '[]')
      end)`;

/**
 * Written in the transaction that wrote the target: what became of its records is added to what became of those before them.
 * How long the transaction took is told by the server's clock, but for its commit.
 */
export function updateBatchReceipt(loadId: number, attempt: number, part: MergedPart): Sql {
  const { counts, ruleCounts, kept, sums = [] } = part.receipt;
  const grown = allDispositions.map((name) => ({
    name,
    count: sql`coalesce(${countIn('batches.counts', name)}, 0) operator(pg_catalog.+) ${counts[name]}::pg_catalog.int4`,
  }));
  const through = sql`${part.through}::pg_catalog.int4`;
  return sql`
    update landfall.batches
    set attempt = ${attempt}, ${assignments('batches.counts', grown)},
      rule_counts = ${addedRuleCounts(ruleCounts)},
      kept_bytes = coalesce(kept_bytes, 0) operator(pg_catalog.+) ${kept.bytes}::pg_catalog.int8,
      unkept_records = coalesce(unkept_records, 0) operator(pg_catalog.+) ${kept.unkept}::pg_catalog.int4,
      figures = ${sums.length === 0 ? sql`figures` : sql`coalesce(figures, '[]') operator(pg_catalog.||) ${JSON.stringify(sums)}::pg_catalog.jsonb`},
      merged_through = ${through},
      merged_at = (case when (${through} operator(pg_catalog.=) to_record) then pg_catalog.clock_timestamp() end),
      times = ${keptTimes} operator(pg_catalog.||) pg_catalog.jsonb_build_object(
        'at', pg_catalog.clock_timestamp(),
        'rows', ${part.records}::pg_catalog.int4,
        'written', ${recordsOf(counts, writingDispositions)}::pg_catalog.int4,
        'ms', pg_catalog.ceil(1000 operator(pg_catalog.*) pg_catalog.extract('epoch',
          pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.transaction_timestamp()))::pg_catalog.int4)
    where (load_id operator(pg_catalog.=) ${loadId})
      and (batch operator(pg_catalog.=) ${part.batch})`;
}

/** By code and column. */
function addedRuleCounts(more: BatchReceipt['ruleCounts']): Sql {
  if (more.length === 0) return sql`rule_counts`;
  return sql`(
        select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(added))
        from (
          select each.code, each."column", pg_catalog.sum(each.rejects)::pg_catalog.int8 as rejects
          from pg_catalog.jsonb_to_recordset(rule_counts operator(pg_catalog.||) ${JSON.stringify(more)}::pg_catalog.jsonb)
            as each (code pg_catalog.text, "column" pg_catalog.text, rejects pg_catalog.int8)
          group by each.code, each."column"
        ) as added
      )`;
}
