import { sql, type Sql } from '../../core/sql.ts';

/** A target that nothing is merged into until it is resumed. */
export interface PauseRow {
  readonly target: string;
  readonly paused_at: Date;
  /** user@host, or the caller's ARN. */
  readonly by: string;
  readonly why: string | null;
}

const pauseColumns = sql`pauses.target, pauses.paused_at, pauses.by, pauses.why`;

/** Answers no row where it is paused already. */
export function insertPause(pause: { readonly target: string; readonly by: string; readonly why: string | null }): Sql {
  return sql`
    insert into landfall.pauses (target, by, why)
    values (${pause.target}, ${pause.by}, ${pause.why})
    on conflict (target) do nothing
    returning ${pauseColumns}`;
}

/** Answers the pause that ended, no row where there was none. */
export function deletePause(target: string): Sql {
  return sql`
    delete from landfall.pauses
    where (target operator(pg_catalog.=) ${target})
    returning ${pauseColumns}`;
}

/** Answers no row where nobody paused it. */
export function selectPause(target: string): Sql {
  return sql`
    select ${pauseColumns}
    from landfall.pauses
    where (pauses.target operator(pg_catalog.=) ${target})`;
}

/** All of them: a handful. */
export function selectPauses(): Sql {
  return sql`
    select ${pauseColumns}
    from landfall.pauses
    order by target`;
}
