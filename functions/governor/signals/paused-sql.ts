import { sql, type Sql } from '../../core/sql.ts';

/** Who paused the target, when and why; no row where nobody did. */
export function selectPause(targetName: string): Sql {
  return sql`
    select pauses.by, pauses.paused_at, pauses.why
    from landfall.pauses
    where (pauses.target operator(pg_catalog.=) ${targetName})`;
}
