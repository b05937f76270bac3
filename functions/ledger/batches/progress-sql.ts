import { sql, type Sql } from '../../core/sql.ts';
import type { Step } from '../../protocol/pipeline.ts';
import { stepReached } from '../loads/step-reached-sql.ts';
import { rowsPerSecond, selectMergedRows, type WaitNow, waitNow } from './merging-sql.ts';

/** How far a load is. */
export interface ProgressRow {
  readonly load_id: number;
  readonly target: string;
  readonly key: string;
  readonly attempt_started_at: Date | null;
  /** The gate was passed: it merges, or is to. */
  readonly is_gated: boolean;
  /** Of what its slices are ranges of; null while nobody knows: a packed file, before it was unpacked to its end. */
  readonly content_bytes: number | null;
  readonly slices: number;
  readonly step: Step;
  readonly staged_bytes: number;
  readonly staged_records: number;
  readonly validated_slices: number;
  readonly planned_rows: number;
  readonly merged_rows: number;
  readonly rows_per_second: number | null;
  readonly wait: WaitNow | null;
}

/** The load of an execution, from when it held the table's lease for the first time. */
export function selectProgressOfExecution(execution: string): Sql {
  return sql`
    ${selectProgress}
    where (load.execution operator(pg_catalog.=) ${execution})
      and (
        (load.ended_at is not null)
        or exists (select from landfall.leases where (leases.execution operator(pg_catalog.=) ${execution}))
      )
    order by load.load_id desc
    limit 1`;
}

/** Loads by their numbers. */
export function selectProgressOfLoads(loadIds: readonly number[]): Sql {
  return sql`
    ${selectProgress}
    where (load.load_id operator(pg_catalog.=) any (${loadIds}::pg_catalog.int8[]))
    order by load.load_id`;
}

const selectProgress: Sql = sql`
    select
      load.load_id, load.target, load.key, load.attempt_started_at, (load.gated_at is not null) as is_gated,
      case when load.decoding is null or counts_rows then load.size else load.decoded_bytes end as content_bytes,
      ${stepReached('load')} as step,
      staged.slices, staged.staged_bytes, staged.staged_records, staged.validated_slices,
      merged.planned_rows, merged.merged_rows,
      ${rowsPerSecond('load')} as rows_per_second,
      ${waitNow('load')} as wait
    from landfall.loads as load
    cross join lateral (select (load.decoding operator(pg_catalog.~~) 'parquet:%') as counts_rows) as decoded
    cross join lateral (
      select
        pg_catalog.count(*) as slices,
        (
          coalesce(pg_catalog.sum(range_end operator(pg_catalog.-) range_start) filter (where (staged_at is not null)), 0)
          operator(pg_catalog.*) case
            when counts_rows then load.size::pg_catalog.numeric operator(pg_catalog./) greatest(pg_catalog.max(range_end), 1)
            else 1
          end
        )::pg_catalog.int8 as staged_bytes,
        coalesce(pg_catalog.sum(records), 0)::pg_catalog.int8 as staged_records,
        pg_catalog.count(*) filter (where (validated_epoch is not null)) as validated_slices
      from landfall.slices
      where (slices.load_id operator(pg_catalog.=) load.load_id)
    ) as staged
    cross join lateral (${selectMergedRows('load')}) as merged`;
