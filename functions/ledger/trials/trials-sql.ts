import { type Sql, sql } from '../../core/sql.ts';

/** One object into one dataset. */
interface Wanted {
  readonly dataset: string;
  readonly bucket: string;
  readonly key: string;
}

/** Answers { load_id, outcome } of a load of it that has not ended, or waits for a yes: another generation would give it up. */
export function selectUnendedOf({ dataset, bucket, key }: Wanted): Sql {
  return sql`
    select load_id, outcome
    from landfall.loads
    where (dataset operator(pg_catalog.=) ${dataset})
      and (bucket operator(pg_catalog.=) ${bucket})
      and (key operator(pg_catalog.=) ${key})
      and ((outcome is null) or (outcome operator(pg_catalog.=) 'HELD'))
    order by load_id desc
    limit 1`;
}

/** Answers { load_id, etag } of the newest load of it that was judged to its end, and is no dry run. */
export function selectJudgedOf({ dataset, bucket, key }: Wanted): Sql {
  return sql`
    select load_id, etag
    from landfall.loads
    where (dataset operator(pg_catalog.=) ${dataset})
      and (bucket operator(pg_catalog.=) ${bucket})
      and (key operator(pg_catalog.=) ${key})
      and (outcome operator(pg_catalog.=) any (array['LOADED', 'REJECTED']))
      and ((request operator(pg_catalog.->>) 'dryRun') is distinct from 'true')
      and ((request operator(pg_catalog.->) 'replay') is null)
    order by load_id desc
    limit 1`;
}

/** Answers { dataset }: into which an object was loaded last. */
export function selectDatasetOf({ bucket, key }: Omit<Wanted, 'dataset'>): Sql {
  return sql`
    select dataset
    from landfall.loads
    where (bucket operator(pg_catalog.=) ${bucket})
      and (key operator(pg_catalog.=) ${key})
    order by load_id desc
    limit 1`;
}

/** Answers { load_id } of a dry run; no row where the load is none. */
export function selectTrial(loadId: number): Sql {
  return sql`
    select load_id
    from landfall.loads
    where (load_id operator(pg_catalog.=) ${loadId})
      and ((request operator(pg_catalog.->>) 'dryRun') operator(pg_catalog.=) 'true')`;
}

/** Its rejects and duplicates. */
export function deleteRejectsOfTrial(loadId: number): Sql {
  return sql`delete from landfall.rejects where (load_id operator(pg_catalog.=) ${loadId})`;
}

/** Times in which it waited for others. */
export function deleteWaitsOfTrial(loadId: number): Sql {
  return sql`delete from landfall.waits where (load_id operator(pg_catalog.=) ${loadId})`;
}

/** The load itself; its slices, batches and lease go with it. */
export function deleteTrial(loadId: number): Sql {
  return sql`delete from landfall.loads where (load_id operator(pg_catalog.=) ${loadId})`;
}
