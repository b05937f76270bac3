import type { Contract, ContractColumn, FileColumn } from '../../core/contract.ts';
import { letter } from '../../core/dispositions.ts';
import type { LoadRule } from '../../core/rules/sql-rules.ts';
import { ident, join, type Sql, sql, trustedSql } from '../../core/sql.ts';
import { filledColumns, recordNoOf, typedTable, verdictsTable } from '../../core/staging.ts';
import { typeSql } from '../../core/type-name.ts';

/** What staging has of a load once its duplicates are judged. */
export interface StagedLoad {
  readonly loadId: number;
  readonly contract: Contract;
  readonly fileColumns: readonly FileColumn[];
}

/** One rule, asked over the accepted records as a relation `staged`: { holds }. What the file does not have is NULL there. */
export function selectLoadRule(load: StagedLoad, slices: readonly number[], rule: LoadRule): Sql {
  return sql`
    with staged as (${acceptedRecords(load, slices, load.contract.columns)})
    select (${trustedSql(`(${rule.sql}\n)`)}) as holds`;
}

/** A column, and whether its different values are counted too, which takes a type with an order. */
export interface FiguredColumn {
  readonly column: ContractColumn;
  readonly isDistinct: boolean;
}

/** Of each column, over the accepted records: { records, filled, distinct }, the latter two as arrays. */
export function selectColumnFigures(
  load: StagedLoad,
  slices: readonly number[],
  figured: readonly FiguredColumn[],
): Sql {
  const value = ({ column: { name } }: FiguredColumn): Sql => sql`staged.${ident(name)}`;
  const filled = figured.map((each) => sql`pg_catalog.count(${value(each)})::pg_catalog.int8`);
  const distinct = figured.map((each) =>
    each.isDistinct ? sql`pg_catalog.count(distinct ${value(each)})::pg_catalog.int8` : sql`0::pg_catalog.int8`,
  );
  const columns = [...new Map(figured.map(({ column }) => [column.name, column])).values()];
  return sql`
    with staged as (${acceptedRecords(load, slices, columns)})
    select pg_catalog.count(*)::pg_catalog.int8 as records,
      array[${join(filled)}]::pg_catalog.int8[] as filled,
      array[${join(distinct)}]::pg_catalog.int8[] as "distinct"
    from staged`;
}

/** Neither rejected nor a duplicate; with the types of the target. */
function acceptedRecords(
  { loadId, contract, fileColumns }: StagedLoad,
  slices: readonly number[],
  columns: readonly ContractColumn[],
): Sql {
  const filled = new Set(filledColumns({ contract, fileColumns }).map(({ name }) => name));
  const value = ({ name, type }: ContractColumn): Sql =>
    filled.has(name)
      ? sql`s.${ident(name)}::${typeSql(type)} as ${ident(name)}`
      : sql`null::${typeSql(type)} as ${ident(name)}`;
  const nothing = columns.map(({ name, type }) => sql`null::${typeSql(type)} as ${ident(name)}`);
  const parts = slices.map(
    (slice) => sql`
      select ${join(columns.map(value))}
      from ${typedTable(loadId, slice)} as s
      where (not exists (
          select
          from ${verdictsTable(loadId)} as v
          where (v.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)
            and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
            and (v.disposition in (${letter('rejected')}, ${letter('duplicate')}))
        ))`,
  );
  return join([sql`select ${join(nothing)} where false`, ...parts], ' union all ');
}
