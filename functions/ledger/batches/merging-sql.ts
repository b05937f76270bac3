import { writingDispositions } from '../../core/dispositions.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { countIn } from './counts-sql.ts';

/** A wait that has not ended. */
export interface WaitNow {
  /** A name of functions/governor/signals. */
  readonly signal: string;
  /** What it showed, in words. */
  readonly figure: string;
  readonly seconds: number;
}

/** One row { planned_rows, merged_rows }: rows that change the target, those of half-merged batches too. `load` names a row of landfall.loads. */
export function selectMergedRows(load: 'load'): Sql {
  const rowsOf = (column: 'batches.planned' | 'batches.counts'): Sql =>
    join(
      writingDispositions.map((name) => sql`coalesce(${countIn(column, name)}, 0)`),
      ' operator(pg_catalog.+) ',
    );
  const toWrite = rowsOf('batches.planned');
  return sql`
      select
        coalesce(pg_catalog.sum(${toWrite}), 0)::pg_catalog.int8 as planned_rows,
        coalesce(pg_catalog.sum(case
          when (batches.merged_at is not null) then ${toWrite}
          when (batches.merged_through is not null) then ${rowsOf('batches.counts')}
        end), 0)::pg_catalog.int8 as merged_rows
      from landfall.batches
      where (batches.load_id operator(pg_catalog.=) ${ident(load)}.load_id)`;
}

/**
 * Of transactions that ended within ten seconds of the newest one, since the first of them began: it falls while nothing is
 * merged. Batches that were done a minute ago are not looked at.
 */
export function rowsPerSecond(load: 'load'): Sql {
  return sql`(
      select (pg_catalog.sum(part.rows) operator(pg_catalog./)
        greatest(pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.min(part.began_at)), 0.1)
      )::pg_catalog.float8
      from (
        select each.rows, each.at, pg_catalog.max(each.at) over () as newest,
          each.at operator(pg_catalog.-) pg_catalog.make_interval(secs => each.ms operator(pg_catalog./) 1000.0) as began_at
        from landfall.batches
        cross join lateral pg_catalog.jsonb_to_recordset(batches.times)
          as each (at pg_catalog.timestamptz, rows pg_catalog.int4, ms pg_catalog.int4)
        where (batches.load_id operator(pg_catalog.=) ${ident(load)}.load_id)
          and ((batches.merged_at is null)
            or (batches.merged_at operator(pg_catalog.>) (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))))
      ) as part
      where (part.at operator(pg_catalog.>) (part.newest operator(pg_catalog.-) pg_catalog.make_interval(secs => 10)))
    )`;
}

/**
 * What the load waits for, as WaitNow; NULL where it does not, or an attempt before this one did. Staging waits for a paused
 * target without a row in landfall.waits.
 */
export function waitNow(load: 'load'): Sql {
  return sql`coalesce(${writtenWait(load)}, ${pauseNow(load)})`;
}

function pauseNow(load: 'load'): Sql {
  return sql`(
      select pg_catalog.jsonb_build_object('signal', 'paused',
        'figure', pg_catalog.concat('paused by ', pauses.by, ' (' operator(pg_catalog.||) pauses.why operator(pg_catalog.||) ')'),
        'seconds', pg_catalog.extract('epoch', pg_catalog.clock_timestamp()
          operator(pg_catalog.-) greatest(pauses.paused_at, ${ident(load)}.attempt_started_at))::pg_catalog.int4)
      from landfall.pauses
      where (pauses.target operator(pg_catalog.=) ${ident(load)}.target)
    )`;
}

function writtenWait(load: 'load'): Sql {
  return sql`(
      select pg_catalog.jsonb_build_object('signal', waits.signal, 'figure', waits.figure, 'seconds',
        pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) waits.begun_at)::pg_catalog.int4)
      from landfall.waits
      where (waits.load_id operator(pg_catalog.=) ${ident(load)}.load_id)
        and (waits.ended_at is null)
        and (waits.begun_at operator(pg_catalog.>=) ${ident(load)}.attempt_started_at)
      order by waits.begun_at desc
      limit 1
    )`;
}
