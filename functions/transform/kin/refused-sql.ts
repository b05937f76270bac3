import type { Contract, ContractColumn, FileColumn } from '../../core/contract.ts';
import { ident, join, literal, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { rawTable, recordNoOf, STAGING_SCHEMA, typedTable, verdictsTable } from '../../core/staging.ts';
import { qualifiedType, typeSql } from '../../core/type-name.ts';
import { placeIn } from '../keys-sql.ts';
import { kinValues } from './kin-sql.ts';
import type { Kinship } from './kinship.ts';

/** As the kin table, without offsets: records that broke a rule, as far as their cells convert; else NULL. */
export function refusedTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_refused`);
}

/** A slice, and what of its rejects lies in which half. */
export interface RefusedSlice {
  readonly slice: number;
  readonly hasRaw: boolean;
}

/**
 * Rejects of both halves: typed ones by their verdict, raw ones are all that is left in theirs. Cells convert by PostgreSQL's own
 * judgement and never raise; values of a domain, which runs code of its owner, are left out.
 */
export function selectRefused(
  kinships: readonly Kinship[],
  { contract, loadId, fileColumns }: { contract: Contract; loadId: number; fileColumns: readonly FileColumn[] },
  slices: readonly RefusedSlice[],
): Sql {
  const columns = [...new Set(kinships.flatMap((each) => [...each.columns, ...(each.parents ?? [])]))];
  const trims = contract.leniencies.includes('trimBlanks');
  const cellOf = (column: ContractColumn): Sql => {
    const position = fileColumns.findIndex((each) => each.column?.name === column.name);
    const cell = sql`s.cells[${trustedSql(String(position + 1))}]`;
    return trims ? sql`pg_catalog.btrim(${cell})` : cell;
  };
  const parts = slices.flatMap(({ slice, hasRaw }) => [
    sql`
      select ${placeIn(slice)} as place, ${join(columns.map(({ name }) => sql`s.${ident(name)}::pg_catalog.text as ${ident(name)}`))}
      from ${typedTable(loadId, slice)} as s
      where exists (
        select
        from ${verdictsTable(loadId)} as v
        where (v.slice operator(pg_catalog.=) ${trustedSql(String(slice))})
          and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
      )`,
    ...(hasRaw
      ? [
          sql`
      select ((${trustedSql(String(slice))}::pg_catalog.int8 operator(pg_catalog.<<) 32) operator(pg_catalog.|) s.record_no),
        ${join(columns.map(cellOf))}
      from ${rawTable(loadId, slice)} as s
      where (s.cells is not null)`,
        ]
      : []),
  ]);
  return sql`
    select cells.place, ${kinValues(kinships, converted)}
    from (select * from (${join(parts, ' union all ')}) as halves offset 0) as cells`;
}

function converted(column: ContractColumn): Sql {
  const type = typeSql(column.type);
  if (column.isDomain) return sql`null::${type}`;
  const text = sql`cells.${ident(column.name)}`;
  const value = sql`case when pg_catalog.pg_input_is_valid(${text}, ${literal(qualifiedType(column.type))}) then ${text}::${type} end`;
  return column.collation === null ? value : sql`(${value} collate ${trustedSql(column.collation)})`;
}

/** @param found of selectRefused. */
export function createRefused(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${refusedTable(loadId)} as ${found}`;
}

/** Where no record was refused. */
export function createNoneRefused(loadId: number, kinships: readonly Kinship[]): Sql {
  const none = kinValues(kinships, ({ type }) => sql`null::${typeSql(type)}`);
  return sql`create unlogged table ${refusedTable(loadId)} as select null::pg_catalog.int8 as place, ${none} limit 0`;
}

/** Harmless where there is none. */
export function dropRefused(loadId: number): Sql {
  return sql`drop table if exists ${refusedTable(loadId)}`;
}
