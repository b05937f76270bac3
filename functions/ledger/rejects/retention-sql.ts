import { sql, type Sql } from '../../core/sql.ts';

/**
 * Forgets the oldest rejects and duplicates of a dataset's loads that ended so many days ago, `most` of them. Only of loads that go on no
 * more: one that failed may be retried, and reads its rejects again then. What was counted stays in landfall.loads.
 */
export function deleteOldRejects({
  dataset,
  days,
  most,
}: {
  readonly dataset: string;
  readonly days: number;
  readonly most: number;
}): Sql {
  return sql`
    delete from landfall.rejects
    where (rejects.ctid operator(pg_catalog.=) any (array(
      select old.ctid
      from landfall.loads
      join landfall.rejects as old on (old.load_id operator(pg_catalog.=) loads.load_id)
      where (loads.dataset operator(pg_catalog.=) ${dataset})
        and (loads.outcome operator(pg_catalog.=) any (array['LOADED', 'REJECTED', 'DRY_RUN', 'SUPERSEDED']))
        and (loads.ended_at operator(pg_catalog.<) (pg_catalog.clock_timestamp()
          operator(pg_catalog.-) pg_catalog.make_interval(days => ${days}::pg_catalog.int4)))
      order by old.load_id, old.record_no
      limit ${most}
    )))`;
}
