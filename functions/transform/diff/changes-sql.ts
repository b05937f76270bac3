import { keyColumns } from '../../core/arbiter/key-columns.ts';
import { ruleOf } from '../../conflict/all.ts';
import { becoming, comparable, comparingMayRaise, isAbsent } from '../../core/comparison.ts';
import type { Contract, ContractColumn } from '../../core/contract.ts';
import { letter } from '../../core/dispositions.ts';
import { merged } from '../../core/merge/merged.ts';
import { ident, join, literal, sql, type Sql } from '../../core/sql.ts';
import { byteOffsetOf, recordNoOf, STAGING_SCHEMA, typedTable, verdictsTable } from '../../core/staging.ts';
import { HIDDEN, shortened } from '../../ledger/rejects/shown-text.ts';
import { withJudgedRows } from '../judged-rows-sql.ts';

/**
 * Name of the table of the join with the target: slice, record_no, disposition, and the masks changed0, nulled0, changed1, ... of
 * changed records; lives inside one transaction.
 */
export function classesTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_classes`);
}

/** Columns of one mask: bits of a bigint whose sign is left alone. */
const bitsOfMask = 60;

interface Mask {
  readonly name: Sql;
  readonly mask: Sql;
}

/**
 * Of a record and its row, `s` and `t`, a bit a compared column: its value changes, and it changes to NULL. Without meaning where the row
 * is not changed; empty where there is none, or where the record asks that it goes, whose other cells nobody judged.
 */
export function changeMasks(contract: Contract, compared: readonly ContractColumn[]): readonly Mask[] {
  const { asked, keepsWhereNull } = ruleOf(contract);
  const isNulled = (column: ContractColumn): Sql => {
    if (column.notNull || column.keptWhereNull === true || keepsWhereNull) return sql`false`;
    const theirs = sql`t.${ident(column.name)}`;
    const ours = column.merge === undefined ? sql`s.${ident(column.name)}` : comparable(column, contract);
    return sql`((${merged(column, theirs, ours)} is null) and (${theirs} is not null))`;
  };
  const asks = asked?.(contract.conflict);
  const isGone = asks === undefined ? sql`` : sql` or ${asks.isDeletion(sql`s.${ident(asks.column)}`)}`;
  const guarded = (bits: readonly Sql[]): Sql =>
    sql`(case when ${isAbsent(contract)}${isGone} then ${zero} else ${maskOf(bits)} end)`;
  return masksOf(compared).flatMap((columns, i) => [
    { name: maskName('changed', i), mask: guarded(columns.map((column) => cellDiffers(contract, column))) },
    { name: maskName('nulled', i), mask: guarded(columns.map(isNulled)) },
  ]);
}

/**
 * The column of a row that is changed becomes another value: where the rule says of it alone that the record differs. One that is written
 * beside others only (merge `onChange`) differs as any other does, once the row is changed.
 */
function cellDiffers(contract: Contract, { merge, ...column }: ContractColumn): Sql {
  const written = merge === undefined || merge === 'onChange' ? column : { ...column, merge };
  return ruleOf(contract).classify.differs(contract, [written]);
}

function masksOf(compared: readonly ContractColumn[]): readonly (readonly ContractColumn[])[] {
  const masks = Math.ceil(compared.length / bitsOfMask);
  return Array.from({ length: masks }, (_, i) => compared.slice(i * bitsOfMask, (i + 1) * bitsOfMask));
}

function maskName(kind: 'changed' | 'nulled', i: number): Sql {
  return ident(`${kind}${i}`);
}

function maskOf(bits: readonly Sql[]): Sql {
  const each = bits.map((bit, i) => sql`(case when ${bit} then ${bitOf(i)} else ${zero} end)`);
  return sql`(${join(each, ' operator(pg_catalog.|) ')})`;
}

const zero = sql`'0'::pg_catalog.int8`;

function bitOf(i: number): Sql {
  return sql`${literal(String(2n ** BigInt(i % bitsOfMask)))}::pg_catalog.int8`;
}

/** Of a row of classes or of what is grouped of it: the bit of the compared column at this place is set. */
function hasBit(kind: 'changed' | 'turned NULL', place: number): Sql {
  const i = Math.floor(place / bitsOfMask);
  const changed = maskName('changed', i);
  const mask = kind === 'changed' ? changed : sql`${changed} operator(pg_catalog.&) ${maskName('nulled', i)}`;
  return sql`(((${mask}) operator(pg_catalog.&) ${bitOf(place)}) operator(pg_catalog.<>) ${zero})`;
}

/** Changed records of the load, of which the target would refuse none. */
export interface ChangedRecords {
  readonly loadId: number;
  readonly compared: readonly ContractColumn[];
  /** Some of them are rejects by now: a dry run knows what the target would refuse. */
  readonly leavesOut: boolean;
}

function isChanged({ loadId, leavesOut }: ChangedRecords): Sql {
  const refused = sql`exists (
          select
          from ${verdictsTable(loadId)} as v
          where (v.slice operator(pg_catalog.=) classes.slice)
            and (v.record_no operator(pg_catalog.=) classes.record_no)
            and (v.disposition operator(pg_catalog.=) ${letter('rejected')}::pg_catalog."char")
        )`;
  return sql`(classes.disposition operator(pg_catalog.=) ${letter('changed')}::pg_catalog."char")
        ${leavesOut ? sql`and not ${refused}` : sql``}`;
}

/** So many of the ways in which rows change are shown an example of. */
const waysShown = 10;

/**
 * Cells that change by column: { changed, nulled, ways }, arrays in the order of `compared`, and of the commonest combinations of
 * columns the place of one record each. One pass over the classes: rows that change in the same columns are counted together.
 */
export function selectChangedCells(changes: ChangedRecords): Sql {
  const { loadId, compared } = changes;
  const masks = join(masksOf(compared).flatMap((_, i) => [maskName('changed', i), maskName('nulled', i)]));
  const cells = (kind: 'changed' | 'turned NULL'): Sql => {
    const each = compared.map(
      (_, place) => sql`coalesce(pg_catalog.sum(records) filter (where ${hasBit(kind, place)}), 0)::pg_catalog.int8`,
    );
    return sql`array[${join(each)}]::pg_catalog.int8[]`;
  };
  return sql`
    with ways as materialized (
      select ${masks}, pg_catalog.count(*) as records, pg_catalog.min(${placeOfClass}) as place
      from ${classesTable(loadId)} as classes
      where ${isChanged(changes)}
      group by ${masks}
    )
    select ${cells('changed')} as changed, ${cells('turned NULL')} as nulled,
      array(select ways.place from ways order by ways.records desc, ways.place limit ${waysShown})::pg_catalog.int8[] as ways
    from ways`;
}

const placeOfClass = sql`((classes.slice::pg_catalog.int8 operator(pg_catalog.<<) 32) operator(pg_catalog.|) classes.record_no::pg_catalog.int8)`;

/** The first changed records in the order of the file: { place }. @param turnedNull only those in which the compared column at this place turns NULL. */
export function selectFirstChanged(changes: ChangedRecords, limit: number, turnedNull: number | null = null): Sql {
  return sql`
    select ${placeOfClass} as place
    from ${classesTable(changes.loadId)} as classes
    where ${isChanged(changes)}
      ${turnedNull === null ? sql`` : sql`and ${hasBit('turned NULL', turnedNull)}`}
    order by classes.slice, classes.record_no
    limit ${limit}`;
}

/** Records of one slice, by their numbers in it. */
export interface Picked {
  readonly slice: number;
  readonly recordNos: readonly number[];
}

/** Which records are shown, and of which columns. */
export interface Sampled {
  readonly picked: readonly Picked[];
  readonly compared: readonly ContractColumn[];
  /** All that the load fills. */
  readonly filled: readonly ContractColumn[];
}

/**
 * Of a few changed records: { slice, record_no, key, changed, old, new }: the values of the key, and of each compared column whether it
 * changes, from what and to what, as it is shown; NULL where it does not. LIMIT says how few they are: nobody has statistics of staging.
 */
export function selectSamples(contract: Contract, loadId: number, { picked, compared, filled }: Sampled): Sql {
  const fenced = comparingMayRaise(compared, contract) ? sql`offset 0` : sql``;
  // by name: objects that are loaded together have their columns in orders of their own
  const names = join(filled.map(({ name }) => sql`typed.${ident(name)}`));
  const records = picked.map(
    ({ slice, recordNos }) => sql`(
        select ${slice}::pg_catalog.int4 as "landfall slice", ${recordNoOf(sql`typed`)}, ${byteOffsetOf(sql`typed`)}, ${names}
        from ${typedTable(loadId, slice)} as typed
        where (${recordNoOf(sql`typed`)} operator(pg_catalog.=) any (${recordNos}::pg_catalog.int4[]))
        limit ${recordNos.length} ${fenced}
      )`,
  );
  const changed = compared.map((column) => cellDiffers(contract, column));
  const cell = (value: Sql, column: ContractColumn, i: number): Sql =>
    sql`case when ${changed[i] ?? sql`false`} then ${shown(value, column)} end`;
  const cells = (value: (column: ContractColumn) => Sql): Sql =>
    sql`array[${join(compared.map((column, i) => cell(value(column), column, i)))}]::pg_catalog.text[]`;
  const key = keyColumns(contract).map((column) => shown(sql`t.${ident(column.name)}`, column));
  return sql`
    select s."landfall slice" as slice, ${recordNoOf(sql`s`)} as record_no,
      array[${join(key)}]::pg_catalog.text[] as key,
      array[${join(changed)}]::pg_catalog.bool[] as changed,
      ${cells(({ name }) => sql`t.${ident(name)}`)} as old,
      ${cells(becoming)} as new
    from ${withJudgedRows(contract, compared, { staged: join(records, ' union all '), isWhole: false }, 'with a row')}`;
}

/** A value as people see it. One of a sensitive column does not leave the server. */
function shown(value: Sql, { sensitive }: ContractColumn): Sql {
  return sensitive === true
    ? sql`case when (${value} is null) then null else ${literal(HIDDEN)}::pg_catalog.text end`
    : shortened(sql`(${value})::pg_catalog.text`);
}
