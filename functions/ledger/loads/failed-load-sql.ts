import { sql, type Sql } from '../../core/sql.ts';
import { countIn } from '../batches/counts-sql.ts';

/** Answers no row where no load failed in this execution, or another has gone on with it. */
export function selectFailedBy(execution: string): Sql {
  return sql`
    select load_id
    from landfall.loads
    where (execution = ${execution})
      and (outcome = 'FAILED')
    order by load_id desc
    limit 1`;
}

/** The load, and what of it is merged. */
export function selectFailedLoad(loadId: number): Sql {
  return sql`
    select load_id, dataset, target, bucket, key, code, message, execution,
      case when composed_at is null then null else records end as records,
      batches.planned as batches, batches.merged as merged_batches, batches.begun as begun_batches,
      batches.inserted, batches.updated
    from landfall.loads
    cross join lateral (
      select count(*)::integer as planned, count(merged_at)::integer as merged,
        count(merged_through) filter (where (merged_at is null))::integer as begun,
        coalesce(sum(${countIn('batches.counts', 'new')}), 0)::bigint as inserted,
        coalesce(sum(${countIn('batches.counts', 'changed')}), 0)::bigint as updated
      from landfall.batches
      where (batches.load_id = loads.load_id)
    ) as batches
    where (load_id = ${loadId})`;
}
