import { incoming } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { dispositions, letter } from '../core/dispositions.ts';
import { ident, join, literal, sql, trustedSql, type Sql } from '../core/sql.ts';
import { lineColumns, lineTable, recordNoOf, typedTable, verdictsTable } from '../core/staging.ts';

/** Dispositions that write the target, each by statements of its own. */
export type Written = 'new' | 'changed' | 'deleted';

/** The records of one batch, or of a part of it: [fromRecord, toRecord) of a slice, or of the load's line. */
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
  /** The numbers are places in the line of the load (core/staging.ts). */
  readonly lined: boolean;
  /** Of these records those that are NULL in just these of the columns `asked`; absent: all. */
  readonly part?: Part;
}

/** Records of a range that leave the same columns to their default. */
export interface Part {
  readonly asked: readonly ContractColumn[];
  readonly nulls: readonly string[];
}

/** The target's name. */
export function target({ contract }: RecordRange): Sql {
  return ident(contract.target.schema, contract.target.table);
}

/** Where its records are staged. */
export function source({ loadId, slice, lined }: RecordRange): Sql {
  return lined ? lineTable(loadId) : typedTable(loadId, slice);
}

/**
 * Staged records of the range that have this disposition, as `s`: by verdict, or by default where they have none. Where the plan
 * says that the whole range has it, no verdict needs to be looked up. `offset 0` keeps PostgreSQL from moving a cast or a
 * comparison below it: what was rejected need not convert to the target's type.
 */
export function records(range: RecordRange, disposition: Written): Sql {
  return sql`(
      select *
      from ${source(range)} as typed
      where (${recordNoOf(sql`typed`)} operator(pg_catalog.>=) ${range.fromRecord}::integer)
        and (${recordNoOf(sql`typed`)} operator(pg_catalog.<) ${range.toRecord}::integer)
        ${inPart(range)}${range.uniform === disposition ? sql`` : sql`and ${hasDisposition(range, disposition)} offset 0`}
    ) as s`;
}

/**
 * As `records`, in the order of the business key, for a statement that writes the key's index: neighbours of the file lie
 * anywhere in it, neighbours by key on one page. 250,000 records cost a third less CPU so where they are in no order
 * (docs/adr/0094); those that rise already cost up to a seventh more, where the sort spills.
 */
export function recordsByKey(range: RecordRange, disposition: Written): Sql {
  if (range.contract.businessKey.length === 0) return records(range, disposition);
  return sql`(
      select *
      from ${records(range, disposition)}
      ${byKey(range.contract)}
    ) as s`;
}

/** ORDER BY of records `s`: texts byte by byte, which is near enough to any collation's order and a fraction of its cost. */
function byKey({ businessKey, columns }: Contract): Sql {
  const key = businessKey.map((name) => {
    const isText = columns.some((column) => column.name === name && column.stagingType === 'text');
    return sql`s.${ident(name)}${isText ? sql` collate "pg_catalog"."C"` : sql``}`;
  });
  return sql`order by ${join(key)}`;
}

function inPart({ part }: RecordRange): Sql {
  const conditions = (part?.asked ?? []).map(({ name }) => {
    const isNull = part?.nulls.includes(name) === true;
    return sql`and (typed.${ident(name)} ${isNull ? sql`is null` : sql`is not null`})
        `;
  });
  return join(conditions, '');
}

/** The parts of a range by the columns that are NULL: { nulls }. */
export function selectParts(range: RecordRange, disposition: Written, asked: readonly ContractColumn[]): Sql {
  const nulls = asked.map(({ name }) => sql`case when (s.${ident(name)} is null) then ${literal(name)} end`);
  return sql`
    select distinct pg_catalog.array_remove(array[${join(nulls)}]::pg_catalog.text[], null) as nulls
    from ${records(range, disposition)}`;
}

/** The columns that a new row of the range is given; the others get their default. */
export function givenColumns({ filled, part }: RecordRange): readonly ContractColumn[] {
  return part === undefined ? filled : filled.filter(({ name }) => !part.nulls.includes(name));
}

function hasDisposition(range: RecordRange, disposition: Written): Sql {
  const code = letter(disposition);
  const isDefault = range.defaultDisposition === dispositions[disposition].letter;
  return sql`${isDefault ? sql`not ` : sql``}exists (
        select
        from ${verdictsTable(range.loadId)} as v
        where ${isOf(range)}
          and (v.disposition ${isDefault ? sql`operator(pg_catalog.<>)` : sql`operator(pg_catalog.=)`} ${code}::pg_catalog."char")
      )`;
}

/** The verdict `v` is that of the staged record `typed`. */
function isOf(range: RecordRange): Sql {
  if (range.lined)
    return sql`(v.slice operator(pg_catalog.=) typed.${ident(lineColumns.slice)})
          and (v.record_no operator(pg_catalog.=) typed.${ident(lineColumns.origin)})`;
  return sql`(v.slice operator(pg_catalog.=) ${trustedSql(String(range.slice))})
          and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`typed`)})
          and (v.record_no operator(pg_catalog.>=) ${range.fromRecord}::integer)
          and (v.record_no operator(pg_catalog.<) ${range.toRecord}::integer)`;
}

/** Of INSERT: the file's values of GENERATED ALWAYS identities are taken. */
export function overriding({ contract }: RecordRange): Sql {
  return contract.overridesIdentity === true ? sql` overriding system value` : sql``;
}

/** Columns by name, as an INSERT lists them. */
export function names(columns: readonly ContractColumn[]): Sql {
  return join(columns.map(({ name }) => ident(name)));
}

/** Their values of `s`, as the target takes them. */
export function values(columns: readonly ContractColumn[]): Sql {
  return join(columns.map((column) => incoming(column)));
}
