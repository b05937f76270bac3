import { isKnownCell } from './known-cell.ts';
import type { Table } from './table-of.ts';

/** What a table says of itself. */
export interface Described {
  /** Lines before the first record that has as many cells as most. */
  readonly skipRows: number;
  /** Names of the columns; null where the first record looks like the others. */
  readonly header: readonly string[] | null;
  /** Records behind the header that have as many cells as most, of those that were looked at. */
  readonly whole: number;
  readonly records: number;
}

/** Where the header of a table is, and how much of what follows has its shape. */
export function describedTable({ rows, lines, columns }: Table): Described {
  const first = rows.findIndex((row) => row.length === columns);
  const head = rows[first] ?? [];
  const isHeader = head.every((cell) => cell !== null && isName(cell)) && new Set(head).size === head.length;
  const body = rows.slice(isHeader ? first + 1 : first);
  return {
    skipRows: (lines[first] ?? 1) - 1,
    header: isHeader ? head.map((cell) => cell ?? '') : null,
    whole: body.filter((row) => row.length === columns).length,
    records: body.length,
  };
}

/** No number and no moment, which are known cells that begin with a digit or a sign. */
function isName(cell: string): boolean {
  const text = cell.trim();
  return text !== '' && !(isKnownCell(text) && /^[-+$£€¥.,\d]/.test(text));
}
