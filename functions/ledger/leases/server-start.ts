import { sql, type Sql } from '../../core/sql.ts';

/** An hour: who was silent for longer when the server started was dead before it went away. */
const longestAwaySeconds = 3_600;

/**
 * Whether the server started so few seconds ago that whoever gave this sign of life (a moment) before it went away may not have
 * been able to give another: calls of a load pause between two questions for a database that is away.
 */
export function mayComeBack(sign: Sql, backSeconds: number): Sql {
  const started = sql`pg_catalog.pg_postmaster_start_time()`;
  const seconds = (count: number): Sql => sql`pg_catalog.make_interval(secs => ${count}::pg_catalog.float8)`;
  return sql`(
      (${sign} operator(pg_catalog.>) (${started} operator(pg_catalog.-) ${seconds(longestAwaySeconds)}))
      and ((${started} operator(pg_catalog.+) ${seconds(backSeconds)}) operator(pg_catalog.>) pg_catalog.clock_timestamp())
    )`;
}
