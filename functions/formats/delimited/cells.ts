import { copyQuote, escapeOf, quoteOf, wholeDelimiter } from './bytes.ts';
import type { CellGrammar } from './grammar.ts';
import { isNullWord } from './null-words.ts';

/** What encloses a cell, and what makes that data inside; -1 where nothing does. */
export interface Marks {
  readonly quote: number;
  readonly escape: number;
}

/** Those of a grammar. */
export function marksOf(grammar: CellGrammar): Marks {
  return { quote: quoteOf(grammar), escape: escapeOf(grammar) };
}

/** Those that COPY is told of. */
export function copyMarks(grammar: CellGrammar): Marks {
  const quote = copyQuote(grammar);
  return { quote, escape: quoteOf(grammar) === -1 ? quote : escapeOf(grammar) };
}

/**
 * The cells of one record (its bytes without the line end), unescaped: null for an unquoted cell that is empty or a word for
 * NULL, empty for a quoted one. A stray cell, and one whose quote is not closed because the record was cut, keeps its bytes as they stand.
 * Cells without escaped quotes share the record's memory.
 */
export function splitCells(record: Buffer, grammar: CellGrammar): (Buffer | null)[] {
  const { nulls = [] } = grammar;
  const between = betweenCells(grammar);
  const marks = marksOf(grammar);
  const cells: (Buffer | null)[] = [];
  for (let start = 0; ; ) {
    const end = cellEnd(record, start, between, marks);
    const isNull = end === start || isNullWord(nulls, record, start, end);
    cells.push(isNull ? null : cellOf(record.subarray(start, end), marks));
    if (end === record.length) return cells;
    start = end + between.length;
  }
}

/** Where the cells of a record stand, [start, end), quotes included. */
export function cellBounds(
  record: Buffer,
  grammar: CellGrammar,
): readonly { readonly start: number; readonly end: number }[] {
  const between = betweenCells(grammar);
  const marks = marksOf(grammar);
  const bounds: { readonly start: number; readonly end: number }[] = [];
  let start = 0;
  for (;;) {
    const end = cellEnd(record, start, between, marks);
    bounds.push({ start, end });
    if (end === record.length) return bounds;
    start = end + between.length;
  }
}

/**
 * As splitCells, decoded; what is not UTF-8 becomes U+FFFD. For people: takes any bytes, cut ones too. A record in which no cell is quoted
 * is decoded at once, since a Buffer a cell costs more than the cell: what is no UTF-8 ends before a byte of ASCII either way.
 */
export function cellTexts(record: Buffer, grammar: CellGrammar): readonly (string | null)[] {
  const { delimiter, delimiterRest, nulls = [] } = grammar;
  const quote = quoteOf(grammar);
  if (delimiter >= 0x80 || delimiterRest !== undefined || (quote !== -1 && record.includes(quote)))
    return splitCells(record, grammar).map((cell) => (cell === null ? null : cell.toString('utf8')));
  const texts: (string | null)[] = record.toString('utf8').split(String.fromCharCode(delimiter));
  const words = nulls.map((word) => word.toString('utf8'));
  for (let i = 0; i < texts.length; i += 1) {
    if (texts[i] === '' || words.includes(texts[i] as string)) texts[i] = null;
  }
  return texts;
}

function cellEnd(record: Buffer, start: number, between: Between, marks: Marks): number {
  return record[start] === marks.quote
    ? quotedCellEnd(record, start, between, marks)
    : nextOrEnd(record, between, start);
}

/** End of a cell that starts with a quote: the delimiter after its closing quote. */
function quotedCellEnd(record: Buffer, start: number, between: Between, marks: Marks): number {
  const closing = closingQuote(record, start, marks);
  return closing === -1 ? record.length : nextOrEnd(record, between, closing + 1);
}

/** Index of the quote that closes the one at `start`; -1 where none does. */
function closingQuote(record: Buffer, start: number, { quote, escape }: Marks): number {
  if (escape !== quote) return escapedClosingQuote(record, start, { quote, escape });
  let at = record.indexOf(quote, start + 1);
  while (at !== -1 && record[at + 1] === quote) at = record.indexOf(quote, at + 2);
  return at;
}

function escapedClosingQuote(record: Buffer, start: number, { quote, escape }: Marks): number {
  for (let i = start + 1; i < record.length; i += 1) {
    if (record[i] === escape && (record[i + 1] === quote || record[i + 1] === escape)) i += 1;
    else if (record[i] === quote) return i;
  }
  return -1;
}

/** Number of the first cell whose quotes do not enclose the whole of it; -1 where there is none. The last quote is closed. */
export function strayCell(record: Buffer, grammar: CellGrammar): number {
  const between = betweenCells(grammar);
  const marks = marksOf(grammar);
  const { quote } = marks;
  if (quote === -1) return -1;
  let start = 0;
  for (let cell = 1; ; cell += 1) {
    const closing = record[start] === quote ? closingQuote(record, start, marks) : -1;
    const next = record.indexOf(between.mark, closing === -1 ? start : closing + 1);
    const end = next === -1 ? record.length : next;
    const isStray = closing === -1 ? record.subarray(start, end).includes(quote) : closing + 1 !== end;
    if (isStray) return cell;
    if (next === -1) return -1;
    start = next + between.length;
  }
}

/** What is searched for between cells. */
interface Between {
  /** A number where it is one byte: that is faster. */
  readonly mark: number | Buffer;
  readonly length: number;
}

function betweenCells(grammar: CellGrammar): Between {
  if (grammar.delimiterRest === undefined) return { mark: grammar.delimiter, length: 1 };
  const mark = wholeDelimiter(grammar);
  return { mark, length: mark.length };
}

/** Whether a cell without quotes stays apart from a delimiter behind it: nothing of the two together is one but that. */
export function isApart(cell: Buffer, whole: Buffer): boolean {
  return Buffer.concat([cell, whole]).indexOf(whole) === cell.length;
}

function nextOrEnd(record: Buffer, { mark }: Between, from: number): number {
  const at = record.indexOf(mark, from);
  return at === -1 ? record.length : at;
}

function cellOf(cell: Buffer, marks: Marks): Buffer {
  return cell[0] === marks.quote ? (enclosed(cell, marks) ?? cell) : cell;
}

/** What the quotes of a cell enclose, unescaped; null where none enclose the whole of it. */
export function enclosed(cell: Buffer, marks: Marks): Buffer | null {
  const isWhole = cell[0] === marks.quote && closingQuote(cell, 0, marks) === cell.length - 1;
  return isWhole ? unescaped(cell.subarray(1, -1), marks) : null;
}

/** What stands between quotes, without the bytes that make quotes and themselves data. */
export function unescaped(quoted: Buffer, { quote, escape }: Marks): Buffer {
  let at = quoted.indexOf(escape);
  if (at === -1) return quoted;
  const text = Buffer.allocUnsafe(quoted.length);
  let to = 0;
  let from = 0;
  while (at !== -1) {
    const next = quoted[at + 1];
    const isMark = next === quote || next === escape;
    if (isMark) {
      to += quoted.copy(text, to, from, at);
      from = at + 1;
    }
    at = quoted.indexOf(escape, isMark ? at + 2 : at + 1);
  }
  return text.subarray(0, to + quoted.copy(text, to, from));
}

/** A text as it stands between quotes. */
export function escaped(text: string, marks: Marks): string {
  const [quote, escape] = [String.fromCharCode(marks.quote), String.fromCharCode(marks.escape)];
  const whole = escape === quote ? text : text.replaceAll(escape, escape + escape);
  return whole.replaceAll(quote, escape + quote);
}
