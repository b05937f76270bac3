import type { ControlColumn } from '../../contract/control/control-columns.ts';
import type { Contract } from '../../core/contract.ts';
import { storedNumber } from '../../core/control/stored-number.ts';
import { type Disposition, letter, offeredDispositions, writingDispositions } from '../../core/dispositions.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { rawTable, recordNoOf, typedTable, verdictsTable } from '../../core/staging.ts';

/** A slice as the statements here read it. */
export interface CountedSlice {
  readonly slice: number;
  readonly rawRecords: number | null;
}

/** Exact sums over all records of the object, the rejects too: { sums, unknown }, arrays in the order of `columns`. */
export function selectSourceSums(
  { loadId, contract }: { readonly loadId: number; readonly contract: Contract },
  slices: readonly CountedSlice[],
  columns: readonly ControlColumn[],
): Sql {
  const typed = slices.map(
    ({ slice }) => sql`
      select ${join(columns.map(({ column: { name } }, i) => sql`pg_catalog.sum(s.${ident(name)}::pg_catalog.numeric) as ${sumName(i)}, 0::pg_catalog.int8 as ${unknownName(i)}`))}
      from ${typedTable(loadId, slice)} as s`,
  );
  const raw = slices
    .filter(({ rawRecords }) => (rawRecords ?? 0) > 0)
    .map(
      ({ slice }) => sql`
      select ${join(columns.map(({ position }, i) => rawSum(position, i, contract)))}
      from ${rawTable(loadId, slice)} as s`,
    );
  return sql`
    select
      array[${join(columns.map((_, i) => sql`coalesce(pg_catalog.sum(found.${sumName(i)}), 0)::pg_catalog.text`))}]::pg_catalog.text[] as sums,
      array[${join(columns.map((_, i) => sql`coalesce(pg_catalog.sum(found.${unknownName(i)}), 0)::pg_catalog.int4`))}]::pg_catalog.int4[] as unknown
    from (${join([...typed, ...raw], ' union all ')}) as found`;
}

/** What is left in the raw half are rejects: a cell is a number where PostgreSQL reads one of digits, and NULL adds nothing. */
function rawSum(position: number, i: number, { leniencies }: Contract): Sql {
  const cell = sql`s.cells[${position + 1}::pg_catalog.int4]`;
  const isNumber = sql`(pg_catalog.pg_input_is_valid(${cell}, 'pg_catalog.numeric') and (${cell} operator(pg_catalog.~) '[0-9]'))`;
  const isEmpty = leniencies.includes('quotedEmptyIsNull')
    ? sql`((${cell} is null) or (pg_catalog.btrim(${cell}) operator(pg_catalog.=) ''))`
    : sql`(${cell} is null)`;
  return sql`pg_catalog.sum(case when ${isNumber} then ${cell}::pg_catalog.numeric end) as ${sumName(i)},
        pg_catalog.count(*) filter (where (s.cells is null) or not (${isEmpty} or ${isNumber})) as ${unknownName(i)}`;
}

/**
 * Over accepted records: { accepted, nulls, written, unchanged }, arrays in the order of `nullable` and `columns`. The sums are as the
 * target's type has the values, and of records for which the target keeps another row nothing.
 */
export function selectAccepted(
  { loadId, contract }: { readonly loadId: number; readonly contract: Contract },
  slices: readonly CountedSlice[],
  { columns, nullable }: { readonly columns: readonly ControlColumn[]; readonly nullable: readonly string[] },
): Sql {
  const nulls = nullable.map(
    (name, i) => sql`pg_catalog.count(*) filter (where (s.${ident(name)} is null)) as ${ident(`nulls_${i}`)}`,
  );
  const sums = columns.map(({ column }, i) => sql`pg_catalog.sum(${storedNumber(column, contract)}) as ${sumName(i)}`);
  const counted = slices.map(
    ({ slice }) => sql`
      select ${dispositionIn(loadId, slice)} as disposition, ${join([sql`pg_catalog.count(*) as records`, ...nulls, ...sums])}
      from ${typedTable(loadId, slice)} as s
      left join ${verdictsTable(loadId)} as v on (v.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)
        and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
      group by 1`,
  );
  const ofAll = (names: readonly Disposition[]): Sql =>
    join(
      columns.map(
        (_, i) =>
          sql`coalesce(pg_catalog.sum(found.${sumName(i)}) filter (where found.disposition in (${join(names.map(letter))})), 0)::pg_catalog.text`,
      ),
    );
  const offered = sql`filter (where found.disposition in (${join(offeredDispositions.map(letter))}))`;
  const countOf = (number: Sql): Sql => sql`coalesce(pg_catalog.sum(found.${number}) ${offered}, 0)::pg_catalog.int4`;
  return sql`
    select
      ${countOf(sql`records`)} as accepted,
      array[${join(nullable.map((_, i) => countOf(ident(`nulls_${i}`))))}]::pg_catalog.int4[] as nulls,
      array[${ofAll(writingDispositions)}]::pg_catalog.text[] as written,
      array[${ofAll(['unchanged'])}]::pg_catalog.text[] as unchanged
    from (${join(counted, ' union all ')}) as found`;
}

function dispositionIn(loadId: number, slice: number): Sql {
  return sql`coalesce(v.disposition, (
        select slices.default_disposition
        from landfall.slices
        where (slices.load_id operator(pg_catalog.=) ${loadId})
          and (slices.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)
      ))`;
}

function sumName(i: number): Sql {
  return ident(`sum_${i}`);
}

function unknownName(i: number): Sql {
  return ident(`unknown_${i}`);
}
