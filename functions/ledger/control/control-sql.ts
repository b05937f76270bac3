import type { ControlDemand, Digests, Figures } from '../../core/control/totals.ts';
import { sql, type Sql } from '../../core/sql.ts';

/** What is demanded of the load, until it passes its gate: the newest wish decides, and what lies beside the object now. */
export function updateControl(loadId: number, demands: readonly ControlDemand[]): Sql {
  return sql`
    update landfall.loads
    set control = ${demands.length === 0 ? null : JSON.stringify(demands)}::pg_catalog.jsonb
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (loads.gated_at is null)`;
}

/** Of the object's bytes. One version of an object has one digest, so whoever comes second writes the same. */
export function updateDigests(loadId: number, digests: Digests): Sql {
  return sql`
    update landfall.loads
    set digests = ${JSON.stringify(digests)}::pg_catalog.jsonb
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/** What was counted in staging, before the gate judges it. */
export function updateFigures(loadId: number, figures: Figures): Sql {
  return sql`
    update landfall.loads
    set figures = ${JSON.stringify(figures)}::pg_catalog.jsonb
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}
