import { sql, type Sql } from '../../core/sql.ts';
import { ofSameKey } from '../loads/versions-sql.ts';
import { age } from '../leases/waiters-sql.ts';

/** A failed load that may be retried. */
export interface FailedRow {
  readonly load_id: number;
  readonly code: string | null;
  readonly key: string;
  /** How often the one who asks has retried it. */
  readonly tries: number;
  /** What its newest retry started, whoever asked for that. */
  readonly execution: string | null;
}

/**
 * Loads on AWS that failed of a cause which passes, the oldest object first: not dry runs, which somebody waits for, and none that an
 * operator cancelled. `afterMinutes`: how long after its end and its newest retry each further retry is due.
 */
export function selectDueRetries(wanted: {
  readonly by: string;
  readonly codes: readonly string[];
  readonly afterMinutes: readonly number[];
  readonly withinHours: number;
  readonly limit: number;
}): Sql {
  return sql`
    select loads.load_id, loads.code, loads.key, retries.tries, retries.execution
    from landfall.loads
    cross join lateral (
      select
        pg_catalog.count(*) filter (
          where (operations.by operator(pg_catalog.=) ${wanted.by})
            and ${isStartedRetry}
        )::pg_catalog.int4 as tries,
        pg_catalog.max(operations.at) filter (where ${isStartedRetry}) as newest_at,
        coalesce(pg_catalog.bool_or(
          (operations.verb operator(pg_catalog.=) 'cancel')
          and (operations.at operator(pg_catalog.>) coalesce(loads.attempt_started_at, loads.started_at))
        ), false) as cancelled,
        ${newestExecution}
      from landfall.operations
      where (operations.load_id operator(pg_catalog.=) loads.load_id)
    ) as retries
    where (loads.outcome operator(pg_catalog.=) 'FAILED')
      and (loads.code operator(pg_catalog.=) any (${wanted.codes}::pg_catalog.text[]))
      and (loads.execution operator(pg_catalog.~~) 'arn:%')
      and (loads.ended_at operator(pg_catalog.>) (pg_catalog.clock_timestamp()
        operator(pg_catalog.-) pg_catalog.make_interval(hours => ${wanted.withinHours})))
      and ((loads.request operator(pg_catalog.->>) 'dryRun') is distinct from 'true')
      and (not retries.cancelled)
      and (retries.tries operator(pg_catalog.<) pg_catalog.cardinality(${wanted.afterMinutes}::pg_catalog.int4[]))
      and (greatest(loads.ended_at, retries.newest_at) operator(pg_catalog.<) (pg_catalog.clock_timestamp()
        operator(pg_catalog.-) pg_catalog.make_interval(
          mins => (${wanted.afterMinutes}::pg_catalog.int4[])[retries.tries operator(pg_catalog.+) 1]
        )))
      and ${isNewestOfObject}
    order by ${age(sql`loads`)}, loads.load_id
    limit ${wanted.limit}`;
}

/** Loads that failed since then, of one dataset or of all (null), the oldest object first; not dry runs. */
export function selectFailedSince(wanted: {
  readonly since: Date;
  readonly dataset: string | null;
  readonly limit: number;
}): Sql {
  return sql`
    select loads.load_id, loads.code, loads.key, 0 as tries, retries.execution
    from landfall.loads
    cross join lateral (
      select ${newestExecution}
      from landfall.operations
      where (operations.load_id operator(pg_catalog.=) loads.load_id)
    ) as retries
    where (loads.outcome operator(pg_catalog.=) 'FAILED')
      and (loads.ended_at operator(pg_catalog.>=) ${wanted.since.toISOString()}::pg_catalog.timestamptz)
      and ((loads.request operator(pg_catalog.->>) 'dryRun') is distinct from 'true')
      and ((${wanted.dataset}::pg_catalog.text is null)
        or (loads.dataset operator(pg_catalog.=) ${wanted.dataset}::pg_catalog.text))
      and ${isNewestOfObject}
    order by ${age(sql`loads`)}, loads.load_id
    limit ${wanted.limit}`;
}

const isStartedRetry = sql`
  ((operations.verb operator(pg_catalog.=) 'retry') and (operations.answer operator(pg_catalog.?) 'executionId'))`;

const newestExecution = sql`
  (pg_catalog.array_agg(operations.answer operator(pg_catalog.->>) 'executionId' order by operations.operation_id desc)
    filter (where ${isStartedRetry}))[1] as execution`;

/** No later load of the same object took its place. */
const isNewestOfObject = sql`
  (not exists (
    select
    from landfall.loads as later
    where ${ofSameKey(sql`later`, sql`loads`)}
      and (later.version_id operator(pg_catalog.=) loads.version_id)
      and (later.generation operator(pg_catalog.>) loads.generation)
  ))`;
