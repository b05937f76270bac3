import type { Outcome } from '../protocol/outcomes.ts';
import type { Step } from '../protocol/pipeline.ts';
import { sql, type Sql } from '../core/sql.ts';
import { countIn } from '../ledger/batches/counts-sql.ts';
import { ofSameKey } from '../ledger/loads/versions-sql.ts';
import { stepReached } from '../ledger/loads/step-reached-sql.ts';
import type { Reason } from '../ledger/rejects/rejects-reading.ts';
import type { LeaseOwner } from '../core/lease-owner.ts';

/** A line of landfall.loads. */
export interface LoadRow {
  readonly load_id: number;
  readonly dataset: string;
  readonly target: string;
  readonly bucket: string;
  readonly key: string;
  readonly execution: string | null;
  readonly outcome: Outcome | null;
  readonly code: string | null;
  readonly records: number;
  readonly rejected: number;
  /** Rejects whose place another load took. */
  readonly closed: number;
  readonly inserted: number;
  readonly updated: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  /** Null: nobody asked to undo it. */
  readonly undo: UndoState | null;
}

/** How far the undo of a load is: nobody has begun it; it has taken the table; its newest execution ended before it had; it has ended. */
export type UndoState = 'asked' | 'begun' | 'stopped' | 'done';

const undoState = sql`(
        select (case
          when (undos.ended_at is not null) then 'done'
          when (undos.failed_at is not null) then 'stopped'
          when (undos.began_at is null) then 'asked'
          else 'begun'
        end)
        from landfall.undos
        where (undos.load_id operator(pg_catalog.=) loads.load_id)
      )`;

const loadColumns = sql`load_id, dataset, target, bucket, key, execution, outcome, code, records,
      ${countIn('loads.counts', 'rejected')} as rejected, coalesce(closed_rejects, 0) as closed, ${countIn('loads.counts', 'new')} as inserted,
      ${countIn('loads.counts', 'changed')} as updated, started_at, ended_at, ${undoState} as undo`;

/** The newest loads, newest first; those without an outcome, those that wait for a yes, and those that are being undone are always among them. */
export function selectNewestLoads(most: number): Sql {
  return sql`
    select ${loadColumns}
    from landfall.loads
    where (outcome is null)
      or (outcome operator(pg_catalog.=) 'HELD')
      or (load_id in (select undos.load_id from landfall.undos where (undos.ended_at is null)))
      or (load_id in (select load_id from landfall.loads order by load_id desc limit ${most}))
    order by load_id desc`;
}

/** Newest first; a filter that is null lets everything through. `RUNNING` stands for no outcome yet. */
export function selectLoads(filter: {
  readonly dataset: string | null;
  readonly outcome: string | null;
  readonly since: Date | null;
  readonly most: number;
}): Sql {
  return sql`
    select ${loadColumns}
    from landfall.loads
    where ((${filter.dataset}::text is null) or (dataset = ${filter.dataset}))
      and ((${filter.outcome}::text is null) or (coalesce(outcome, 'RUNNING') = ${filter.outcome}))
      and ((${filter.since}::timestamptz is null) or (started_at >= ${filter.since}))
    order by load_id desc
    limit ${filter.most}`;
}

/** A line of landfall.leases. */
export interface HeldLease {
  readonly target: string;
  readonly load_id: number;
  readonly attempt: number;
  readonly token: string;
  readonly owner: LeaseOwner | null;
  readonly expires_at: Date;
  readonly expired: boolean;
  readonly execution: string;
  /** It is held to undo the load. */
  readonly undoes: boolean;
}

/** Which load may write which table now. */
export function selectLeases(): Sql {
  return sql`
    select target, load_id, attempt, token, execution, owner, expires_at, (expires_at < clock_timestamp()) as expired,
      exists (
        select
        from landfall.undos
        where (undos.load_id operator(pg_catalog.=) leases.load_id) and (undos.ended_at is null)
      ) as undoes
    from landfall.leases
    order by target`;
}

/** A record of the quarantine. */
export interface RejectRow {
  readonly record_no: number;
  readonly line: number | null;
  readonly kind: 'reject' | 'duplicate';
  readonly byte_offset: number;
  readonly byte_length: number | null;
  readonly raw: Buffer | null;
  readonly reasons: readonly Reason[];
}

/** Whether this role may read the bytes of records: { raw }. */
export const selectMayReadRaw = sql`
  select pg_catalog.has_column_privilege('landfall.rejects', 'raw', 'SELECT') as raw`;

/** The first rejects (or duplicates) of a load, in the file's order: `most` of them, and of these what fits into `bytes`, but one at least. */
export function selectRejects(wanted: {
  readonly loadId: number;
  readonly kind: 'reject' | 'duplicate';
  readonly code: string | null;
  readonly column?: string | null;
  readonly most: number;
  readonly bytes: number;
  /** Their bytes are left out: a role may be kept from that column alone. */
  readonly withoutRaw?: boolean;
}): Sql {
  const raw = wanted.withoutRaw === true ? sql`null::pg_catalog.bytea as raw` : sql`raw`;
  return sql`
    with wanted as (
      select record_no, line, kind, byte_offset, byte_length, raw, reasons,
        row_number() over in_order as place,
        sum(coalesce(octet_length(raw), 0) + octet_length(reasons::text)) over in_order as bytes
      from (
        select record_no, line, kind, byte_offset, byte_length, ${raw}, reasons
        from landfall.rejects
        where (load_id = ${wanted.loadId})
          and (kind = ${wanted.kind})
          and ${brokeRule(wanted)}
        order by record_no
        limit ${wanted.most}
      ) as first_ones
      window in_order as (order by record_no)
    )
    select record_no, line, kind, byte_offset, byte_length, raw, reasons
    from wanted
    where (bytes <= ${wanted.bytes})
      or (place = 1)
    order by record_no`;
}

/** In words, or among those that the last reason names. */
function brokeRule({ code, column }: { readonly code: string | null; readonly column?: string | null }): Sql {
  if (code === null && column == null) return sql`true`;
  if (code === null)
    return sql`((reasons @> ${JSON.stringify([{ column }])}::jsonb)
            or exists (select from jsonb_each(reasons -> -1 -> 'more') as listed where (listed.value ? ${column}::text)))`;
  // jsonb: a list holds another one of some of its elements, and every list the empty one
  const named = { [code]: column === undefined ? [] : [column] };
  const reason = { code, ...(column === undefined ? {} : { column }) };
  return sql`((reasons @> ${JSON.stringify([reason])}::jsonb) or (reasons @> ${JSON.stringify([{ more: named }])}::jsonb))`;
}

/** How far a load is. */
export interface ProgressRow {
  readonly attempt_started_at: Date | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly target: string;
  readonly attempt: number;
  readonly execution: string | null;
  readonly step: Step;
  readonly staged_slices: number;
  readonly validated_slices: number;
  readonly merged_batches: number;
}

/** Which step a load is in, and how much of it is done, by its own times and receipts. */
export function selectHowFar(loadId: number): Sql {
  return sql`
    select
      attempt_started_at, started_at, ended_at, target, attempt, execution,
      ${stepReached('loads')} as step,
      (select count(*)::integer from landfall.slices where (load_id = ${loadId}) and (staged_at is not null)) as staged_slices,
      (select count(*)::integer from landfall.slices where (load_id = ${loadId}) and (validated_epoch is not null)) as validated_slices,
      (select count(*)::integer from landfall.batches where (load_id = ${loadId}) and (merged_at is not null)) as merged_batches
    from landfall.loads
    where (load_id = ${loadId})`;
}

/** The newest load of the same object in the same dataset. */
export function selectNewestOfObject(loadId: number): Sql {
  return sql`
    select newest.load_id
    from landfall.loads as mine
    join landfall.loads as newest
      on ${ofSameKey(sql`newest`, sql`mine`)}
      and (newest.version_id = mine.version_id)
    where (mine.load_id = ${loadId})
    order by newest.generation desc
    limit 1`;
}

/** Every dataset of which there is a load: one look into an index each. */
export function selectDatasets(): Sql {
  return sql`
    with recursive known as (
      select pg_catalog.min(dataset) as dataset from landfall.loads
      union all
      select (select pg_catalog.min(loads.dataset) from landfall.loads where (loads.dataset operator(pg_catalog.>) known.dataset))
      from known
      where (known.dataset is not null)
    )
    select dataset
    from known
    where (dataset is not null)`;
}

/** address:port/database as the server itself knows them; `local` where it is reached by a socket. */
export const selectPlace: Sql = sql`
  select pg_catalog.format(
    '%s/%s',
    coalesce(pg_catalog.host(pg_catalog.inet_server_addr()) operator(pg_catalog.||) ':' operator(pg_catalog.||)
      pg_catalog.inet_server_port()::pg_catalog.text, 'local'),
    pg_catalog.current_database()
  ) as place`;
