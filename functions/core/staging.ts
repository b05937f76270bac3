import type { ContractColumn, FileColumn } from './contract.ts';
import { ident, type Sql } from './sql.ts';

/**
 * The staging tables of a load, in schema landfall_staging, all UNLOGGED:
 *
 * l<loadId>_s<slice>_typed (record_no integer, byte_offset bigint, <one column a file column>)
 *   record_no counts from 1 inside the slice and is dense over typed and raw together; byte_offset is absolute.
 *   Columns carry the target's names and ContractColumn.stagingType; an ignored column of the file is "ignored <position>" text.
 * l<loadId>_s<slice>_raw (record_no integer, byte_offset bigint, byte_length bigint, line integer, fault text, fault_detail text,
 *   raw bytea, cells text[])
 *   Made only where a slice has such records. line counts from 1 inside the slice. raw holds at most maxRawBytes of the record's own bytes,
 *   without its line end. A structurally faulty record has its reject code in fault and no cells; a sound one has its cells
 *   (NULL for an unquoted empty cell, '' for a quoted one) and no fault.
 * l<loadId>_verdicts (slice integer, record_no integer, disposition "char")
 *   Only where a record's disposition differs from its slice's default.
 *   r rejected, d duplicate, n new, c changed, u unchanged, s stale.
 * l<loadId>_losers (slice integer, record_no integer, next_slice integer, next_record_no integer, key text)
 *   Records whose business key occurs again, each with another of that key that comes before it in the order of keeping. Only between transform's transactions.
 */
export const STAGING_SCHEMA = 'landfall_staging';

/** Name of a slice's typed staging table. */
export function typedTable(loadId: number, slice: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_s${slice}_typed`);
}

/** Name of a slice's raw staging table. */
export function rawTable(loadId: number, slice: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_s${slice}_raw`);
}

/** Name of a load's verdicts table. */
export function verdictsTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_verdicts`);
}

/** Name of a load's table of duplicates. */
export function losersTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_losers`);
}

/** The staging column of the file's column at `position` (from 0). */
export function stagingColumn(fileColumn: FileColumn, position: number): { name: string; type: string } {
  return fileColumn.column === null
    ? { name: `ignored ${position}`, type: 'text' }
    : { name: fileColumn.column.name, type: fileColumn.column.stagingType };
}

/** The columns of the target that a file fills, in file order. */
export function filledColumns(fileColumns: readonly FileColumn[]): readonly ContractColumn[] {
  return fileColumns.flatMap(({ column }) => (column === null ? [] : [column]));
}
