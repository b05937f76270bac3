import { quoteOf } from './bytes.ts';
import type { CellGrammar } from './grammar.ts';
import { isNullWord } from './null-words.ts';

/**
 * The cells of one record (its bytes without the line end), unescaped: null for an unquoted cell that is empty or a word for
 * NULL, empty for a quoted one. A stray cell, and one whose quote is not closed because the record was cut, keeps its bytes as they stand.
 * Cells without escaped quotes share the record's memory.
 */
export function splitCells(record: Buffer, grammar: CellGrammar): (Buffer | null)[] {
  const { nulls = [] } = grammar;
  const quote = quoteOf(grammar);
  return cellBounds(record, grammar).map(({ start, end }) =>
    isNullWord(nulls, record, start, end) ? null : cellOf(record.subarray(start, end), quote),
  );
}

/** Where the cells of a record stand, [start, end), quotes included. */
export function cellBounds(
  record: Buffer,
  grammar: CellGrammar,
): readonly { readonly start: number; readonly end: number }[] {
  const { delimiter } = grammar;
  const quote = quoteOf(grammar);
  const bounds: { readonly start: number; readonly end: number }[] = [];
  let start = 0;
  for (;;) {
    const end =
      record[start] === quote ? quotedCellEnd(record, start, delimiter, quote) : nextOrEnd(record, delimiter, start);
    bounds.push({ start, end });
    if (end === record.length) return bounds;
    start = end + 1;
  }
}

/** As splitCells, decoded; what is not UTF-8 becomes U+FFFD. For the rejects file: takes any bytes, cut ones too. */
export function parseRecord(raw: Buffer, grammar: CellGrammar): (string | null)[] {
  return splitCells(raw, grammar).map((cell) => (cell === null ? null : cell.toString('utf8')));
}

/** End of a cell that starts with a quote: the delimiter after its closing quote. */
function quotedCellEnd(record: Buffer, start: number, delimiter: number, quote: number): number {
  const closing = closingQuote(record, start, quote);
  return closing === -1 ? record.length : nextOrEnd(record, delimiter, closing + 1);
}

/** Index of the quote that closes the one at `start`; -1 where none does. */
function closingQuote(record: Buffer, start: number, quote: number): number {
  let at = record.indexOf(quote, start + 1);
  while (at !== -1 && record[at + 1] === quote) at = record.indexOf(quote, at + 2);
  return at;
}

/** Number of the first cell whose quotes do not enclose the whole of it; -1 where there is none. The last quote is closed. */
export function strayCell(record: Buffer, grammar: CellGrammar): number {
  const { delimiter } = grammar;
  const quote = quoteOf(grammar);
  if (quote === -1) return -1;
  let start = 0;
  for (let cell = 1; ; cell += 1) {
    const closing = record[start] === quote ? closingQuote(record, start, quote) : -1;
    const next = record.indexOf(delimiter, closing === -1 ? start : closing + 1);
    const end = next === -1 ? record.length : next;
    const isStray = closing === -1 ? record.subarray(start, end).includes(quote) : closing + 1 !== end;
    if (isStray) return cell;
    if (next === -1) return -1;
    start = next + 1;
  }
}

function nextOrEnd(record: Buffer, byte: number, from: number): number {
  const at = record.indexOf(byte, from);
  return at === -1 ? record.length : at;
}

function cellOf(cell: Buffer, quote: number): Buffer | null {
  if (cell.length === 0) return null;
  const isWholeQuoted = cell[0] === quote && closingQuote(cell, 0, quote) === cell.length - 1;
  return isWholeQuoted ? unescape(cell.subarray(1, -1), quote) : cell;
}

function unescape(quoted: Buffer, quote: number): Buffer {
  let at = quoted.indexOf(quote);
  if (at === -1) return quoted;
  const parts: Buffer[] = [];
  let from = 0;
  while (at !== -1) {
    parts.push(quoted.subarray(from, at + 1));
    from = at + 2;
    at = quoted.indexOf(quote, from);
  }
  parts.push(quoted.subarray(from));
  return Buffer.concat(parts);
}
