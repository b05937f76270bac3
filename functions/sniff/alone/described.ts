import { foldHeader } from '../../formats/shared/column-names.ts';
import { isKnownCell } from './known-cell.ts';
import type { Table } from './table-of.ts';

/** What a table says of itself. */
export interface Described {
  /** Lines before the header, or before the first record where there is none. */
  readonly skipRows: number;
  /** Names of the columns; null where the first record looks like the others. */
  readonly header: readonly string[] | null;
  /** Whether a load can take the header as it stands: no name twice, and columns without one are empty. */
  readonly isOwn: boolean;
  /** Lines up to the first record that has as many cells as most: with the header, where there is one. */
  readonly linesBefore: number;
  /** What is passed over may hold records: a quote opens in it and closes in a later line. */
  readonly isDoubtful: boolean;
  /** Records behind the header that have as many cells as most, of those that were looked at. */
  readonly whole: number;
  readonly records: number;
}

/** A title, a date, an account, a legend: what comes later is no preamble. */
const topRows = 50;
/** Of a column's cells so many are numbers or moments, where it is one of them. */
const mostCells = 0.8;

/** Where the header of a table is, and how much of what follows has its shape. */
export function describedTable(table: Table): Described {
  const { rows, lines, columns } = table;
  const isWhole = (row: Cells | undefined, i: number): boolean => row?.length === columns && !isFaulty(table, i);
  const first = Math.max(0, rows.findIndex(isWhole));
  const named = behindTitles(table, first);
  const at = isHeader(table, named) ? named : first;
  const header = isHeader(table, at) ? (rows[at] ?? []).map((cell) => cell ?? '') : null;
  const from = header === null ? at : at + 1;
  const body = rows.slice(from);
  const skipRows = (lines[at] ?? 1) - 1;
  return {
    skipRows,
    header,
    isOwn: header === null || areNames(header, body),
    linesBefore: header === null ? skipRows : (lines[from] ?? table.linesRead + 1) - 1,
    isDoubtful: rows.slice(0, at).some((row, i) => isFaulty(table, i) && row.some((cell) => /[\r\n]/.test(cell ?? ''))),
    whole: body.filter((row, i) => isWhole(row, from + i)).length,
    records: body.length,
  };
}

type Cells = readonly (string | null)[];

/** The first row that is no title as wide as the table: one cell of three at most is filled. */
function behindTitles({ rows, columns }: Table, first: number): number {
  const isTitle = (row: Cells): boolean => 3 * row.filter((cell) => !isEmpty(cell)).length <= columns;
  const found = rows.slice(0, topRows).findIndex((row, i) => i >= first && row.length === columns && !isTitle(row));
  return found === -1 ? first : found;
}

/**
 * Names in each cell, none of them twice; or what is no record, since no cell is a number or a moment, in columns of which
 * one at least holds nothing else. Behind lines that are passed over only the second counts.
 */
function isHeader(table: Table, at: number): boolean {
  const { rows, columns } = table;
  const row = rows[at];
  if (row === undefined || row.length !== columns || isFaulty(table, at)) return false;
  const filled = row.filter((cell) => !isEmpty(cell));
  if (filled.length === 0 || !filled.every(isName)) return false;
  const isFirst = rows.slice(0, at).every(({ length }) => length !== columns);
  if (isFirst && filled.length === columns && new Set(row).size === columns) return true;
  const body = rows.slice(at + 1).filter(({ length }) => length === columns);
  return 2 * filled.length >= columns && row.some((cell, i) => !isEmpty(cell) && isTyped(body.map((each) => each[i])));
}

function isTyped(cells: readonly (string | null | undefined)[]): boolean {
  const filled = cells.filter((cell) => !isEmpty(cell));
  return filled.length > 0 && filled.filter((cell) => !isName(cell)).length >= mostCells * filled.length;
}

function areNames(header: readonly string[], body: readonly Cells[]): boolean {
  const named = header.filter((name) => !isEmpty(name)).map(foldHeader);
  const isFilled = (i: number): boolean => body.some((row) => !isEmpty(row[i]));
  return new Set(named).size === named.length && header.every((name, i) => !isEmpty(name) || !isFilled(i));
}

function isFaulty({ faulty }: Table, at: number): boolean {
  return faulty.has(at);
}

function isEmpty(cell: string | null | undefined): boolean {
  return cell === null || cell === undefined || cell.trim() === '';
}

/** No number and no moment, which are known cells that begin with a digit or a sign. */
function isName(cell: string | null | undefined): boolean {
  const text = cell?.trim() ?? '';
  return text !== '' && !(isKnownCell(text) && /^[-+$£€¥.,\d]/.test(text));
}
