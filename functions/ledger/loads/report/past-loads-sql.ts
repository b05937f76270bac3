import { sql, type Sql } from '../../../core/sql.ts';

/** How many loads of all datasets are looked through: no index has them by dataset, and a report is not to read a ledger of years. */
const lookedThrough = 2_000;

/** The load and those of its dataset before it that had ended when its report was rendered first, at most `most`, the oldest first. */
export function selectPastLoads({ loadId, dataset, most }: { loadId: number; dataset: string; most: number }): Sql {
  return sql`
    select found.load_id, found.outcome, found.started_at, found.records, found.rejected, found.ms
    from (
      select loads.load_id, coalesce(loads.outcome, 'FAILED') as outcome, loads.started_at, loads.records, loads.rejected,
        greatest(0, (1000 operator(pg_catalog.*) extract(epoch from (coalesce(loads.ended_at, loads.attempt_started_at)
          operator(pg_catalog.-) loads.attempt_started_at))))::pg_catalog.int8 as ms
      from landfall.loads as loads
      where (loads.load_id operator(pg_catalog.<=) ${loadId})
        and (loads.load_id operator(pg_catalog.>) ${loadId - lookedThrough})
        and (loads.dataset operator(pg_catalog.=) ${dataset})
        and ((loads.load_id operator(pg_catalog.=) ${loadId})
          or ((loads.outcome is not null) and (loads.ended_at operator(pg_catalog.<=) coalesce(
            (select this.reported_at from landfall.loads as this where (this.load_id operator(pg_catalog.=) ${loadId})),
            pg_catalog.clock_timestamp()))))
      order by loads.load_id desc
      limit ${most}) as found
    order by found.load_id`;
}

/** Where the report of a load lies as a page; no row where there is no such load. */
export function selectPagePath(loadId: number): Sql {
  return sql`select page_path from landfall.loads where (load_id operator(pg_catalog.=) ${loadId})`;
}
