import { sql, type Sql } from '../../core/sql.ts';

/**
 * Which of these hashes of typed SQL a load may still ask for: { hash }. One that has not ended, failed or is held goes on with it, open
 * rejects are judged by it again, and one that ended less than `days` ago may be retried anew.
 */
export function selectWantedTyped(hashes: readonly string[], days: number): Sql {
  return sql`
    select distinct asked.hash
    from landfall.loads
    cross join lateral (values
      (loads.request operator(pg_catalog.->>) 'typedRules'),
      (loads.request operator(pg_catalog.->>) 'typedThrottle')
    ) as asked (hash)
    where (asked.hash operator(pg_catalog.=) any (${hashes}::pg_catalog.text[]))
      and (
        (loads.outcome is null)
        or (loads.outcome operator(pg_catalog.=) any (array['HELD', 'FAILED']))
        or (loads.ended_at operator(pg_catalog.>) (pg_catalog.clock_timestamp()
          operator(pg_catalog.-) pg_catalog.make_interval(days => ${days}::pg_catalog.int4)))
        or ((loads.outcome operator(pg_catalog.=) 'LOADED') and exists (
          select
          from landfall.rejects
          where (rejects.load_id operator(pg_catalog.=) loads.load_id)
            and (rejects.kind operator(pg_catalog.=) 'reject')
            and (rejects.closed_by is null)
        ))
      )`;
}
