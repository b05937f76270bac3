import { CR } from '../bytes.ts';
import { TEXT } from '../../shared/plain-forms.ts';
import { noteCell, prolongCell } from '../cleaning/clean-record.ts';
import { isPlainCell } from '../cleaning/plain-cell.ts';
import { isAt } from '../null-words.ts';
import { noteNullWord } from '../null-cells.ts';
import { beginRecord, escapedEnd, isCrLf, noteDisturbed, noteSpanning, quotedEnd } from '../read-record.ts';
import type { Scan } from '../scan.ts';

/**
 * As readRecord, where a record end is declared, and a delimiter may have several bytes: a byte that begins one of these ends a cell only
 * with the others behind it. `stop` is the index of an end of a record at or after `start`.
 */
export function readMarked(scan: Scan, bytes: Buffer, start: number, stop: number): number {
  const { forms, holdsNullWords, cleaning, starts: cellStarts, ends: cellEnds } = scan;
  const { quote, escape, assumesQuotes, whole } = scan.tables;
  const { starts } = scan.nulls;
  const columns = forms.length;
  const delimiterBytes = delimiterLength(whole);
  let cell = 0;
  let plain = !scan.allRaw;
  let i = start;
  beginRecord(scan);
  scan.holdsLineEnds = false;
  for (;;) {
    const from = i;
    const form = cell < columns ? (forms[cell] as number) : TEXT;
    cell += 1;
    if (bytes[i] === quote) {
      i = escape === quote ? quotedEnd(scan, bytes, i + 1, stop) : escapedEnd(scan, bytes, i + 1, stop);
      if (i === -1) return -1;
      if (assumesQuotes) noteSpanning(scan, bytes.subarray(from, i), cell);
      const leaves = cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, 'quoted');
      if (plain && form !== TEXT && leaves) plain = isPlainCell(scan, form, bytes, from + 1, i - 1);
    } else {
      i = unquotedEnd(scan, bytes, i, stop);
      if (i === -1) return -1;
      const isNull = holdsNullWords && starts[bytes[from] as number] === 1 && noteNullWord(scan, bytes, from, i, cell);
      const leaves =
        cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, isNull ? 'null word' : 'unquoted');
      if (plain && form !== TEXT && i > from && !isNull && leaves) plain = isPlainCell(scan, form, bytes, from, i);
    }
    let isEnd = isEndAt(scan, bytes, i, stop);
    let isDelimiter = !isEnd && isDelimiterAt(scan, bytes, i, stop);
    if (!isEnd && !isDelimiter) {
      const end = disturbedEnd(scan, bytes, i, stop, cell);
      if (end === -1) return -1;
      if (cleaning !== null && end > i) prolongCell(scan, cleaning, cell, from, end);
      i = end;
      isEnd = isEndAt(scan, bytes, i, stop);
      isDelimiter = !isEnd;
    }
    if (cell <= columns) {
      cellStarts[cell - 1] = from;
      cellEnds[cell - 1] = i;
    }
    if (!isDelimiter) break;
    i += delimiterBytes;
  }
  scan.cells = cell;
  scan.plain = plain && !scan.holdsCopyQuote;
  return i;
}

function delimiterLength(whole: Buffer | null): number {
  return whole === null ? 1 : whole.length;
}

/**
 * Whether a record ends at `at`. Of an object that ended the last one has no end of its own, only the one that was put after it: what
 * looks like one before that is data.
 */
export function isEndAt(scan: Scan, bytes: Buffer, at: number, stop: number): boolean {
  const { recordEnd, lineEnd } = scan.tables;
  if (recordEnd === null) return bytes[at] === lineEnd || (bytes[at] === CR && isCrLf(scan, bytes, at));
  return bytes[at] === recordEnd[0] && isAt(recordEnd, bytes, at) && (!scan.objectEnded || at === stop);
}

/** Whether a delimiter stands at `at`, where no record ends. */
export function isDelimiterAt({ tables, objectEnded }: Scan, bytes: Buffer, at: number, stop: number): boolean {
  const { delimiter, whole } = tables;
  if (bytes[at] !== delimiter) return false;
  return whole === null || (isAt(whole, bytes, at) && (!objectEnded || at + whole.length <= stop));
}

/** End of an unquoted cell, or where it is disturbed; -1 where the bytes run out, since a delimiter reached over `stop`. */
function unquotedEnd(scan: Scan, bytes: Buffer, from: number, stop: number): number {
  const { outside, copyDelimiter, whole, recordEnd, lineEnd, delimiter } = scan.tables;
  for (let i = from; ; i += 1) {
    while (outside[bytes[i] as number] === 0) i += 1;
    if (i > stop) return -1;
    if (isEndAt(scan, bytes, i, stop) || isDelimiterAt(scan, bytes, i, stop)) return i;
    const byte = bytes[i] as number;
    if (whole !== null && byte === copyDelimiter) scan.holdsCopyQuote = true;
    else if (byte === CR || byte === 0x0a) {
      scan.holdsLineEnds = true;
      if (byte === lineEnd) scan.lineEndsInside += 1;
    } else if (byte !== delimiter && byte !== recordEnd?.[0]) return i;
  }
}

/** As of readRecord: what stands at `from` is neither a delimiter nor an end. */
export function disturbedEnd(scan: Scan, bytes: Buffer, from: number, stop: number, cell: number): number {
  const { cellEnd, recordEnd, lineEnd } = scan.tables;
  for (let i = from; ; i += 1) {
    while (cellEnd[bytes[i] as number] === 0) i += 1;
    if (i > stop) return -1;
    const isCr = recordEnd === null && i > from && bytes[i - 1] === CR && isCrLf(scan, bytes, i - 1);
    if (isEndAt(scan, bytes, i, stop) || isDelimiterAt(scan, bytes, i, stop)) {
      const end = isCr ? i - 1 : i;
      noteDisturbed(scan, bytes, from, end, cell);
      return end;
    }
    if (recordEnd !== null && bytes[i] === lineEnd) scan.lineEndsInside += 1;
  }
}
