import { keyColumns } from '../core/arbiter/key-columns.ts';
import { areEqual, updatedColumns } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { recordNoOf, STAGING_SCHEMA, typedTable } from '../core/staging.ts';
import { acceptedKeys, keyNames, type KeyedSlice, recordNoOfPlace, sliceOfPlace } from './keys-sql.ts';

/** Of each repeated key, the place of its last record, and of each column the last value: place, c1, c2, ... Inside one transaction. */
export function foldedTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_folded`);
}

function cellNames(cells: readonly ContractColumn[]): readonly Sql[] {
  return cells.map((_, i) => ident(`c${i + 1}`));
}

/**
 * Folds the records of each repeated key in the file's order; of no other is a cell carried.
 * @param duplicates selects slice and record_no of those that another record of their key stands for.
 */
export function selectFolded(
  contract: Contract,
  filled: readonly ContractColumn[],
  { loadId, slices, duplicates }: { loadId: number; slices: readonly KeyedSlice[]; duplicates: Sql },
): Sql {
  const cells = updatedColumns(contract, filled);
  const keys = keyNames(contract);
  const sameKey = keyColumns(contract).map((column, i) =>
    areEqual(column, sql`repeated.${ident(`k${i + 1}`)}`, sql`of_load.${ident(`k${i + 1}`)}`),
  );
  const last = (cell: Sql): Sql =>
    sql`(pg_catalog.array_agg(${cell} order by place desc) filter (where (${cell} is not null)))[1] as ${cell}`;
  return sql`
    select pg_catalog.max(place) as place, ${join(cellNames(cells).map(last))}
    from (${acceptedKeys(contract, loadId, slices, cells)}) as of_load
    where exists (
      select
      from (${acceptedKeys(contract, loadId, slices)}) as repeated
      join (${duplicates}) as duplicates on (duplicates.slice operator(pg_catalog.=) ${sliceOfPlace(sql`repeated.place`)})
        and (duplicates.record_no operator(pg_catalog.=) ${recordNoOfPlace(sql`repeated.place`)})
      where ${join(sameKey, ' and ')}
    )
    group by ${join(keys)}`;
}

/** @param found of selectFolded. */
export function createFolded(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${foldedTable(loadId)} as ${found}`;
}

/** The slices that have a record which others are folded into. */
export function selectFoldedSlices(loadId: number): Sql {
  return sql`select distinct ${sliceOfPlace(sql`place`)} as slice from ${foldedTable(loadId)} order by 1`;
}

/** The last record of each key takes what others of its key say where it says nothing; a second time that changes nothing. */
export function updateFolded(
  contract: Contract,
  filled: readonly ContractColumn[],
  loadId: number,
  slice: number,
): Sql {
  const cells = updatedColumns(contract, filled);
  const names = cellNames(cells);
  return sql`
    update ${typedTable(loadId, slice)} as s
    set ${join(cells.map(({ name }, i) => sql`${ident(name)} = coalesce(s.${ident(name)}, folded.${names[i] ?? sql``})`))}
    from ${foldedTable(loadId)} as folded
    where (${sliceOfPlace(sql`folded.place`)} operator(pg_catalog.=) ${slice}::pg_catalog.int4)
      and (${recordNoOfPlace(sql`folded.place`)} operator(pg_catalog.=) ${recordNoOf(sql`s`)})`;
}

/** Harmless where there is none. */
export function dropFolded(loadId: number): Sql {
  return sql`drop table if exists ${foldedTable(loadId)}`;
}
