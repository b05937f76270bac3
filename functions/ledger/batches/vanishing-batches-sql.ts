import { join, sql, type Sql } from '../../core/sql.ts';
import { countIn, objectOf, written } from './counts-sql.ts';

/** Of a batch of landfall.batches: it is one of rows of the target that the file does not hold. */
export const isVanishing = sql`coalesce(batches.vanishing, false)`;

/** Ranges of the places of those rows, behind all batches that are there. */
export function insertVanishingBatches(
  loadId: number,
  { first, rows, width, slice, whole }: { first: number; rows: number; width: number; slice: number; whole: boolean },
): Sql {
  const planned = written('batches.planned', [
    { name: 'new', count: sql`0::pg_catalog.int4` },
    { name: 'changed', count: sql`0::pg_catalog.int4` },
    { name: 'unchanged', count: sql`0::pg_catalog.int4` },
    { name: 'stale', count: sql`0::pg_catalog.int4` },
    { name: 'deleted', count: sql`(ranges.to_record operator(pg_catalog.-) ranges.from_record)` },
  ]);
  return sql`
    insert into landfall.batches
      (load_id, batch, slice, from_record, to_record, vanishing, whole, ${join(planned.map(({ column }) => column))})
    select ${loadId}::pg_catalog.int8,
      (last.batch operator(pg_catalog.+) pg_catalog.row_number() over (order by ranges.from_record))::pg_catalog.int4,
      ${slice}::pg_catalog.int4, ranges.from_record, ranges.to_record, true, ${whole}::pg_catalog.bool,
      ${join(planned.map(({ value }) => value))}
    from (
      select each.from_record,
        least(each.from_record operator(pg_catalog.+) ${width}::pg_catalog.int4, ${first + rows}::pg_catalog.int4) as to_record
      from pg_catalog.generate_series(${first}::pg_catalog.int4, ${first + rows - 1}::pg_catalog.int4, ${width}::pg_catalog.int4) as each (from_record)
    ) as ranges
    cross join (
      select coalesce(pg_catalog.max(batches.batch), -1) as batch
      from landfall.batches
      where (batches.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
    ) as last`;
}

/** Of those batches: how many rows were planned, and the first place behind them: { planned, next }. */
export function selectAfterBatches(loadId: number): Sql {
  return sql`
    select
      coalesce(pg_catalog.sum(${countIn('batches.planned', 'deleted')}), 0)::pg_catalog.int8 as planned,
      coalesce(pg_catalog.max(batches.to_record), 1)::pg_catalog.int4 as next
    from landfall.batches
    where (batches.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and ${isVanishing}`;
}

/** What is not merged of them is found and planned anew: each ends where it is merged, with its receipt so far. */
export function closeVanishingBatches(loadId: number): Sql {
  const counted = objectOf([{ name: 'deleted', count: sql`coalesce(${countIn('batches.counts', 'deleted')}, 0)` }]);
  return sql`
    update landfall.batches
    set to_record = coalesce(batches.merged_through, batches.from_record),
      planned = ${counted}, counts = coalesce(batches.counts, ${counted}),
      merged_at = pg_catalog.clock_timestamp()
    where (batches.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and ${isVanishing}
      and (batches.merged_at is null)`;
}

/** A row that stays, though the file does not hold it, and why. */
export interface KeptRow {
  readonly place: number;
  /** Its business key in words. */
  readonly key: string;
  readonly sqlState: string | null;
  readonly message: string;
}

/** In the transaction that found them. */
export function insertKeptRows(loadId: number, batch: number, kept: readonly KeptRow[]): Sql {
  const rows = JSON.stringify(kept);
  return sql`
    insert into landfall.kept_rows (load_id, batch, place, key, sql_state, message)
    select ${loadId}::pg_catalog.int8, ${batch}::pg_catalog.int4, kept.place, kept.key, kept."sqlState", kept.message
    from pg_catalog.jsonb_to_recordset(${rows}::pg_catalog.jsonb)
      as kept (place pg_catalog.int4, key pg_catalog.text, "sqlState" pg_catalog.text, message pg_catalog.text)
    on conflict (load_id, batch, place) do nothing`;
}

/** So many are shown: report.json is no list of a table. */
const mostShown = 100;

/** jsonb: { rows, shown: [{ key, sqlState, message }] } of a load; NULL where it kept none. */
export function keptRowsOf(loadId: number): Sql {
  return sql`(
        select (case when (pg_catalog.count(*) operator(pg_catalog.>) 0) then pg_catalog.jsonb_build_object(
          'rows', pg_catalog.count(*),
          'shown', pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('key', kept.key, 'sqlState', kept.sql_state, 'message', kept.message)
            order by kept.no) filter (where (kept.no operator(pg_catalog.<=) ${mostShown}))
        ) end)
        from (
          select kept_rows.key, kept_rows.sql_state, kept_rows.message,
            pg_catalog.row_number() over (order by kept_rows.batch, kept_rows.place) as no
          from landfall.kept_rows
          where (kept_rows.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
        ) as kept
      )`;
}
