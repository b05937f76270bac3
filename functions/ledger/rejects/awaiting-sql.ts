import { sql, type Sql } from '../../core/sql.ts';
import { countIn } from '../batches/counts-sql.ts';
import { age } from '../leases/waiters-sql.ts';
import { brokeOnly, heldReplay } from './replays-sql.ts';

/** The rule that a record breaks whose parent is not there. */
export const missingParent = ['FOREIGN_KEY'] as const;

/** The load ended: what of its rejects misses nothing but a parent waits for these tables, where there is any. */
export function updateAwaits(
  loadId: number,
  { parents, days }: { readonly parents: readonly string[]; readonly days: number },
): Sql {
  return sql`
    update landfall.loads as waiting
    set awaits = ${parents}::pg_catalog.text[],
      awaits_until = pg_catalog.clock_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(days => ${days}::pg_catalog.int4)
    where (waiting.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and ${anyWaits}`;
}

/** Whether rejects of the load miss nothing but a parent: { waits }. */
export function selectAnyWaits(loadId: number): Sql {
  return sql`select exists (select ${openAwaiting(sql`${loadId}::pg_catalog.int8`)}) as waits`;
}

/** Open rejects of the load `loadId` that miss nothing but a parent. */
export function openAwaiting(loadId: Sql): Sql {
  return sql`
      from landfall.rejects
      where (rejects.load_id operator(pg_catalog.=) ${loadId})
        and (rejects.kind operator(pg_catalog.=) 'reject')
        and (rejects.closed_by is null)
        and ${brokeOnly(missingParent)}`;
}

const anyWaits = sql`(exists (
      select ${openAwaiting(sql`waiting.load_id`)}
      ))`;

/** A load of which rejects wait. */
export interface AwaitingRow {
  readonly load_id: number;
  readonly dataset: string;
  readonly target: string;
  readonly awaits: readonly string[];
  readonly awaits_until: Date;
  readonly records: number;
}

/** Loads of which rejects wait now, with how many: AwaitingRow, the oldest first. */
export function selectAwaiting(): Sql {
  return sql`
    select waiting.load_id, waiting.dataset, waiting.target, waiting.awaits, waiting.awaits_until, open.records
    from landfall.loads as waiting
    cross join lateral (
      select pg_catalog.count(*)::pg_catalog.int8 as records ${openAwaiting(sql`waiting.load_id`)}
    ) as open
    where (waiting.awaits is not null)
      and (waiting.awaits_until operator(pg_catalog.>) pg_catalog.clock_timestamp())
      and (open.records operator(pg_catalog.>) 0)
    order by waiting.load_id`;
}

/** Whose executions are meant: those of Step Functions, or of commands on one machine. */
export interface Where {
  readonly onOneMachine: boolean;
}

/**
 * Loads of which rejects wait, and for whose parents another load has written rows since they were judged last, the oldest object
 * first: { load_id }. A replay of theirs counts from when it began, and where it broke off on one machine not at all: nobody
 * retries that. One that waits for a yes has them, and nobody is asked twice.
 */
export function selectDueReplays({ onOneMachine, most }: Where & { readonly most: number }): Sql {
  return sql`
    select waiting.load_id
    from landfall.loads as waiting
    where (waiting.awaits is not null)
      and (waiting.outcome operator(pg_catalog.=) 'LOADED')
      and (waiting.awaits_until operator(pg_catalog.>) pg_catalog.clock_timestamp())
      and (((waiting.execution operator(pg_catalog.~~) 'arn:%') is true) operator(pg_catalog.<>) ${onOneMachine}::pg_catalog.bool)
      and (exists (
        select
        from landfall.loads
        where (loads.target operator(pg_catalog.=) any (waiting.awaits))
          and (loads.gated_at is not null)
          and (loads.outcome operator(pg_catalog.=) 'LOADED')
          and (loads.load_id operator(pg_catalog.<>) waiting.load_id)
          and ((loads.request operator(pg_catalog.#>>) '{replay,of}') is distinct from waiting.load_id::pg_catalog.text)
          and ((${countIn('loads.counts', 'new')} operator(pg_catalog.+) ${countIn('loads.counts', 'changed')}) operator(pg_catalog.>) 0)
          and (loads.ended_at operator(pg_catalog.>) greatest(waiting.started_at, (
            select pg_catalog.max(replay.started_at)
            from landfall.loads as replay
            where (replay.bucket operator(pg_catalog.=) waiting.bucket)
              and (replay.key operator(pg_catalog.=) waiting.key)
              and ((replay.request operator(pg_catalog.#>>) '{replay,of}') operator(pg_catalog.=) waiting.load_id::pg_catalog.text)
              and ((not ${onOneMachine}::pg_catalog.bool) or (replay.outcome operator(pg_catalog.<>) 'FAILED'))
          )))
      ))
      and (not exists (${heldReplay(sql`waiting.load_id`, 0)}))
      and ${anyWaits}
    order by ${age(sql`waiting`)}, waiting.load_id
    limit ${most}`;
}
