import type { Contract, ContractColumn, FileColumn } from './contract.ts';
import { ident, sql, type Sql } from './sql.ts';
import { suppliedColumns } from './supplies/supplied.ts';

/**
 * The staging tables of a load, in schema landfall_staging, all UNLOGGED:
 *
 * l<loadId>_s<slice>_typed ("landfall record_no" integer, "landfall byte_offset" bigint, <one column a file column>, <one a supplied column>)
 *   The record number counts from 1 inside the slice and is dense over typed and raw together; the byte offset is absolute. Their names are ones that
 *   no table is likely to have, since all other columns carry the target's.
 *   Columns have ContractColumn.stagingType; an ignored column of the file is "landfall ignored <position>" text.
 * l<loadId>_s<slice>_raw (record_no integer, byte_offset bigint, byte_length bigint, line integer, fault text, fault_detail text,
 *   raw bytea, cells text[]; where a column has steps also sources jsonb, unread jsonb)
 *   Made only where a slice has such records. line counts from 1 inside the slice. raw holds at most maxRawBytes of the record's own bytes,
 *   without its line end. A structurally faulty record has its reject code in fault and no cells; a sound one has its cells
 *   (NULL for an unquoted empty cell, '' for a quoted one) and no fault.
 * l<loadId>_verdicts (slice integer, record_no integer, disposition "char")
 *   Only where a record's disposition differs from its slice's default.
 *   The letters of dispositions.ts.
 * l<loadId>_losers (slice integer, record_no integer, byte_offset bigint, kept_slice integer, kept_record_no integer, key text; under newer-wins also first_slice integer, first_record_no integer)
 *   Records whose business key occurs again, each with the one of that key that is kept. Only between transform's transactions.
 * l<loadId>_line ("landfall record_no" integer, "landfall byte_offset" bigint, "landfall slice" integer, "landfall origin" integer, <columns>)
 *   Only of a load whose records refer to each other: all that pass, in the order in which they are merged. The record number is the
 *   place in it, from 1; slice and origin say which record of which slice it is.
 * l<loadId>_vanishing ("landfall record_no" integer, k1, k2, ... of the key's types, s1, s2, ... of those of the scope)
 *   Only under a conflict rule that says what becomes of rows that the file does not hold: those rows, with a place each, from 1.
 * l<loadId>_kin, l<loadId>_ties, l<loadId>_lost, l<loadId>_refused, l<loadId>_depths: what transform/kin/ finds parents by. Only inside Transform.
 * l<loadId>_standing, l<loadId>_images, l<loadId>_contested, l<loadId>_wanting, l<loadId>_apart: what transform/dry-run/ asks other unique indexes
 *   and exclusion constraints by. Only inside Transform.
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

/** Name of the table of the target's rows that a load's file does not hold. */
export function vanishingTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_vanishing`);
}

/** Name of the table of a load's records in the order of their merge, where they refer to each other. */
export function lineTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_line`);
}

/** Where a record of the line stands in the file: its slice, and its number there. */
export const lineColumns = { slice: 'landfall slice', origin: 'landfall origin' } as const;

/** Staging's own columns in a typed table. */
export const stagingColumns = { recordNo: 'landfall record_no', byteOffset: 'landfall byte_offset' } as const;

/** A typed record's number inside its slice; `s` is the alias of its table. */
export function recordNoOf(alias: Sql): Sql {
  return sql`${alias}.${ident(stagingColumns.recordNo)}`;
}

/** Where a typed record starts in the object. */
export function byteOffsetOf(alias: Sql): Sql {
  return sql`${alias}.${ident(stagingColumns.byteOffset)}`;
}

/** The staging column of the file's column at `position` (from 0). */
export function stagingColumn(fileColumn: FileColumn, position: number): { name: string; type: string } {
  return fileColumn.column === null
    ? { name: `landfall ignored ${position}`, type: 'text' }
    : { name: fileColumn.column.name, type: fileColumn.column.stagingType };
}

/** The columns of the target that a load fills: those of the file in its order, then what the dataset supplies. */
export function filledColumns({
  contract,
  fileColumns,
}: {
  readonly contract: Contract;
  readonly fileColumns: readonly FileColumn[];
}): readonly ContractColumn[] {
  const ofFile = fileColumns.flatMap(({ column, absent }) =>
    column === null || absent === true || column.operation === true ? [] : [column],
  );
  return [...ofFile, ...suppliedColumns(contract)];
}
