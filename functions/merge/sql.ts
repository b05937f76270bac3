import { excluded, incoming, incomingIsNewer, keyMatch, rowDiffers, updatedColumns } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { dispositions, letter } from '../core/dispositions.ts';
import { quotesCell } from '../core/quotes-cell.ts';
import { ident, join, sql, trustedSql, type Sql } from '../core/sql.ts';
import { byteOffsetOf, recordNoOf, typedTable, verdictsTable } from '../core/staging.ts';

/** Dispositions that write the target, each by statements of its own. */
export type Written = 'new' | 'changed';

/** The records of one batch, or of a part of it: [fromRecord, toRecord) of a slice. */
export interface RecordRange {
  readonly contract: Contract;
  readonly filled: readonly ContractColumn[];
  readonly loadId: number;
  readonly slice: number;
  /** A letter. */
  readonly defaultDisposition: string;
  /** Every record of the range has this disposition, as planned; null: several. */
  readonly uniform: Written | null;
  readonly fromRecord: number;
  readonly toRecord: number;
}

function target({ contract }: RecordRange): Sql {
  return ident(contract.target.schema, contract.target.table);
}

/** DDL on the target waits until this transaction has ended, or this one until the DDL has. */
export function lockTarget(range: RecordRange): Sql {
  return sql`lock table ${target(range)} in row exclusive mode`;
}

/**
 * Staged records of the range that have this disposition: by verdict, or by default where they have none. Where the plan
 * says that the whole range has it, no verdict needs to be looked up. `offset 0` keeps PostgreSQL from moving a cast or a
 * comparison below it: what was rejected need not convert to the target's type.
 */
function records(range: RecordRange, disposition: Written): Sql {
  return sql`(
      select *
      from ${typedTable(range.loadId, range.slice)} as typed
      where (${recordNoOf(sql`typed`)} operator(pg_catalog.>=) ${range.fromRecord}::integer)
        and (${recordNoOf(sql`typed`)} operator(pg_catalog.<) ${range.toRecord}::integer)
        ${range.uniform === disposition ? sql`` : sql`and ${hasDisposition(range, disposition)} offset 0`}
    ) as s`;
}

function hasDisposition(range: RecordRange, disposition: Written): Sql {
  const code = letter(disposition);
  const isDefault = range.defaultDisposition === dispositions[disposition].letter;
  return sql`${isDefault ? sql`not ` : sql``}exists (
        select
        from ${verdictsTable(range.loadId)} as v
        where (v.slice operator(pg_catalog.=) ${trustedSql(String(range.slice))})
          and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`typed`)})
          and (v.record_no operator(pg_catalog.>=) ${range.fromRecord}::integer)
          and (v.record_no operator(pg_catalog.<) ${range.toRecord}::integer)
          and (v.disposition ${isDefault ? sql`operator(pg_catalog.<>)` : sql`operator(pg_catalog.=)`} ${code}::pg_catalog."char")
      )`;
}

function names(columns: readonly ContractColumn[]): Sql {
  return join(columns.map(({ name }) => ident(name)));
}

function values(columns: readonly ContractColumn[]): Sql {
  return join(columns.map((column) => incoming(column)));
}

/** The fast path: what is new is inserted plainly. The arbiter's 23505 says that somebody else was first. */
export function insertNew(range: RecordRange): Sql {
  return sql`
    insert into ${target(range)} (${names(range.filled)})
    select ${values(range.filled)}
    from ${records(range, 'new')}`;
}

/** Rows that still differ, and nothing else: what became equal or newer meanwhile is left alone. */
export function updateChanged(range: RecordRange): Sql {
  const set = updatedColumns(range.contract, range.filled);
  return sql`
    update ${target(range)} as t
    set ${join(set.map((column) => sql`${ident(column.name)} = ${incoming(column)}`))}
    from ${records(range, 'changed')}
    where ${keyMatch(range.contract)}
      and ${rowDiffers(range.contract, range.filled)}
      and ${incomingIsNewer(range.contract)}`;
}

/**
 * Judges again, one row at a time in the server: for new records after a 23505, and for changed ones whose row is gone.
 * Names its arbiter, so that a violation of another unique index is an error and not silence. Answers how many were
 * inserted and updated; the rest of the range stood in the target as it is, or newer.
 */
export function upsert(range: RecordRange, disposition: Written): Sql {
  const { contract, filled } = range;
  const set = updatedColumns(contract, filled);
  const key = join(contract.businessKey.map((name) => ident(name)));
  const update =
    set.length === 0 || contract.conflict.rule === 'insert-only'
      ? sql`do nothing`
      : sql`do update
        set ${join(set.map((column) => sql`${ident(column.name)} = ${excluded(column)}`))}
        where ${rowDiffers(contract, filled, excluded)}
          and ${incomingIsNewer(contract, excluded)}`;
  return sql`
    with written as (
      insert into ${target(range)} as t (${names(filled)})
      select ${values(filled)}
      from ${records(range, disposition)}
      on conflict (${key}) ${update}
      returning (t.xmax operator(pg_catalog.=) 0) as is_new
    )
    select
      pg_catalog.count(*) filter (where is_new)::integer as inserted,
      pg_catalog.count(*) filter (where not is_new)::integer as updated
    from written`;
}

/** How the records of the range stand in the target now: with the same content, or not at all. */
export function countStanding(range: RecordRange, disposition: Written): Sql {
  return sql`
    select
      pg_catalog.count(*) filter (where (t.${ident(range.contract.businessKey[0] ?? '')} is null))::integer as missing,
      pg_catalog.count(*) filter (where (t.${ident(range.contract.businessKey[0] ?? '')} is not null)
        and not ${rowDiffers(range.contract, range.filled)})::integer as equal
    from ${records(range, disposition)}
    left join ${target(range)} as t on ${keyMatch(range.contract)}`;
}

/** Records of the range that are to be written, in order: for the search of the ones that the target refuses. */
export function selectRecords(range: RecordRange, disposition: Written): Sql {
  return sql`
    select ${recordNoOf(sql`s`)} as record_no, ${byteOffsetOf(sql`s`)} as byte_offset
    from ${records(range, disposition)}
    order by ${recordNoOf(sql`s`)}`;
}

/** A row of nothing but NULLs: what it meets says nothing of a cell. Always undone. */
export function insertNulls(range: RecordRange): Sql {
  return sql`
    insert into ${target(range)} (${names(range.filled)})
    values (${join(range.filled.map(() => sql`null`))})`;
}

/** Answers { quoted }: whether these words hold a cell of the record, of three characters or more, in any case. */
export function selectWhetherQuoted(range: RecordRange, recordNo: number, words: string): Sql {
  const cells = range.filled.map(({ name }) => sql`typed.${ident(name)}::pg_catalog.text`);
  return sql`
    select coalesce((
      select ${quotesCell(sql`${words}::pg_catalog.text`, cells)}
      from ${typedTable(range.loadId, range.slice)} as typed
      where (${recordNoOf(sql`typed`)} operator(pg_catalog.=) ${recordNo}::pg_catalog.int4)
    ), false) as quoted`;
}
