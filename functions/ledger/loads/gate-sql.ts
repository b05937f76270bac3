import type { Gate } from '../../protocol/outcomes.ts';
import { sql, type Sql } from '../../core/sql.ts';
import { wouldBeCount } from './would-be-sql.ts';

/** What the gate says of the whole load; a refusal has its code and message, and so has what is held. */
export interface GateDecision {
  readonly gate: Gate;
  readonly lanes: number;
  readonly refusal: { readonly code: string | null; readonly message: string } | null;
}

/**
 * Passing the gate makes final what updateWouldBe has written. What others wrote from now on is newer than the load: of the
 * transactions below the snapshot's xmin none runs any more, not even a part of one (docs/adr/0040).
 */
export function updateGate(load: { loadId: number; epoch: string }, { gate, lanes, refusal }: GateDecision): Sql {
  return sql`
    update landfall.loads
    set records = ${wouldBeCount('records')}, counts = null,
      rejected = ${wouldBeCount('rejected')}, duplicate = ${wouldBeCount('duplicate')},
      lanes = ${lanes}, code = ${refusal?.code ?? null}, message = ${refusal?.message ?? null},
      gated_below = (case when ${gate === 'merge'} then pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) end),
      gated_epoch = ${load.epoch}, gated_at = (case when ${gate === 'merge'} then clock_timestamp() end),
      rejects_by_code = ${rejectsByCode(load.loadId)}
    where (load_id = ${load.loadId})`;
}

/** What was decided of the target's indexes; null: it has none. */
export function updateIndexPlan(loadId: number, plan: object | null): Sql {
  return sql`
    update landfall.loads
    set indexes = ${plan === null ? null : JSON.stringify(plan)}::pg_catalog.jsonb
    where (load_id operator(pg_catalog.=) ${loadId})`;
}

/** The verdicts belong to the staging that stands now. */
export function updateGatedEpoch(loadId: number): Sql {
  return sql`update landfall.loads set gated_epoch = epoch where (load_id = ${loadId})`;
}

/** Reasons over all slices and batches: a record with two reasons counts in both. */
export function rejectsByCode(loadId: number): Sql {
  return sql`(
    select coalesce(jsonb_agg(found order by found.rejects desc, found.code, found."column"), '[]')
    from (
      select counts.code, counts."column", sum(counts.rejects)::bigint as rejects
      from (
        select rule_counts from landfall.slices where (load_id = ${loadId})
        union all
        select rule_counts from landfall.batches where (load_id = ${loadId})
      ) as judged
      cross join lateral jsonb_to_recordset(judged.rule_counts) as counts (code text, "column" text, rejects bigint)
      group by counts.code, counts."column"
    ) as found
  )`;
}
