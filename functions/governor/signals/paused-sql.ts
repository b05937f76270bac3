import { sql, type Sql } from '../../core/sql.ts';

/** Who paused the target, when and why. */
export interface Pause {
  readonly by: string;
  readonly pausedAt: string;
  readonly why: string | null;
}

/** One Pause; NULL where nobody did. */
export function pauseOf(targetName: string): Sql {
  return sql`
    select pg_catalog.jsonb_build_object(
      'by', pauses.by,
      'pausedAt', pg_catalog.to_char(pauses.paused_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'why', pauses.why
    )
    from landfall.pauses
    where (pauses.target operator(pg_catalog.=) ${targetName})`;
}

/** The same as a statement: { pause }. */
export function selectPause(targetName: string): Sql {
  return sql`select (${pauseOf(targetName)}) as pause`;
}
