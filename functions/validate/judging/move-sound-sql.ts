import type { ContractColumn } from '../../core/contract.ts';
import { rowTooBig } from '../../core/sql-state.ts';
import { ident, join, literal, type Sql, sql } from '../../core/sql.ts';
import { rawTable, stagingColumns, typedTable } from '../../core/staging.ts';
import { isLate } from '../../ledger/rejects/late-rejects-sql.ts';
import { rejectCodes } from '../../protocol/reject-codes.ts';
import { normalised } from '../rules/normalise.ts';
import { integer } from '../rules/rule.ts';
import type { SliceCells } from '../rules/slice-cells.ts';
import { cellValue, lacksZone } from '../rules/zoneless-moments.ts';

/** The raw half as it is moved. */
export interface MovedHalf extends SliceCells {
  readonly baseRecord: number;
  readonly records: number;
  readonly columns: readonly { name: string; type: string }[];
}

/**
 * Moves what no reject names from the raw table to the typed one; in a load past its gate that is all there is to do. What the target
 * itself refused since was sound, and is moved as it was then.
 * Answers `{ zoneless }`: how many moments without an offset were in them.
 */
export function moveSound(half: MovedHalf): Sql {
  const { loadId, slice } = half;
  const zoneless = movedCells(half).flatMap(({ column, cell }) =>
    column?.plainForm === 'timestamptz' && column.timeZone === undefined
      ? [sql`pg_catalog.count(*) filter (where ${lacksZone(cell, half)})`]
      : [],
  );
  return sql`
with moved as (
  delete from ${rawTable(loadId, slice)} as staged
  where ${isSound(half)}
  returning staged.record_no, staged.byte_offset, staged.cells
), stored as (
  ${storeMoved(half, sql`moved`)}
)
select ${zoneless.length === 0 ? sql`pg_catalog.count(*) filter (where false)` : join(zoneless, ' operator(pg_catalog.+) ')} as zoneless
from moved`;
}

/**
 * Where moving said that a row is too big: tries each sound record alone, and gives those that are it this fault, which is quarantined as what
 * the scanner finds is. Which record it is PostgreSQL does not say, and how big a row gets depends on what is stored outside of it.
 */
export function markTooBig(half: MovedHalf): Sql {
  const table = rawTable(half.loadId, half.slice);
  const body = sql`
declare
  "landfall at" pg_catalog.tid;
begin
  for "landfall at" in select staged.ctid from ${table} as staged where ${isSound(half)} loop
    begin
      ${storeMoved(half, sql`(select * from ${table} as one where (one.ctid operator(pg_catalog.=) "landfall at")) as moved`)};
      raise exception using errcode = ${literal(FITS)};
    exception
      when sqlstate ${literal(FITS)} then null;
      when sqlstate ${literal(rowTooBig)} then
        update ${table} as staged set fault = ${literal(rejectCodes.ROW_TOO_BIG)}, fault_detail = sqlerrm
        where (staged.ctid operator(pg_catalog.=) "landfall at");
    end;
  end loop;
end`;
  if (body.values.length > 0) throw new Error('a cell holds a parameter, which a DO block cannot take: use a literal');
  return sql`do language plpgsql ${literal(body.text)}`;
}

/** Raised, so that nothing stays of a try. */
const FITS = 'LF001';

/** Of a record `staged` of the raw half: the scanner took it apart, and no reject names it. */
function isSound({ loadId, baseRecord, records }: MovedHalf): Sql {
  return sql`(staged.fault is null)
    and not exists (
      select
      from landfall.rejects as known
      where (known.load_id operator(pg_catalog.=) ${integer(loadId)}::bigint)
        and (known.record_no > ${integer(baseRecord)}::bigint)
        and (known.record_no <= ${integer(baseRecord + records)}::bigint)
        and (known.record_no = ${integer(baseRecord)}::bigint + staged.record_no)
        and not ${isLate(sql`known.reasons`)}
    )`;
}

/** @param moved a relation called `moved`. */
function storeMoved(half: MovedHalf, moved: Sql): Sql {
  const names = [stagingColumns.recordNo, stagingColumns.byteOffset, ...half.columns.map(({ name }) => name)];
  const values = movedCells(half).map(({ column, cell }) =>
    column === null ? sql`${cell}::pg_catalog.text` : cellValue(cell, column, half),
  );
  return sql`insert into ${typedTable(half.loadId, half.slice)} (${join(names.map((name) => ident(name)))})
  select moved.record_no, moved.byte_offset, ${join(values)}
  from ${moved}`;
}

function movedCells({
  fileColumns,
  leniencies,
}: MovedHalf): readonly { readonly column: ContractColumn | null; readonly cell: Sql }[] {
  return fileColumns.flatMap(({ column, absent }, i) =>
    absent === true
      ? []
      : [{ column, cell: sql`(${normalised(sql`moved.cells[${integer(i + 1)}]`, column, leniencies)})` }],
  );
}
