import { sql, type Sql } from '../../core/sql.ts';

/** What is forgotten in one statement: of loads of a dataset that ended so many days ago, `most` of it. */
interface Forgotten {
  readonly dataset: string;
  readonly days: number;
  readonly most: number;
}

/**
 * Forgets the oldest rejects and duplicates of a dataset's loads that ended so many days ago, `most` of them. Only of loads that go on no
 * more: one that failed may be retried, and reads its rejects again then. One that a replay has taken and that has not ended stays until
 * that closes it, for as many days more at most. What was counted stays in landfall.loads.
 */
export function deleteOldRejects({ dataset, days, most }: Forgotten): Sql {
  return sql`
    delete from landfall.rejects
    where (rejects.ctid operator(pg_catalog.=) any (array(
      select old.ctid
      from landfall.loads
      join landfall.rejects as old on (old.load_id operator(pg_catalog.=) loads.load_id)
      where (loads.dataset operator(pg_catalog.=) ${dataset})
        and ${endedBefore(days)}
        and ((old.replayed_by is null) or (not exists (
          select
          from landfall.loads as replay
          where (replay.load_id operator(pg_catalog.=) old.replayed_by)
            and (not ${goesOnNoMore(sql`replay`)})
            and (replay.started_at operator(pg_catalog.>) ${daysAgo(days)})
        )))
      order by old.load_id, old.record_no
      limit ${most}
    )))`;
}

/** Forgets the samples of cleaned cells in slices of such loads, `most` slices; how many cells each step changed stays. */
export function forgetSamples({ dataset, days, most }: Forgotten): Sql {
  return sql`
    update landfall.slices
    set cleaned = (
      select pg_catalog.jsonb_agg(
        each.value operator(pg_catalog.||) '{"samples": []}'::pg_catalog.jsonb order by each.position
      )
      from pg_catalog.jsonb_array_elements(slices.cleaned) with ordinality as each (value, position)
    )
    where (slices.ctid operator(pg_catalog.=) any (array(
      select old.ctid
      from landfall.loads
      join landfall.slices as old on (old.load_id operator(pg_catalog.=) loads.load_id)
      where (loads.dataset operator(pg_catalog.=) ${dataset})
        and ${endedBefore(days)}
        and pg_catalog.jsonb_path_exists(old.cleaned, '$[*].samples[*]'::pg_catalog.jsonpath)
      order by old.load_id, old.slice
      limit ${most}
    )))`;
}

/** Loads of a dataset that ended so many days ago and go on no more, whose reports are still below `folder`, the oldest first: { load_id }. */
export function selectOldReports({ dataset, days, folder, most }: Forgotten & { readonly folder: string }): Sql {
  return sql`
    select loads.load_id
    from landfall.loads
    where (loads.dataset operator(pg_catalog.=) ${dataset})
      and ${endedBefore(days)}
      and (loads.report_path is not null)
      and (loads.report_forgotten_at is null)
      and (pg_catalog.starts_with(loads.report_path, ${folder}))
    order by loads.ended_at, loads.load_id
    limit ${most}`;
}

/** Their reports are deleted. */
export function updateReportsForgotten(loadIds: readonly number[]): Sql {
  return sql`
    update landfall.loads
    set report_forgotten_at = pg_catalog.clock_timestamp(), page_path = null, rejects_path = null
    where (load_id operator(pg_catalog.=) any (${loadIds}::pg_catalog.int8[]))`;
}

function endedBefore(days: number): Sql {
  return sql`${goesOnNoMore(sql`loads`)}
        and (loads.ended_at operator(pg_catalog.<) ${daysAgo(days)})`;
}

/** It ended for good: one that failed may be retried, unless it was given up for another. */
function goesOnNoMore(loads: Sql): Sql {
  return sql`(((${loads}.outcome operator(pg_catalog.=) any (array['LOADED', 'ALREADY_LOADED', 'REJECTED', 'DRY_RUN', 'SUPERSEDED']))
          or ((${loads}.outcome operator(pg_catalog.=) 'FAILED') and (${loads}.code operator(pg_catalog.=) 'REPLACED'))) is true)`;
}

function daysAgo(days: number): Sql {
  return sql`(pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(days => ${days}::pg_catalog.int4))`;
}
