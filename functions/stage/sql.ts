import type { ContractColumn, FileColumn } from '../core/contract.ts';
import { ident, join, literal, sql, trustedSql, type Sql } from '../core/sql.ts';
import type { Format } from '../formats/format.ts';
import { rawTable, stagingColumn, stagingColumns, typedTable } from '../core/staging.ts';

/** What a load gives a column of every record: the same text, or nothing yet. */
export interface StagedSupply {
  readonly column: ContractColumn;
  readonly value: string | null;
}

/** Whatever an earlier attempt staged of this slice; gone with the transaction if that is rolled back. */
export function dropStaging(loadId: number, slice: number): Sql {
  return sql`drop table if exists ${typedTable(loadId, slice)}, ${rawTable(loadId, slice)}`;
}

/**
 * The typed half, one column a column of the file, and one a column that the dataset supplies (core/staging.ts).
 * @param supplied their defaults are what the load gives every record.
 */
export function createTyped(
  loadId: number,
  slice: number,
  fileColumns: readonly FileColumn[],
  supplied: readonly StagedSupply[] = [],
): Sql {
  const columns = fileColumns.map((fileColumn, position) => {
    const { name, type } = stagingColumn(fileColumn, position);
    return sql`${ident(name)} ${trustedSql(type)}`;
  });
  const given = supplied.map(({ column: { name, stagingType }, value }) => {
    const type = trustedSql(stagingType);
    return value === null
      ? sql`, ${ident(name)} ${type}`
      : sql`, ${ident(name)} ${type} default ${literal(value)}::pg_catalog.text::${type}`;
  });
  return sql`
    create unlogged table ${typedTable(loadId, slice)} (
      ${ident(stagingColumns.recordNo)} integer, ${ident(stagingColumns.byteOffset)} bigint, ${join(columns)}${join(given, '')}
    ) with (autovacuum_enabled = off)`;
}

/**
 * The raw half (core/staging.ts).
 * @param isCleaned some column of the file has steps: cells are as these left them, and beside them stands what they were.
 */
export function createRaw(loadId: number, slice: number, isCleaned: boolean): Sql {
  const ofCleaning = isCleaned ? sql`, sources pg_catalog.jsonb, unread pg_catalog.jsonb` : sql``;
  return sql`
    create unlogged table ${rawTable(loadId, slice)} (
      record_no integer, byte_offset bigint, byte_length bigint, line integer,
      fault text, fault_detail text, raw bytea, cells text[]${ofCleaning}
    ) with (autovacuum_enabled = off)`;
}

/** Takes the typed chunks of the format's scanner. The record number in front of each record disarms a `\.` line. */
export function copyTyped(
  loadId: number,
  slice: number,
  fileColumns: readonly FileColumn[],
  { copyOptions }: Pick<Format, 'copyOptions'>,
): Sql {
  const columns = [
    ...Object.values(stagingColumns),
    ...fileColumns.map((fileColumn, position) => stagingColumn(fileColumn, position).name),
  ];
  return sql`
    copy ${typedTable(loadId, slice)} (${join(columns.map((name) => ident(name)))}) from stdin
    (${copyOptions})`;
}

/** Takes the bytes of encodeRaw. */
export function copyRaw(loadId: number, slice: number): Sql {
  return sql`copy ${rawTable(loadId, slice)} from stdin (format binary)`;
}

/** Rows that are in the staging of these slices now; one statement, each table counted by one of its parallel workers. */
export function countStaged(
  loadId: number,
  slices: readonly { readonly slice: number; readonly rawRecords: number | null }[],
): Sql {
  const tables = slices.flatMap(({ slice, rawRecords: raw }) => [
    { slice, half: sql`'typed'`, table: typedTable(loadId, slice) },
    ...((raw ?? 0) > 0 ? [{ slice, half: sql`'raw'`, table: rawTable(loadId, slice) }] : []),
  ]);
  const counts = tables.map(
    ({ slice, half, table }) => sql`
      select ${trustedSql(String(slice))} as slice, ${half} as half, count(*) as records from ${table}`,
  );
  return sql`
    select slice, sum(records)::integer as records
    from (${join(counts, ' union all ')}) as staged
    group by slice`;
}
