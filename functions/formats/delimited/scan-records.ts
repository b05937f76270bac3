import { CR, copyQuote, LF } from './bytes.ts';
import type { Piece } from '../shared/scanner.ts';
import { TEXT } from '../shared/plain-forms.ts';
import { noteCell, prolongCell } from './cleaning/clean-record.ts';
import { isPlainCell } from './cleaning/plain-cell.ts';
import { isAt } from './null-words.ts';
import { noteNullWord } from './null-cells.ts';
import { checkText, indexOrInfinity, placeRecord } from './place-record.ts';
import { passBlankRow } from './rows/shape-record.ts';
import type { Scan } from './scan.ts';

/**
 * Reads the records of bytes[from..] that are whole and start before the scan's endOffset: plain ones go to the chunks,
 * the others to rawRecords. Answers where it stopped: at a record that is not whole, at endOffset, or at the end.
 */
export function scanRecords(scan: Scan, piece: Piece, from: number): number {
  const { bytes, base } = piece;
  const { lineEnd, comment, delimiter } = scan.tables;
  const commentStart = comment === null ? -1 : (comment[0] as number);
  const stop = bytes.lastIndexOf(lineEnd);
  if (stop < from) return from;
  const text = checkText(bytes, from, stop);
  scan.holdsNullWords = scan.nulls.words.some((word) => bytes.includes(word, from));
  // compared with indexes, so that the loop adds no offsets
  const owned = Math.min(scan.endOffset - base, stop + 1);
  let i = from;
  while (i < owned) {
    const first = bytes[i];
    if (first === lineEnd || (first === CR && isCrLf(scan, bytes, i))) {
      scan.blankLines += 1;
    } else if (comment !== null && first === commentStart && isAt(comment, bytes, i)) {
      scan.blankLines += 1;
      i = bytes.indexOf(lineEnd, i);
      if (i > text.nextNul) text.nextNul = indexOrInfinity(bytes.indexOf(0, i));
    } else if (first === delimiter && scan.rows.blank !== 'keep' && blankRowEnd(scan, bytes, i) !== -1) {
      const end = blankRowEnd(scan, bytes, i);
      passBlankRow(scan, piece, i, end);
      i = end;
    } else {
      const end = readRecord(scan, bytes, i, stop);
      if (end === -1) break;
      placeRecord(scan, piece, text, i, end);
      scan.line += scan.lineEndsInside * scan.tables.lineInside;
      i = end;
    }
    i = overLineEnd(scan, bytes, i);
  }
  scan.next = base + i;
  return i;
}

/** Whether the CR at `at` is the first half of a CRLF that ends a line; a CR that ends lines alone is asked of nobody. */
function isCrLf(scan: Scan, bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === LF && scan.tables.lineEnd === LF && !scan.objectEnded;
}

/** Index of the line end behind the delimiters that begin at `at`; -1 where anything else follows them. */
function blankRowEnd(scan: Scan, bytes: Buffer, at: number): number {
  const { delimiter, whole, lineEnd } = scan.tables;
  let i = at;
  while (whole === null ? bytes[i] === delimiter : isAt(whole, bytes, i)) i += whole?.length ?? 1;
  return bytes[i] === lineEnd || (bytes[i] === CR && isCrLf(scan, bytes, i)) ? i : -1;
}

/** Index after the line end at `at`; where a CR is the last byte, a LF may still follow. */
function overLineEnd(scan: Scan, bytes: Buffer, at: number): number {
  scan.line += 1;
  if (bytes[at] === LF) return at + 1;
  if (at + 1 === bytes.length) {
    scan.skipLf = true;
    return at + 1;
  }
  return bytes[at + 1] === LF ? at + 2 : at + 1;
}

/**
 * The tight loop: finds the end of the record at `start`, judging each cell on the way; answers the index of its line
 * end, or -1 where the bytes run out first. `stop` is the index of a line end at or after `start`: outside quotes every
 * inner loop meets it, so none of them tests for the end of the bytes.
 */
function readRecord(scan: Scan, bytes: Buffer, start: number, stop: number): number {
  const { forms, holdsNullWords, cleaning } = scan;
  const { outside, delimiter, whole, lineEnd, quote, escape, assumesQuotes } = scan.tables;
  const { starts } = scan.nulls;
  const columns = forms.length;
  const delimiterBytes = whole === null ? 1 : whole.length;
  let cell = 0;
  let plain = !scan.allRaw;
  let i = start;
  if (cleaning !== null) cleaning.touchedCells = 0;
  scan.zoneless = 0;
  scan.strayCell = 0;
  scan.bareCell = 0;
  scan.spanningCell = 0;
  scan.holdsCopyQuote = false;
  scan.nullCells = 0;
  scan.lineEndsInside = 0;
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
      if (whole === null) while (outside[bytes[i] as number] === 0) i += 1;
      else i = unquotedEnd(scan, whole, bytes, i);
      const isNull = holdsNullWords && starts[bytes[from] as number] === 1 && noteNullWord(scan, bytes, from, i, cell);
      const leaves =
        cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, isNull ? 'null word' : 'unquoted');
      if (plain && form !== TEXT && i > from && !isNull && leaves) plain = isPlainCell(scan, form, bytes, from, i);
    }
    if (bytes[i] !== lineEnd && (bytes[i] !== delimiter || (whole !== null && !isAt(whole, bytes, i)))) {
      const end = disturbedEnd(scan, bytes, i, cell);
      if (cleaning !== null && end > i) prolongCell(scan, cleaning, cell, from, end);
      i = end;
    }
    if (whole !== null) {
      scan.starts[cell - 1] = from;
      scan.ends[cell - 1] = i;
    }
    if (bytes[i] !== delimiter) break;
    i += delimiterBytes;
  }
  scan.cells = cell;
  scan.plain = plain && !scan.holdsCopyQuote;
  return i;
}

/** End of an unquoted cell where a delimiter has several bytes: the first of them alone is data. */
function unquotedEnd(scan: Scan, whole: Buffer, bytes: Buffer, from: number): number {
  const { outside, delimiter, copyDelimiter } = scan.tables;
  for (let i = from; ; i += 1) {
    while (outside[bytes[i] as number] === 0) i += 1;
    if (bytes[i] === copyDelimiter) scan.holdsCopyQuote = true;
    else if (bytes[i] !== delimiter || isAt(whole, bytes, i)) return i;
  }
}

/**
 * End of a cell at whose byte `from` stands what is neither delimiter nor line end: the CR of a CRLF ends it there; a quote,
 * text after a closing quote, or a line end of the other kind makes the rest of the cell data, quotes and all.
 */
function disturbedEnd(scan: Scan, bytes: Buffer, from: number, cell: number): number {
  if (bytes[from] === CR && isCrLf(scan, bytes, from)) return from;
  const { cellEnd, whole, delimiter, lineEnd } = scan.tables;
  const bare = lineEnd === LF ? CR : LF;
  let i = from;
  while (cellEnd[bytes[i] as number] === 0 || (whole !== null && bytes[i] === delimiter && !isAt(whole, bytes, i))) {
    i += 1;
  }
  if (bytes[i] === LF && bytes[i - 1] === CR && isCrLf(scan, bytes, i - 1)) i -= 1;
  if (scan.tables.quote === -1) scan.holdsCopyQuote ||= bytes.subarray(from, i).includes(copyQuote(scan.grammar));
  else if (bytes[from] !== bare && scan.strayCell === 0) scan.strayCell = cell;
  if (scan.bareCell === 0 && bytes.subarray(from, i).includes(bare)) scan.bareCell = cell;
  return i;
}

function noteSpanning(scan: Scan, quoted: Buffer, cell: number): void {
  const { lineEnd, delimiter, whole } = scan.tables;
  if (scan.spanningCell === 0 && quoted.includes(lineEnd) && quoted.includes(whole ?? delimiter))
    scan.spanningCell = cell;
}

/** Index after the closing quote of the cell whose first byte after the quote is `from`; -1 where it does not close by `stop`. */
function quotedEnd(scan: Scan, bytes: Buffer, from: number, stop: number): number {
  const { inside, quote } = scan.tables;
  // the byte at `stop` is a line end, so a quote before it is followed by at least that one
  for (let i = from; ; i += 1) {
    while (inside[bytes[i] as number] === 0) i += 1;
    if (i >= stop) return -1;
    const byte = bytes[i];
    if (byte === quote) {
      if (bytes[i + 1] !== quote) return i + 1;
      i += 1;
    } else {
      scan.lineEndsInside += 1;
    }
  }
}

/** As quotedEnd, where another byte than the quote makes quotes data. */
function escapedEnd(scan: Scan, bytes: Buffer, from: number, stop: number): number {
  const { inside, quote, escape } = scan.tables;
  for (let i = from; ; i += 1) {
    while (inside[bytes[i] as number] === 0) i += 1;
    if (i >= stop) return -1;
    const byte = bytes[i];
    if (byte === quote) return i + 1;
    if (byte !== escape) scan.lineEndsInside += 1;
    else if (bytes[i + 1] === quote || bytes[i + 1] === escape) i += 1;
  }
}
