import type { Contract } from '../../core/contract.ts';
import type { LineageKind } from '../../core/supplies/supply.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import type { TargetName } from '../../core/target-name.ts';
import { countIn } from '../../ledger/batches/counts-sql.ts';
import { hasValues, soughtValue, type SoughtValue } from '../../ledger/undos/row-traces-sql.ts';
import type { Outcome } from '../../protocol/outcomes.ts';
import type { RejectRow } from '../sql.ts';

/** A load of a table, and who undid it. */
export interface TargetLoad {
  readonly load_id: number;
  readonly dataset: string;
  readonly bucket: string;
  readonly key: string;
  /** Those of its objects; null: it has one. */
  readonly object_keys: readonly string[] | null;
  readonly outcome: Outcome | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly contract: Contract | null;
  readonly dry_run: boolean;
  /** Rows that it inserted, updated and deleted, as far as it is counted. */
  readonly written: number;
  readonly undone_at: Date | null;
  readonly journal_forgotten_at: Date | null;
  readonly asked_by: string | null;
}

/** Loads into a target, newest first: `most` of them, or those of these numbers. */
export function selectTargetLoads(target: string, most: number, only: readonly number[] | null = null): Sql {
  const written = (['new', 'changed', 'deleted'] as const).map((name) => countIn('loads.counts', name));
  return sql`
    select loads.load_id, loads.dataset, loads.bucket, loads.key, loads.outcome, loads.started_at, loads.ended_at, loads.contract,
      coalesce((loads.request operator(pg_catalog.->>) 'dryRun'::pg_catalog.text) operator(pg_catalog.=) 'true', false) as dry_run,
      (${join(
        written.map((one) => sql`coalesce(${one}, 0)`),
        ' operator(pg_catalog.+) ',
      )})::pg_catalog.int8 as written,
      loads.undone_at, loads.journal_forgotten_at, undos.asked_by,
      case when (loads.objects is not null) then (
        select pg_catalog.array_agg(objects.key order by objects.ordinal)
        from landfall.objects
        where (objects.load_id operator(pg_catalog.=) loads.load_id) and (objects.loaded_by is null)
      ) end as object_keys
    from landfall.loads
    left join landfall.undos on (undos.load_id operator(pg_catalog.=) loads.load_id)
    where (loads.target operator(pg_catalog.=) ${target})
      and ((${only}::pg_catalog.int8[] is null) or (loads.load_id operator(pg_catalog.=) any (${only}::pg_catalog.int8[])))
    order by loads.load_id desc
    limit ${most}`;
}

/** What this role may read of what the ledger keeps of rows: { journal, raw }. */
export const selectMayRead = sql`
  select pg_catalog.has_table_privilege('landfall.journal', 'SELECT') as journal,
    pg_catalog.has_column_privilege('landfall.rejects', 'raw', 'SELECT') as raw`;

/** The values as PostgreSQL prints them: { texts }. Raises where one is no value of its type. */
export function selectSought(sought: readonly SoughtValue[]): Sql {
  return sql`select array[${join(sought.map((value) => sql`${soughtValue(value)}::pg_catalog.text`))}] as texts`;
}

/** Rows of the table with these values: of each what its columns say of where it came from. */
export function selectRowLineage(
  { schema, table }: TargetName,
  sought: readonly SoughtValue[],
  {
    columns,
    most,
  }: { readonly columns: readonly { readonly kind: LineageKind; readonly column: string }[]; readonly most: number },
): Sql {
  const texts = columns.map(({ column }) => sql`t.${ident(column)}::pg_catalog.text`);
  return sql`
    select array[${join(texts)}]::pg_catalog.text[] as lineage
    from ${ident(schema, table)} as t
    where ${hasValues(sought)}
    limit ${most}`;
}

/** Where the slice stands that a record is of: { from, to }, offsets of the bytes that hold its records. */
export function selectSliceOf(loadId: number, recordNo: number): Sql {
  return sql`
    select coalesce(own.body_offset, slices.start_offset) as from, coalesce(own.end, slices.end_offset) as to
    from landfall.slices
    left join lateral (
      -- of those that share it
      select objects.body_offset, case
          -- offsets count its rows
          when (objects.decoding operator(pg_catalog.~~) 'parquet:%') then objects.run_records
          else coalesce(objects.decoded_bytes, objects.body_end, objects.size)
        end as end
      from landfall.objects
      where (objects.load_id operator(pg_catalog.=) slices.load_id)
        and (objects.run operator(pg_catalog.=) slices.slice)
        and ((slices.base_record operator(pg_catalog.+) objects.run_before) operator(pg_catalog.<) ${recordNo}::pg_catalog.int8)
        and (objects.run_records operator(pg_catalog.>) 0)
      order by objects.run_before desc
      limit 1
    ) as own on true
    where (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (slices.base_record operator(pg_catalog.<) ${recordNo}::pg_catalog.int8)
      and (${recordNo}::pg_catalog.int8 operator(pg_catalog.<=) (slices.base_record operator(pg_catalog.+) slices.records))
      and (slices.start_offset is not null)
      and (slices.end_offset is not null)`;
}

/** A record of the quarantine that may have the values. */
export interface HoldingRow extends RejectRow {
  readonly load_id: number;
}

/** position() takes what is looked through first. Among the 100,000 newest records of the quarantine those of these loads whose bytes hold all of these texts, at most 1,000. */
export function selectHolding(loads: readonly number[], texts: readonly string[]): Sql {
  const holds = texts.map(
    (text) => sql`(pg_catalog.position(newest.raw, pg_catalog.convert_to(${text}, 'UTF8')) operator(pg_catalog.>) 0)`,
  );
  return sql`
    select newest.*
    from (
      select rejects.load_id, rejects.record_no, rejects.line, rejects.kind, rejects.byte_offset, rejects.byte_length, rejects.raw, rejects.reasons
      from landfall.rejects
      where (rejects.load_id operator(pg_catalog.=) any (${loads}::pg_catalog.int8[]))
        and (rejects.raw is not null)
      order by rejects.load_id desc, rejects.record_no
      limit 100000
    ) as newest
    where ${join(holds, ' and ')}
    limit 1000`;
}

/** Losers of duplicate keys among the records of these loads, by the words in which their reasons name the key; they keep no bytes. */
export function selectLosers(loads: readonly number[], keys: readonly string[]): Sql {
  return sql`
    select rejects.load_id, rejects.record_no, rejects.line, rejects.kind, rejects.byte_offset, rejects.byte_length, rejects.raw, rejects.reasons
    from landfall.rejects
    where (rejects.load_id operator(pg_catalog.=) any (${loads}::pg_catalog.int8[]))
      and (rejects.kind operator(pg_catalog.=) 'duplicate')
      and ((rejects.reasons operator(pg_catalog.#>>) '{0,value}'::pg_catalog.text[]) operator(pg_catalog.=) any (${keys}::pg_catalog.text[]))
    order by rejects.load_id, rejects.record_no
    limit 100`;
}

/** Undos of these loads that left rows of this key, in one of these words, as they are: { load_id, why, message }. */
export function selectKeptOf(loads: readonly number[], keys: readonly string[]): Sql {
  return sql`
    select kept.load_id, kept.why, kept.message
    from landfall.undo_kept as kept
    where (kept.load_id operator(pg_catalog.=) any (${loads}::pg_catalog.int8[]))
      and (kept.key operator(pg_catalog.=) any (${keys}::pg_catalog.text[]))
    order by kept.load_id, kept.chunk, kept.place
    limit 100`;
}
