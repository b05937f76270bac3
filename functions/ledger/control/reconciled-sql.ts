import { countIn } from '../batches/counts-sql.ts';
import { sql, type Sql } from '../../core/sql.ts';

/**
 * Of columns with a sum, in a row of landfall.loads: [{ column, staging, table }], over accepted records and over the same rows of the
 * target. What was written is as each transaction read it back, what the target had already as it was compared. Before that the sums
 * of staging alone; no table where nothing was read back, since rows have no key.
 */
export function reconciledSums(loadId: number): Sql {
  const nothingWritten = sql`((coalesce(${countIn('loads.counts', 'new')}, 0) operator(pg_catalog.=) 0) and (coalesce(${countIn('loads.counts', 'changed')}, 0) operator(pg_catalog.=) 0))`;
  return sql`(
        select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'column', sums."column",
          'staging', (coalesce(merged.staging, sums.written) operator(pg_catalog.+) sums.unchanged)::pg_catalog.text,
          'table', (case when (loads.outcome operator(pg_catalog.=) 'LOADED')
            then (coalesce(merged."table", case when ${nothingWritten} then 0 end) operator(pg_catalog.+) sums.unchanged)::pg_catalog.text end)
        )), '[]'::pg_catalog.jsonb)
        from pg_catalog.jsonb_to_recordset(loads.figures operator(pg_catalog.->) 'sums')
          as sums ("column" pg_catalog.text, written pg_catalog.numeric, unchanged pg_catalog.numeric)
        cross join lateral (
          select pg_catalog.sum(part.staging) as staging, pg_catalog.sum(part."table") as "table"
          from landfall.batches
          cross join lateral pg_catalog.jsonb_to_recordset(batches.figures)
            as part ("column" pg_catalog.text, staging pg_catalog.numeric, "table" pg_catalog.numeric)
          where (batches.load_id operator(pg_catalog.=) ${loadId})
            and (part."column" operator(pg_catalog.=) sums."column")
        ) as merged
      )`;
}
