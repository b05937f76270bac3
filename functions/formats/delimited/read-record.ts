import { CR, copyQuote, LF } from './bytes.ts';
import { TEXT } from '../shared/plain-forms.ts';
import { noteCell, prolongCell } from './cleaning/clean-record.ts';
import { isPlainCell } from './cleaning/plain-cell.ts';
import { noteNullWord } from './null-cells.ts';
import type { Scan } from './scan.ts';

/**
 * The tight loop: finds the end of the record at `start`, judging each cell on the way; answers the index of its line
 * end, or -1 where the bytes run out first. `stop` is the index of a line end at or after `start`: outside quotes every
 * inner loop meets it, so none of them tests for the end of the bytes. For a delimiter of one byte and records that line ends end.
 */
export function readRecord(scan: Scan, bytes: Buffer, start: number, stop: number): number {
  const { forms, holdsNullWords, cleaning } = scan;
  const { outside, delimiter, lineEnd, quote, escape, assumesQuotes } = scan.tables;
  const { starts } = scan.nulls;
  const columns = forms.length;
  let cell = 0;
  let plain = !scan.allRaw;
  let i = start;
  beginRecord(scan);
  for (;;) {
    const from = i;
    const form = cell < columns ? (forms[cell] as number) : TEXT;
    cell += 1;
    if (bytes[i] === quote) {
      i = escape === quote ? quotedEnd(scan, bytes, i + 1, stop) : escapedEnd(scan, bytes, i + 1, stop);
      if (i === -1) return -1;
      if (assumesQuotes && scan.lineEndsInside > 0) noteSpanning(scan, bytes.subarray(from, i), cell);
      const leaves = cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, 'quoted');
      if (plain && form !== TEXT && leaves) plain = isPlainCell(scan, form, bytes, from + 1, i - 1);
    } else {
      while (outside[bytes[i] as number] === 0) i += 1;
      const isNull = holdsNullWords && starts[bytes[from] as number] === 1 && noteNullWord(scan, bytes, from, i, cell);
      const leaves =
        cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, isNull ? 'null word' : 'unquoted');
      if (plain && form !== TEXT && i > from && !isNull && leaves) plain = isPlainCell(scan, form, bytes, from, i);
    }
    if (bytes[i] !== lineEnd && bytes[i] !== delimiter) {
      const end = disturbedEnd(scan, bytes, i, cell);
      if (cleaning !== null && end > i) prolongCell(scan, cleaning, cell, from, end);
      i = end;
    }
    if (bytes[i] !== delimiter) break;
    i += 1;
  }
  scan.cells = cell;
  scan.plain = plain && !scan.holdsCopyQuote;
  return i;
}

/** Nothing is known of the record that is read next. */
export function beginRecord(scan: Scan): void {
  if (scan.cleaning !== null) scan.cleaning.touchedCells = 0;
  scan.zoneless = 0;
  scan.strayCell = 0;
  scan.bareCell = 0;
  scan.spanningCell = 0;
  scan.holdsCopyQuote = false;
  scan.nullCells = 0;
  scan.lineEndsInside = 0;
}

/** Whether the CR at `at` is the first half of a CRLF that ends a line; a CR that ends lines alone is asked of nobody. */
export function isCrLf(scan: Scan, bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === LF && scan.tables.lineEnd === LF && !scan.objectEnded;
}

/**
 * End of a cell at whose byte `from` stands what is neither delimiter nor line end: the CR of a CRLF ends it there; a quote,
 * text after a closing quote, or a line end of the other kind makes the rest of the cell data, quotes and all.
 */
function disturbedEnd(scan: Scan, bytes: Buffer, from: number, cell: number): number {
  if (bytes[from] === CR && isCrLf(scan, bytes, from)) return from;
  const { cellEnd } = scan.tables;
  let i = from;
  while (cellEnd[bytes[i] as number] === 0) i += 1;
  if (bytes[i] === LF && bytes[i - 1] === CR && isCrLf(scan, bytes, i - 1)) i -= 1;
  noteDisturbed(scan, bytes, from, i, cell);
  return i;
}

/** Of a cell that is data from bytes[from] to `end`, quotes and all: what that makes of its record. */
export function noteDisturbed(scan: Scan, bytes: Buffer, from: number, end: number, cell: number): void {
  const { lineEnd, quote, recordEnd } = scan.tables;
  const bare = lineEnd === LF ? CR : LF;
  const endsNone = recordEnd !== null;
  if (quote === -1) scan.holdsCopyQuote ||= bytes.subarray(from, end).includes(copyQuote(scan.grammar));
  else if ((endsNone || bytes[from] !== bare) && scan.strayCell === 0) scan.strayCell = cell;
  if (!endsNone && scan.bareCell === 0 && bytes.subarray(from, end).includes(bare)) scan.bareCell = cell;
}

/** Notes a quoted cell that may as well be several records. */
export function noteSpanning(scan: Scan, quoted: Buffer, cell: number): void {
  const { lineEnd, recordEnd, delimiter, whole } = scan.tables;
  if (scan.spanningCell === 0 && quoted.includes(recordEnd ?? lineEnd) && quoted.includes(whole ?? delimiter))
    scan.spanningCell = cell;
}

/** Index after the closing quote of the cell whose first byte after the quote is `from`; -1 where it does not close by `stop`. */
export function quotedEnd(scan: Scan, bytes: Buffer, from: number, stop: number): number {
  const { inside, quote, lineEnd } = scan.tables;
  // the byte at `stop` ends a record, so a quote before it is followed by at least that one
  for (let i = from; ; i += 1) {
    while (inside[bytes[i] as number] === 0) i += 1;
    if (i >= stop) return -1;
    const byte = bytes[i];
    if (byte === quote) {
      if (bytes[i + 1] !== quote) return i + 1;
      i += 1;
    } else if (byte === lineEnd) {
      scan.lineEndsInside += 1;
    }
  }
}

/** As quotedEnd, where another byte than the quote makes quotes data. */
export function escapedEnd(scan: Scan, bytes: Buffer, from: number, stop: number): number {
  const { inside, quote, escape, lineEnd } = scan.tables;
  for (let i = from; ; i += 1) {
    while (inside[bytes[i] as number] === 0) i += 1;
    if (i >= stop) return -1;
    const byte = bytes[i];
    if (byte === quote) return i + 1;
    if (byte === escape) {
      if (bytes[i + 1] === quote || bytes[i + 1] === escape) i += 1;
    } else if (byte === lineEnd) {
      scan.lineEndsInside += 1;
    }
  }
}
