import { sql, type Sql } from '../../core/sql.ts';

/** What an operator asked for. */
export interface NewOperation {
  readonly verb: string;
  readonly loadId: number | null;
  readonly target: string | null;
  readonly input: object;
  readonly by: string;
  readonly why: string | null;
}

/** Before anything is done: also an operation that dies half-way is known. */
export function insertOperation(operation: NewOperation): Sql {
  return sql`
    insert into landfall.operations (verb, load_id, target, input, by, why)
    values (${operation.verb}, ${operation.loadId}, ${operation.target}, ${JSON.stringify(operation.input)},
      ${operation.by}, ${operation.why})
    returning operation_id`;
}

/** What came of it; load and target where only the answer names them. */
export function updateOperation(
  operationId: number,
  ended: { readonly answer: unknown; readonly loadId: number | null; readonly target: string | null },
): Sql {
  return sql`
    update landfall.operations
    set answer = ${JSON.stringify(ended.answer)},
      load_id = coalesce(load_id, ${ended.loadId}), target = coalesce(target, ${ended.target})
    where (operation_id = ${operationId})`;
}

/** What an operator, or the sweep, did with a load. */
export interface OperationRow {
  readonly verb: string;
  readonly by: string;
  readonly why: string | null;
  readonly at: Date;
  readonly answer: object | null;
}

/** What operators did with a load, in order. */
export function selectOperationsOf(loadId: number): Sql {
  return sql`
    select verb, by, why, at, answer
    from landfall.operations
    where (load_id = ${loadId})
    order by operation_id
    limit 100`;
}

/** The execution that the newest retry of a load, or the newest yes to it, started. */
export function selectNewestRetry(loadId: number): Sql {
  return sql`
    select (answer ->> 'executionId') as execution
    from landfall.operations
    where (load_id = ${loadId})
      and (verb in ('retry', 'approve'))
      and (answer ->> 'executionId' is not null)
    order by operation_id desc
    limit 1`;
}

/** Objects that a backfill started within this many minutes, and their executions, which may not have claimed them yet. */
export function selectJustStarted(minutes: number): Sql {
  return sql`
    select (started ->> 'key') as key, (started ->> 'executionId') as execution
    from landfall.operations
    cross join lateral jsonb_array_elements(answer -> 'started') as started
    where (verb = 'backfill')
      and (at > clock_timestamp() - make_interval(mins => ${minutes}))
      and (answer ? 'started')
    order by operation_id`;
}
