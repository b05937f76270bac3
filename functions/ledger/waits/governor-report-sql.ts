import { sql, type Sql } from '../../core/sql.ts';

/** So many transactions a report tells; of more, each second one, or third, and so on. */
const toldTransactions = 1_000;

/** What the governor did with a load, as report.json has it; a scalar in a query of `loads`. NULL: nothing was merged, and nothing waited for. */
export function governorReport(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_build_object(
          'secondsLost', waited.seconds,
          'batches', merged.transactions,
          'unknown', unseen.signals,
          'lanes', loads.lanes)
        from (
          select coalesce(pg_catalog.jsonb_object_agg(reason.signal, reason.seconds), '{}') as seconds
          from (
            select waits.signal, pg_catalog.round(pg_catalog.sum(pg_catalog.extract('epoch',
              waits.ended_at operator(pg_catalog.-) waits.begun_at)))::pg_catalog.int4 as seconds
            from landfall.waits
            where (waits.load_id operator(pg_catalog.=) ${loadId})
              and (waits.ended_at is not null)
            group by waits.signal
          ) as reason
        ) as waited
        cross join (
          select coalesce(pg_catalog.jsonb_agg(each.part order by each.number), '[]') as transactions
          from (
            select (part.value operator(pg_catalog.-) 'written') as part,
              pg_catalog.row_number() over (order by (part.value operator(pg_catalog.->>) 'at')::pg_catalog.timestamptz) as number,
              pg_catalog.count(*) over () as all_of_them
            from landfall.batches
            cross join lateral pg_catalog.jsonb_array_elements(batches.times) as part
            where (batches.load_id operator(pg_catalog.=) ${loadId})
          ) as each
          where (((each.number operator(pg_catalog.-) 1)
            operator(pg_catalog.%) pg_catalog.ceil(each.all_of_them::pg_catalog.numeric operator(pg_catalog./) ${toldTransactions})::pg_catalog.int8)
            operator(pg_catalog.=) 0)
        ) as merged
        cross join (
          select coalesce(pg_catalog.jsonb_agg(
            pg_catalog.jsonb_build_object('signal', seen.key, 'why', seen.value operator(pg_catalog.->>) 'figure') order by seen.key), '[]') as signals
          from pg_catalog.jsonb_each(loads.signals) as seen
          where ((seen.value operator(pg_catalog.->>) 'health') operator(pg_catalog.=) 'unknown')
        ) as unseen
        where (merged.transactions operator(pg_catalog.<>) '[]')
          or (waited.seconds operator(pg_catalog.<>) '{}')
      )`;
}
