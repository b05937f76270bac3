import type { Contract } from '../../../core/contract.ts';
import { ident, sql, type Sql } from '../../../core/sql.ts';

/** Answers { rows }: of the target, counted up to `most`. */
export function countRows({ target: { schema, table } }: Contract, most: number): Sql {
  return sql`
    select pg_catalog.count(*) as rows
    from (select from ${ident(schema, table)} limit ${most}) as counted`;
}

/** What the planner takes the target to have: its rows at the last ANALYZE, times how much it grew since; of all partitions. */
export function explainRows({ target: { schema, table } }: Contract): Sql {
  return sql`explain (format json) select from ${ident(schema, table)}`;
}
