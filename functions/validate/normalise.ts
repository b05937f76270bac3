import type { ContractColumn, Leniency } from '../core/contract.ts';
import { ident, type Sql, sql } from '../core/sql.ts';
import { typedTable } from '../core/staging.ts';
import { anyOf, isText } from './rule.ts';
import type { SliceCells } from './slice-cells.ts';

/**
 * A cell as the leniencies read it: trimBlanks takes blanks and tabs off both ends, quotedEmptyIsNull makes '' NULL. Never
 * in columns of text, where blanks and empty strings are values.
 */
export function normalised(cell: Sql, column: ContractColumn | null, leniencies: readonly Leniency[]): Sql {
  if (column === null || isText(column)) return cell;
  const trimmed = leniencies.includes('trimBlanks') ? sql`pg_catalog.btrim(${cell}, E' \\t')` : cell;
  return leniencies.includes('quotedEmptyIsNull')
    ? sql`case when ${trimmed} operator(pg_catalog.<>) '' then ${trimmed} end`
    : trimmed;
}

/**
 * The same for typed staging, where only columns staged as text can hold what is not normal (enums, json, inet, ...).
 * Touches only such rows; null where there can be none.
 */
export function normaliseTyped({ loadId, slice, fileColumns, leniencies }: SliceCells): Sql | null {
  const columns = fileColumns.flatMap(({ column }) =>
    column !== null && column.plainForm === 'text' && !isText(column) ? [column] : [],
  );
  const cellOf = (column: ContractColumn): Sql => ident(column.name);
  const differs = anyOf(
    columns
      .filter((column) => normalised(cellOf(column), column, leniencies).text !== cellOf(column).text)
      .map((column) => sql`${cellOf(column)} is distinct from ${normalised(cellOf(column), column, leniencies)}`),
  );
  if (differs === null) return null;
  const settings = columns
    .map((column) => sql`${cellOf(column)} = ${normalised(cellOf(column), column, leniencies)}`)
    .reduce((all, next) => sql`${all}, ${next}`);
  return sql`
update ${typedTable(loadId, slice)}
set ${settings}
where ${differs}`;
}
