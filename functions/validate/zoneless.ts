import type { Sql } from '../core/sql.ts';
import { type Db, execute, one } from '../db/client.ts';
import { addZonelessCells } from '../ledger/slices/slices-sql.ts';
import type { SliceCells } from './rules/slice-cells.ts';

/** @param statement answers { zoneless }; null: no cell can be one. */
export async function zonelessIn(db: Db, statement: Sql | null): Promise<number> {
  return statement === null ? 0 : (await one<{ zoneless: number }>(db, statement)).zoneless;
}

/** Cells that were read in the zone of the load. */
export async function countZoneless(
  db: Db,
  { loadId, slice }: Pick<SliceCells, 'loadId' | 'slice'>,
  cells: number,
): Promise<void> {
  if (cells > 0) await execute(db, addZonelessCells(loadId, slice, cells));
}
