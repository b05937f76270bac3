import { sql, type Sql } from '../../core/sql.ts';

/** This execution looks for its turn: how an earlier one ended is no news any more. */
export function updateUndoSought(loadId: number, execution: string): Sql {
  return sql`
    update landfall.undos
    set execution = ${execution}, failed_at = null, code = null, message = null
    where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (undos.ended_at is null)
      and ((undos.execution is distinct from ${execution}) or (undos.failed_at is not null))`;
}

/** Who was asked to undo it, before that execution says so itself: where it never does, the sweep knows of which to ask. */
export function updateUndoStarted(loadId: number, execution: string): Sql {
  return sql`
    update landfall.undos
    set execution = ${execution}, failed_at = null, code = null, message = null
    where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (undos.ended_at is null)
      and (undos.execution is distinct from ${execution})`;
}

/**
 * Its newest execution ended before it had; null: none was started, as far as anyone knows. Answers the row where that is news: no newer one looks
 * for its turn, and nobody has recorded it.
 */
export function updateUndoFailed(failure: {
  readonly loadId: number;
  readonly execution: string | null;
  readonly code: string;
  readonly message: string;
}): Sql {
  return sql`
    update landfall.undos
    set failed_at = pg_catalog.clock_timestamp(), execution = ${failure.execution}, code = ${failure.code}, message = ${failure.message}
    where (undos.load_id operator(pg_catalog.=) ${failure.loadId}::pg_catalog.int8)
      and (undos.ended_at is null)
      and (undos.failed_at is null)
      and ((undos.execution is null) or (undos.execution operator(pg_catalog.=) ${failure.execution}))
    returning *`;
}

/** An undo that has not ended, and that no lease tells of. */
export interface LostUndoRow {
  readonly load_id: number;
  /** Null: whoever was asked to undo it ended before anybody wrote down that it had begun. */
  readonly execution: string | null;
}

/**
 * Undos on AWS that have no lease (they wait for it, or gave it back) and have neither ended nor failed, the longest first; and those that were asked
 * for `unbegunMinutes` ago, and of which no execution is known.
 */
export function selectUndosWithoutLease(limit: number, unbegunMinutes: number): Sql {
  return sql`
    select undos.load_id, undos.execution
    from landfall.undos
    where (undos.ended_at is null)
      and (undos.failed_at is null)
      and ((undos.execution like 'arn:%') or (
        (undos.execution is null)
        and (undos.asked_at operator(pg_catalog.<) (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(mins => ${unbegunMinutes}::pg_catalog.int4)))
      ))
      and (not exists (
        select from landfall.leases
        where (leases.load_id operator(pg_catalog.=) undos.load_id)
      ))
    order by undos.asked_at, undos.load_id
    limit ${limit}`;
}
