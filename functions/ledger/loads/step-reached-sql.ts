import { ident, sql, type Sql } from '../../core/sql.ts';

/**
 * The step (protocol/pipeline.ts) that a load is in, or stopped in, as an expression over a row of landfall.loads. An attempt goes through all steps
 * again, so only the marks count that it left itself. Passing the gate counts for ever, but not for staging that was filled
 * again and is not classified yet.
 */
export function stepReached(load: string): Sql {
  const row = ident(load);
  const isMissing = (at: 'planned_at' | 'composed_at' | 'validated_at'): Sql =>
    sql`((${row}.${ident(at)} is null) or (${row}.${ident(at)} operator(pg_catalog.<) ${row}.attempt_started_at))`;
  return sql`(
    case
      when (${row}.outcome operator(pg_catalog.<>) 'FAILED') then 'report'
      when ${isMissing('planned_at')} then 'extract'
      when ${isMissing('composed_at')} then 'stage'
      when ((${row}.gated_at is not null) and (${row}.gated_epoch operator(pg_catalog.=) ${row}.epoch)) then 'merge'
      when ${isMissing('validated_at')} then 'validate'
      else 'transform'
    end
  )`;
}
