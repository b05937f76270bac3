import { type Sql, sql } from '../../functions/core/sql.ts';
import { type Db, maybeOne } from '../../functions/db/client.ts';
import { rowsPerSecond, selectMergedRows, type WaitNow, waitNow } from '../../functions/ledger/batches/merging-sql.ts';
import { stepReached } from '../../functions/ledger/loads/step-reached-sql.ts';
import type { Step } from '../../functions/protocol/pipeline.ts';
import type { Progress } from '../loading/progress.ts';

interface ProgressRow {
  readonly load_id: number;
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

/** Where the load of an execution is; null before it holds the table's lease for the first time. */
export async function readProgressOf(db: Db, execution: string): Promise<Progress | null> {
  const row = await maybeOne<ProgressRow>(db, selectProgress(execution));
  if (row === null) return null;
  return {
    loadId: row.load_id,
    step: row.step,
    bytesTotal: row.content_bytes,
    bytesStaged: row.staged_bytes,
    recordsStaged: row.staged_records,
    slices: row.slices,
    slicesValidated: row.validated_slices,
    rowsPlanned: row.planned_rows,
    rowsMerged: row.merged_rows,
    rowsPerSecond: row.rows_per_second,
    wait: row.wait,
  };
}

function selectProgress(execution: string): Sql {
  return sql`
    select
      load.load_id,
      case when load.decoding is null or counts_rows then load.size else load.decoded_bytes end as content_bytes,
      ${stepReached('load')} as step,
      staged.slices, staged.staged_bytes, staged.staged_records, staged.validated_slices,
      merged.planned_rows, merged.merged_rows,
      ${rowsPerSecond('load')} as rows_per_second,
      ${waitNow('load')} as wait
    from landfall.loads as load
    cross join lateral (select (load.decoding like 'parquet:%') as counts_rows) as decoded
    cross join lateral (
      select
        count(*) as slices,
        (
          coalesce(sum(range_end - range_start) filter (where (staged_at is not null)), 0)
          * case when counts_rows then load.size::numeric / greatest(max(range_end), 1) else 1 end
        )::bigint as staged_bytes,
        coalesce(sum(records), 0)::bigint as staged_records,
        count(*) filter (where (validated_epoch is not null)) as validated_slices
      from landfall.slices
      where (load_id = load.load_id)
    ) as staged
    cross join lateral (${selectMergedRows('load')}) as merged
    where (load.execution = ${execution})
      and (
        (load.ended_at is not null)
        or exists (select from landfall.leases where (leases.execution = ${execution}))
      )
    order by load.load_id desc
    limit 1`;
}

/** Roles that may write loads into the ledger, beside superusers, its owner and the one that is connected. */
export function selectOtherWriters(): Sql {
  return sql`
    select role.rolname::pg_catalog.text as role
    from pg_catalog.pg_roles as role
    join pg_catalog.pg_class as loads on (loads.oid operator(pg_catalog.=) 'landfall.loads'::pg_catalog.regclass)
    where not role.rolsuper
      and (role.rolname operator(pg_catalog.<>) current_user)
      and (role.oid operator(pg_catalog.<>) loads.relowner)
      and (role.rolname operator(pg_catalog.!~) '^pg_')
      and (
        pg_catalog.has_any_column_privilege(role.oid, loads.oid, 'update')
        or pg_catalog.has_any_column_privilege(role.oid, loads.oid, 'insert')
      )
    order by 1`;
}

/** Does this database hold a ledger? */
export async function hasLedger(db: Db): Promise<boolean> {
  const row = await maybeOne<{ found: boolean }>(
    db,
    sql`
      select exists (
        select from pg_catalog.pg_class join pg_catalog.pg_namespace on (pg_namespace.oid = pg_class.relnamespace)
        where (pg_namespace.nspname = 'landfall') and (pg_class.relname = 'loads')
      ) as found`,
  );
  return row?.found === true;
}

/** The load that an execution works on; null where it ended before it held the table's lease. */
export async function readLoadIdOf(db: Db, execution: string): Promise<number | null> {
  const row = await maybeOne<{ load_id: number }>(
    db,
    sql`select load_id from landfall.loads where (execution = ${execution}) order by load_id desc limit 1`,
  );
  return row?.load_id ?? null;
}
