import type { TargetTable } from '../core/contract.ts';
import { ident, sql, type Sql } from '../core/sql.ts';

/** Rows as the planner believes them to be; -1 where it was never told. */
export function targetEstimate(target: TargetTable): Sql {
  return sql`
    select pg_class.reltuples::bigint as rows
    from pg_class
    where (pg_class.oid = ${target.oid}::oid)`;
}

/** Skipped with a warning by the server where the role may not (MAINTAIN or ownership). */
export function analyzeTarget({ schema, table }: TargetTable): Sql {
  return sql`analyze ${ident(schema, table)}`;
}
