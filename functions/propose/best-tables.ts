import type { TargetName } from '../core/target-name.ts';
import { isNamed } from '../formats/shared/column-names.ts';
import { plainName } from './table-names.ts';

/** A table with the names of its columns. */
export interface KnownTable extends TargetName {
  readonly columns: readonly string[];
}

/** A table that a file may be for. */
export interface LikelyTable {
  readonly table: KnownTable;
  /** Columns of the file that have one in it. */
  readonly found: number;
  /** It has one for each column of the file. */
  readonly isWhole: boolean;
}

/** A table of which less than half of the columns are there is another one. */
const leastShare = 0.5;

/** The tables whose columns are called as those of a file, the likeliest first: those that have all, then those with fewer that the file lacks. */
export function bestTables(headers: readonly string[], tables: readonly KnownTable[]): readonly LikelyTable[] {
  const wanted = new Set(headers.filter(isNamed).map(plainName));
  return tables
    .map((table) => {
      const found = table.columns.filter((name) => wanted.has(plainName(name))).length;
      return { table, found, isWhole: found === wanted.size };
    })
    .filter(({ found }) => found > 0 && found >= leastShare * wanted.size)
    .toSorted((a, b) => b.found - a.found || a.table.columns.length - b.table.columns.length);
}

/** The one that is meant; null: none has all columns, or several have them alike. */
export function onlyTable(likely: readonly LikelyTable[]): KnownTable | null {
  const [best, second] = likely;
  if (best === undefined || !best.isWhole) return null;
  const isAlone = second === undefined || !second.isWhole || second.table.columns.length > best.table.columns.length;
  return isAlone ? best.table : null;
}
