import { touchingDispositions } from '../../core/dispositions.ts';
import { join, sql, type Sql } from '../../core/sql.ts';
import { countIn } from '../batches/counts-sql.ts';

/** A transaction of the merge, as landfall.batches.times has it. */
export interface TransactionRow {
  /** When it ended, in milliseconds since 1970. */
  readonly at_ms: number;
  readonly rows: number;
  /** Of those the ones that changed the target. */
  readonly written: number;
  readonly ms: number;
  /** Its batch changes rows that others may be using. */
  readonly changes: boolean;
}

const changes = join(
  touchingDispositions.map((name) => sql`(coalesce(${countIn('batches.planned', name)}, 0) operator(pg_catalog.>) 0)`),
  ' or ',
);

const partColumns = sql`at pg_catalog.timestamptz, rows pg_catalog.int4, written pg_catalog.int4, ms pg_catalog.int4`;

/** The newest transactions of a load, `most` of them, the oldest first. Batches that are merged in part are the newest. */
export function selectTransactions(loadId: number, most: number): Sql {
  return sql`
    select newest.at_ms, newest.rows, newest.written, newest.ms, newest.changes
    from (
      select (1000 operator(pg_catalog.*) pg_catalog.extract('epoch', part.at))::pg_catalog.int8 as at_ms, part.rows, part.written, part.ms, batch.changes
      from (
        select batches.times, (${changes}) as changes
        from landfall.batches
        where (batches.load_id operator(pg_catalog.=) ${loadId})
          and (batches.times is not null)
        order by batches.merged_at desc nulls first, batches.batch
        limit ${most}
      ) as batch
      cross join lateral pg_catalog.jsonb_to_recordset(batch.times)
        as part (${partColumns})
      order by part.at desc
      limit ${most}
    ) as newest
    order by newest.at_ms`;
}

/**
 * The first transactions of a load that changed rows, and those that only inserted: five of each of its first eight batches of
 * either kind, the oldest first. Lanes take batches in their order.
 */
export function selectFirstTransactions(loadId: number): Sql {
  return sql`
    select (1000 operator(pg_catalog.*) pg_catalog.extract('epoch', part.at))::pg_catalog.int8 as at_ms, part.rows, part.written, part.ms, batch.changes
    from (
      select batches.times, (${changes}) as changes,
        pg_catalog.row_number() over (partition by (${changes}) order by batches.batch) as number
      from landfall.batches
      where (batches.load_id operator(pg_catalog.=) ${loadId})
        and (batches.times is not null)
    ) as batch
    cross join lateral pg_catalog.jsonb_to_recordset(pg_catalog.jsonb_path_query_array(batch.times, '$[0 to 4]'))
      as part (${partColumns})
    where (batch.number operator(pg_catalog.<=) 8)
    order by part.at`;
}
