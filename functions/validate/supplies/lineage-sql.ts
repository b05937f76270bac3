import type { ContractColumn } from '../../core/contract.ts';
import { byteOffsetOf, recordNoOf, STAGING_SCHEMA, stagingColumns, typedTable } from '../../core/staging.ts';
import { momentIn } from '../../core/supplies/moment-in.ts';
import { type OwnPlaces, placeOfObject, saidOfObject } from '../../ledger/slices/own-places.ts';
import { ident, join, type Sql, sql, trustedSql } from '../../core/sql.ts';

/** A staging column of what says where a record came from. */
export interface PlacedColumn {
  readonly column: ContractColumn;
  /** The last two only where objects share a slice: else they are the same of all its records. */
  readonly says: 'line' | 'record' | 'object-key' | 'object-time';
}

/** A slice, and what stands before it in its object. */
export interface PlacedSlice {
  readonly loadId: number;
  readonly slice: number;
  readonly baseRecord: number;
  readonly baseLine: number;
  /** Of a slice that objects share; absent: it is of one. */
  readonly own?: OwnPlaces;
}

/** What an update of typed staging, known there as `staged`, sets beside what it is for. */
export type Settings = (staged: Sql) => Sql;

/** Of a slice in which each record is one line and nothing else is one: its lines follow from its numbers. */
export function regularPlaces(slice: PlacedSlice, columns: readonly PlacedColumn[]): Settings {
  const { baseLine, own } = slice;
  return (staged) => {
    const recordNo = recordNoOf(staged);
    const line =
      own === undefined
        ? sql`(${baseLine}::pg_catalog.int8 operator(pg_catalog.+) ${recordNo})`
        : sql`(${saidOfObject(own, 'lines', recordNo)} operator(pg_catalog.+) ${recordNo} operator(pg_catalog.-) ${saidOfObject(own, 'before', recordNo)})`;
    return settings(columns, (column) => said(slice, column, { staged, line }));
  };
}

/** @param at the staged record, and its line. */
function said(
  { baseRecord, own }: PlacedSlice,
  { says, column }: PlacedColumn,
  { staged, line }: { readonly staged: Sql; readonly line: Sql },
): Sql {
  const recordNo = recordNoOf(staged);
  switch (says) {
    case 'line':
      return line;
    case 'record':
      return sql`(${baseRecord}::pg_catalog.int8 operator(pg_catalog.+) ${recordNo})`;
    case 'object-key':
      return ofObject(own, own?.keys ?? [], recordNo);
    case 'object-time':
      return ofObject(
        own,
        (own?.modified ?? []).map((moment) => momentIn(moment, column)),
        recordNo,
      );
  }
}

function ofObject(own: OwnPlaces | undefined, texts: readonly string[], recordNo: Sql): Sql {
  if (own === undefined) throw new Error('a slice of one object has its key in every record');
  return sql`(${texts}::pg_catalog.text[])[${placeOfObject(own, recordNo)}]`;
}

/** The same by itself. */
export function setPlaces({ loadId, slice }: Pick<PlacedSlice, 'loadId' | 'slice'>, places: Settings): Sql {
  return sql`
    update ${typedTable(loadId, slice)} as typed
    set ${places(sql`typed`)}`;
}

/** Of any slice, from what createPlaces found. */
export function setPlacesFound(placed: PlacedSlice, columns: readonly PlacedColumn[]): Sql {
  const { loadId, slice } = placed;
  return sql`
    update ${typedTable(loadId, slice)} as typed
    set ${settings(columns, (column) => said(placed, column, { staged: sql`typed`, line: sql`found.line` }))}
    from ${placesTable(loadId, slice)} as found
    where (found.byte_offset operator(pg_catalog.=) ${byteOffsetOf(sql`typed`)})`;
}

/** Of a replay, whose records stand in the object of the load that rejected them. */
export function setPlacesOfOrigin(
  { loadId, slice, baseRecord }: PlacedSlice,
  origin: number,
  columns: readonly PlacedColumn[],
): Sql {
  return sql`
    update ${typedTable(loadId, slice)} as typed
    set ${settings(columns, ({ says }) => (says === 'line' ? sql`origin.line` : sql`origin.record_no`))}
    from landfall.rejects as origin
    where (origin.load_id operator(pg_catalog.=) ${origin}::pg_catalog.int8)
      and (origin.replayed_by operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (origin.replayed_as operator(pg_catalog.=) (${baseRecord}::pg_catalog.int8 operator(pg_catalog.+) ${recordNoOf(sql`typed`)}))`;
}

function settings(columns: readonly PlacedColumn[], value: (column: PlacedColumn) => Sql): Sql {
  return join(
    columns.map((each) => sql`${ident(each.column.name)} = ${value(each)}::${trustedSql(each.column.stagingType)}`),
  );
}

function placesTable(loadId: number, slice: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_s${slice}_places`);
}

/** Physical lines of records by their offsets; lives inside one transaction. */
export function createPlaces(loadId: number, slice: number): Sql {
  return sql`create unlogged table ${placesTable(loadId, slice)} (byte_offset pg_catalog.int8 not null, line pg_catalog.int8 not null)`;
}

/** A page of them. */
export function insertPlaces(
  { loadId, slice }: Pick<PlacedSlice, 'loadId' | 'slice'>,
  records: readonly { readonly byteOffset: number; readonly line: number }[],
): Sql {
  return sql`
    insert into ${placesTable(loadId, slice)} (byte_offset, line)
    select found.byte_offset, found.line
    from rows from (
      pg_catalog.unnest(${records.map(({ byteOffset }) => byteOffset)}::pg_catalog.int8[]),
      pg_catalog.unnest(${records.map(({ line }) => line)}::pg_catalog.int8[])
    ) as found (byte_offset, line)`;
}

/** With all that it holds. */
export function dropPlaces(loadId: number, slice: number): Sql {
  return sql`drop table ${placesTable(loadId, slice)}`;
}

/** For pages of offsets; to be dropped again, since an update would keep it up. */
export function indexOffsets(loadId: number, slice: number): Sql {
  return sql`create index ${ident(offsetsIndex(loadId, slice))} on ${typedTable(loadId, slice)} (${ident(stagingColumns.byteOffset)})`;
}

/** The same index. */
export function dropOffsetsIndex(loadId: number, slice: number): Sql {
  return sql`drop index ${ident(STAGING_SCHEMA, offsetsIndex(loadId, slice))}`;
}

function offsetsIndex(loadId: number, slice: number): string {
  return `l${loadId}_s${slice}_offsets`;
}

/** A page of the offsets of staged records after `after`, ascending: { byte_offset }. */
export function selectOffsets(
  { loadId, slice }: Pick<PlacedSlice, 'loadId' | 'slice'>,
  after: number,
  most: number,
): Sql {
  const offset = byteOffsetOf(sql`typed`);
  return sql`
    select ${offset} as byte_offset
    from ${typedTable(loadId, slice)} as typed
    where (${offset} operator(pg_catalog.>) ${after}::pg_catalog.int8)
    order by ${offset}
    limit ${most}`;
}
