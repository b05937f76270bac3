import { type ContractColumn, type Leniency, isText } from '../../core/contract.ts';
import { ident, literal, type Sql, sql } from '../../core/sql.ts';
import { typedTable } from '../../core/staging.ts';
import { anyOf } from './rule.ts';
import type { SliceCells } from './slice-cells.ts';

/** The tab and what Unicode calls a space separator, the no-break ones too; what has no width is no blank. */
const BLANKS = ' \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000';

/** Without the blanks around it. */
export function trimmedBlanks(cell: Sql): Sql {
  return sql`pg_catalog.btrim(${cell}, ${literal(BLANKS)})`;
}

/**
 * A cell as the leniencies read it: trimBlanks takes blanks off both ends, quotedEmptyIsNull makes '' NULL, but not in
 * columns of text, where the empty string is a value.
 */
export function normalised(cell: Sql, column: ContractColumn | null, leniencies: readonly Leniency[]): Sql {
  if (column === null) return cell;
  const trimmed = leniencies.includes('trimBlanks') ? trimmedBlanks(cell) : cell;
  return !isText(column) && leniencies.includes('quotedEmptyIsNull')
    ? sql`case when ${trimmed} operator(pg_catalog.<>) '' then ${trimmed} end`
    : trimmed;
}

/**
 * The same for typed staging, where only columns staged as text can hold what is not normal (text, enums, json, ...).
 * Touches only such rows; null where there can be none.
 */
export function normaliseTyped({ loadId, slice, fileColumns, leniencies }: SliceCells): Sql | null {
  const columns = fileColumns.flatMap(({ column }) => (column !== null && column.plainForm === 'text' ? [column] : []));
  const cellOf = (column: ContractColumn): Sql => ident(column.name);
  const changed = columns.filter(
    (column) => normalised(cellOf(column), column, leniencies).text !== cellOf(column).text,
  );
  const differs = anyOf(
    changed.map((column) => sql`${cellOf(column)} is distinct from ${normalised(cellOf(column), column, leniencies)}`),
  );
  if (differs === null) return null;
  const settings = changed
    .map((column) => sql`${cellOf(column)} = ${normalised(cellOf(column), column, leniencies)}`)
    .reduce((all, next) => sql`${all}, ${next}`);
  return sql`
update ${typedTable(loadId, slice)}
set ${settings}
where ${differs}`;
}
