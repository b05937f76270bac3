import { sql, type Sql } from '../../core/sql.ts';

/** Who wants to run a verb that changes something. */
export interface Operator {
  readonly token: string;
  readonly verb: string;
  readonly by: string;
}

/** 15 minutes: a Lambda's longest time. Behind a pooler the session of who was killed lives on, and keeps the turn no longer. */
const minutesAtMost = 15;

/** Takes the turn where nobody has it, or who had it is gone; answers a row where it did. */
export function takeTurn({ token, verb, by }: Operator): Sql {
  return sql`
    update landfall.operating
    set token = ${token}, verb = ${verb}, by = ${by}, began_at = pg_catalog.clock_timestamp(),
      pid = mine.pid, role = mine.usename::pg_catalog.text, session_started_at = mine.backend_start
    from pg_catalog.pg_stat_activity as mine
    where (mine.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid())
      and (operating.seat operator(pg_catalog.=) 1)
      and ((operating.token is null) or (not ${isAlive}))
    returning operating.token`;
}

/** Gives the turn back; touches nothing where another has it meanwhile. */
export function giveTurnBack(token: string): Sql {
  return sql`
    update landfall.operating
    set token = null, verb = null, by = null, began_at = null, pid = null, role = null, session_started_at = null
    where (token operator(pg_catalog.=) ${token})`;
}

/** Who has the turn. */
export interface TurnRow {
  readonly verb: string;
  readonly by: string;
  readonly began_at: Date;
  readonly pid: number;
  readonly role: string;
}

/** No row: nobody any more. */
export function selectTurn(): Sql {
  return sql`
    select verb, by, began_at, pid, role
    from landfall.operating
    where (seat operator(pg_catalog.=) 1)
      and (token is not null)`;
}

/**
 * Pid and role of a session are shown to everybody, and no other role can have them; when it began is for its own role to
 * see, so that a pid which was given anew is told apart.
 */
const isAlive = sql`(
  (operating.began_at operator(pg_catalog.>) (pg_catalog.clock_timestamp()
    operator(pg_catalog.-) pg_catalog.make_interval(mins => ${minutesAtMost})))
  and exists (
    select
    from pg_catalog.pg_stat_activity as session
    where (session.pid operator(pg_catalog.=) operating.pid)
      and (session.usename::pg_catalog.text operator(pg_catalog.=) operating.role)
      and (coalesce(session.backend_start, operating.session_started_at)
        operator(pg_catalog.=) operating.session_started_at)
  )
)`;
