import { allDispositions, dispositions } from '../../core/dispositions.ts';
import { join, literal, sql, type Sql } from '../../core/sql.ts';
import { countIn } from '../batches/counts-sql.ts';
import { keptRowsOf } from '../batches/vanishing-batches-sql.ts';
import { reconciledSums } from '../control/reconciled-sql.ts';
import { reportedObjects } from '../objects/objects-sql.ts';
import { openAwaiting } from '../rejects/awaiting-sql.ts';
import { unkeptRejects } from '../rejects/kept-sql.ts';
import { warningsOfLoad } from '../slices/warnings-sql.ts';
import { undoneBefore, undoOf } from '../undos/undo-report-sql.ts';
import { governorReport } from '../waits/governor-report-sql.ts';

/** By what records are counted as. */
const counted = sql`pg_catalog.json_build_object(${join(
  allDispositions.map(
    (name) => sql`${literal(dispositions[name].countedAs)}, coalesce(${countIn('loads.counts', name)}, 0)`,
  ),
)})`;

/** Its counts alone. */
export function selectCounts(loadId: number): Sql {
  return sql`select ${counted} as counted from landfall.loads where (load_id = ${loadId})`;
}

/** One row: the load, with what its slices, batches and rejects add up to. */
export function selectReport(loadId: number): Sql {
  return sql`
    select loads.*,
      ${counted} as counted,
      loads.contract operator(pg_catalog.->>) 'timeZone' as time_zone,
      (select coalesce(pg_catalog.sum(zoneless_cells), 0)::pg_catalog.int8 from landfall.slices where (load_id = ${loadId})) as zoneless_cells,
      ${nullWords(loadId)} as null_words,
      ${cleaned(loadId)} as cleaned,
      ${warningsOfLoad(loadId)} as record_warnings,
      ${unkeptRejects(loadId)} as unkept,
      case when (loads.awaits is not null) then (select pg_catalog.count(*)::pg_catalog.int8 ${openAwaiting(sql`loads.load_id`)}) end as awaiting,
      ${governorReport(loadId)} as governor,
      ${droppedIndexes(loadId)} as dropped_indexes,
      ${undoOf(loadId)} as undone,
      ${undoneBefore} as after_undo,
      ${keptRowsOf(loadId)} as kept_rows,
      ${reconciledSums(loadId)} as reconciled,
      (
        select pg_catalog.jsonb_build_object(
          'blankRows', pg_catalog.sum((slices.skipped operator(pg_catalog.->>) 'blankRows')::pg_catalog.int8),
          'repeatedHeaders', pg_catalog.sum((slices.skipped operator(pg_catalog.->>) 'repeatedHeaders')::pg_catalog.int8))
        from landfall.slices
        where (slices.load_id operator(pg_catalog.=) ${loadId}) and (slices.skipped is not null)
        having (pg_catalog.count(*) operator(pg_catalog.>) 0)
      ) as skipped,
      ${reportedObjects(loadId)} as of_objects,
      (select count(*)::integer from landfall.slices where (load_id = ${loadId})) as slices,
      (select count(*)::integer from landfall.batches where (load_id = ${loadId})) as batches,
      ${milliseconds(sql`attempt_started_at`, sql`planned_at`)} as extract_ms,
      ${milliseconds(sql`planned_at`, sql`composed_at`)} as stage_ms,
      ${milliseconds(sql`composed_at`, sql`validated_at`)} as validate_ms,
      ${milliseconds(sql`validated_at`, sql`coalesce(gated_at, ended_at)`)} as transform_ms,
      ${milliseconds(sql`gated_at`, sql`ended_at`)} as merge_ms,
      ${milliseconds(sql`ended_at`, sql`coalesce(reported_at, clock_timestamp())`)} as report_ms
    from landfall.loads
    where (load_id = ${loadId})`;
}

/** Wall milliseconds of the newest attempt, step by step; a step that was not reached took none. */
function milliseconds(from: Sql, to: Sql): Sql {
  return sql`coalesce(greatest(0, round(1000 * extract(epoch from ${to} - ${from}))), 0)::bigint`;
}

/** What became of the indexes that it dropped: [{ name, isBack, seconds, trouble }]. */
function droppedIndexes(loadId: number): Sql {
  return sql`(
        select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'name', dropped.index_name, 'isBack', parts.are_back, 'seconds', parts.seconds, 'trouble', parts.trouble
        )), '[]'::pg_catalog.jsonb)
        from landfall.indexes as dropped
        cross join lateral (
          select pg_catalog.bool_and(part.rebuilt_at is not null) as are_back, pg_catalog.sum(part.seconds) as seconds, pg_catalog.min(part.trouble) as trouble
          from landfall.indexes as part
          where (part.load_id operator(pg_catalog.=) dropped.load_id)
            and (coalesce(part.part_of, part.index_name) operator(pg_catalog.=) dropped.index_name)
        ) as parts
        where (dropped.load_id operator(pg_catalog.=) ${loadId})
          and (dropped.part_of is null)
      )`;
}

/** What the slices' receipts say of cleaning, in the order of the object: jsonb arrays; NULL where none does. */
function cleaned(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_agg(slices.cleaned order by slices.slice)
        from landfall.slices
        where (slices.load_id operator(pg_catalog.=) ${loadId})
          and (slices.cleaned is not null)
      )`;
}

/** The slices' counts added up, by word; NULL where there is none. */
function nullWords(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('word', counted.word, 'cells', counted.cells) order by counted.word)
        from (
          select found.key as word, pg_catalog.sum(found.value::pg_catalog.int8) as cells
          from landfall.slices
          cross join lateral pg_catalog.jsonb_each_text(slices.null_words) as found
          where (slices.load_id operator(pg_catalog.=) ${loadId})
          group by found.key
        ) as counted
      )`;
}
