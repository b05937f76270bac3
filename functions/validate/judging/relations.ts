import { isAnyCleaned } from '../../cleaning/chain.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { byteOffsetOf, rawTable, recordNoOf, stagingColumn, typedTable } from '../../core/staging.ts';
import { ident, join, type Sql, sql } from '../../core/sql.ts';
import { UNREAD, unreadAt, unreadRules } from '../rules/unread-cells.ts';
import { cellRules } from '../rules/cell-rules.ts';
import { cellHint } from '../rules/leniency-hints.ts';
import { normalised } from '../rules/normalise.ts';
import { emptyTyped } from '../rules/null-rules.ts';
import { integer, type Operand, type Rule } from '../rules/rule.ts';
import { unnamedRules } from '../rules/unnamed-columns.ts';
import type { CellReading, SliceCells } from '../rules/slice-cells.ts';
import { cellValue } from '../rules/zoneless-moments.ts';

/** Records that rules judge, one row each: `place` is their position, the operands are their columns. */
export interface Relation {
  /** The staging table; its ctid is a record's address within the transaction. */
  readonly table: Sql;
  /** What follows FROM. @param only a condition on the staging table (alias `staged`), or null for all. */
  readonly from: (only: Sql | null) => Sql;
  readonly place: (name: PlaceName) => Sql;
  /** The record's number, in the staging table (alias `staged`). */
  readonly recordNo: Sql;
  readonly operands: readonly Operand[];
  /** Faults of cells; in the typed half only values in columns without a name. */
  readonly cellRules: readonly Rule[];
  /** jsonb: of a record's cells that cleaning changed what the file has; null where staging does not say it. */
  readonly sources: Sql | null;
}

/** What is known of a record's place; in the typed half only its number and offset. */
export type PlaceName = 'record_no' | 'line' | 'byte_offset' | 'byte_length' | 'raw';

/** The typed half of a slice: its columns are what they are, those that the dataset supplies too. */
export function typedRelation({ loadId, slice, fileColumns, supplied }: SliceCells): Relation {
  const table = typedTable(loadId, slice);
  return {
    table,
    from: (only) =>
      only === null
        ? sql`${table} as staged`
        : sql`(select * from ${table} as staged where ${only} offset 0) as staged`,
    place: typedPlace,
    recordNo: recordNoOf(sql`staged`),
    operands: [...fileColumns.flatMap(({ column }) => column ?? []), ...supplied].map(typedOperand),
    cellRules: unnamedRules(
      fileColumns,
      (i) => sql`staged.${ident(stagingColumn(fileColumns[i] ?? { header: '', column: null }, i).name)}`,
    ),
    sources: null,
  };
}

function typedPlace(name: PlaceName): Sql {
  if (name === 'record_no') return recordNoOf(sql`staged`);
  if (name === 'byte_offset') return byteOffsetOf(sql`staged`);
  throw new Error(`typed staging has no ${name}`);
}

function typedOperand(column: ContractColumn): Operand {
  const value = sql`staged.${ident(column.name)}`;
  const text = column.stagingType === 'text' ? value : sql`${value}::pg_catalog.text`;
  return { column, value, text, isNull: emptyTyped(value), isFaulty: null };
}

/**
 * The sound records of the raw half: cells normalised once, faults found once, and only cells without a fault converted,
 * so that the rules of the typed half judge the rest of the record too. `offset 0` keeps PostgreSQL from merging the steps,
 * which would compute each cell again for every rule that reads it. Columns that the dataset supplies are judged in the typed half,
 * where every sound record ends.
 */
export function rawRelation(slice: SliceCells): Relation {
  const { loadId, fileColumns, leniencies } = slice;
  const table = rawTable(loadId, slice.slice);
  const cells = fileColumns.map(({ column }, i) =>
    normalised(sql`staged.cells[${integer(i + 1)}]`, column, leniencies),
  );
  const faults = fileColumns.map(({ column }, i) => cellFault(column, i, slice));
  const filled = fileColumns.flatMap(({ column }, i) => (column === null ? [] : [{ column, i }]));
  const values = filled.map(({ column, i }) => sql`${rawValue(column, i, slice)} as ${ident(column.name)}`);
  const isCleaned = isAnyCleaned(fileColumns);
  const ofCleaning = isCleaned ? sql`, staged.sources, staged.unread` : sql``;
  return {
    table,
    from: (only) => sql`(
  select normal.*, array[${join(faults)}]::smallint[] as faults
  from (
    select staged.record_no, staged.line, staged.byte_offset, staged.byte_length, staged.raw,
      array[${join(cells)}]::pg_catalog.text[] as cells${ofCleaning}
    from ${table} as staged
    where (staged.fault is null)${only === null ? sql`` : sql` and (${only})`}
    offset 0
  ) as normal
  offset 0
) as found
cross join lateral (
  select ${values.length === 0 ? sql`1` : join(values)}
  offset 0
) as staged`,
    place: (name) => sql`found.${ident(name)}`,
    recordNo: sql`staged.record_no`,
    operands: filled.map(({ column, i }) => rawOperand(column, i, slice)),
    cellRules: [
      ...filled.flatMap(({ column, i }) => [
        ...unreadRules(column, i, { cell: cellAt(sql`found`, i), fault: faultAt(i) }),
        ...faultRules(column, i, slice),
      ]),
      ...unnamedRules(fileColumns, (i) => cellAt(sql`found`, i)),
    ],
    sources: isCleaned ? sql`found.sources` : null,
  };
}

/** 0: none; else the number of the first cell rule that holds, or that no step could read it. */
function cellFault(column: ContractColumn | null, position: number, reading: CellReading): Sql {
  const cell = cellAt(sql`normal`, position);
  const cases = [
    ...(column?.clean === undefined ? [] : [sql`when ${unreadAt(sql`normal`, position)} is not null then ${UNREAD}`]),
    ...(column === null ? [] : cellRules(column, reading)).map(
      ({ breach }, i) => sql`when ${breach(cell)} then ${integer(i + 1)}`,
    ),
  ];
  if (cases.length === 0) return sql`0`;
  return sql`case when ${cell} is null then 0 ${join(cases, ' ')} else 0 end`;
}

function rawValue(column: ContractColumn, position: number, reading: CellReading): Sql {
  const cell = cellAt(sql`found`, position);
  if (!mayBeFaulty(column, reading)) return cell;
  return sql`case when ${faultAt(position)} operator(pg_catalog.=) 0 then ${cellValue(cell, column, reading)} end`;
}

function rawOperand(column: ContractColumn, position: number, reading: CellReading): Operand {
  const cell = cellAt(sql`found`, position);
  const isFaulty = mayBeFaulty(column, reading) ? sql`${faultAt(position)} operator(pg_catalog.<>) 0` : null;
  return { column, value: sql`staged.${ident(column.name)}`, text: cell, isNull: sql`${cell} is null`, isFaulty };
}

function mayBeFaulty(column: ContractColumn, reading: CellReading): boolean {
  return column.clean !== undefined || cellRules(column, reading).length > 0;
}

function faultRules(column: ContractColumn, position: number, reading: CellReading): readonly Rule[] {
  const cell = cellAt(sql`found`, position);
  return cellRules(column, reading).map(({ code, after, detail, helpers }, i) => ({
    code,
    column: column.name,
    breach: sql`${faultAt(position)} operator(pg_catalog.=) ${integer(i + 1)}`,
    value: cell,
    before: `${column.name}: `,
    after: ` ${after}`,
    ...(helpers === undefined ? {} : { detail: cellHint(cell, column, reading, helpers) }),
    ...(detail === undefined ? {} : { detail: detail(cell) }),
  }));
}

function cellAt(source: Sql, position: number): Sql {
  return sql`${source}.cells[${integer(position + 1)}]`;
}

function faultAt(position: number): Sql {
  return sql`found.faults[${integer(position + 1)}]`;
}
