import { TEXT } from '../../shared/plain-forms.ts';
import { noteCell, prolongCell } from '../cleaning/clean-record.ts';
import { isPlainCell } from '../cleaning/plain-cell.ts';
import { noteNullWord } from '../null-cells.ts';
import { isAt } from '../null-words.ts';
import { disturbedEnd, isEndAt } from './read-marked.ts';
import { beginRecord, escapedEnd, noteSpanning, quotedEnd } from '../read-record.ts';
import type { Scan } from '../scan.ts';
import { copyBytes } from '../typed-cells.ts';

/**
 * As readRecord, the tight loop, where a delimiter has several bytes and lines end records: its first two bytes end a cell only with the
 * others behind them. A loop of its own, since one for both would ask at each cell which it is. On the way the record is written with the one
 * byte between its cells that COPY takes, so that a plain one goes there by one copy. `stop` is the index of a line end at or after `start`.
 */
export function readSqueezed(scan: Scan, bytes: Buffer, start: number, stop: number): number {
  const { forms, holdsNullWords, cleaning, starts: cellStarts, ends: cellEnds, squeezed } = scan;
  const { outside, delimiter, lineEnd, quote, escape, assumesQuotes, copyDelimiter } = scan.tables;
  const whole = scan.tables.whole as Buffer;
  const between = whole.length;
  const isPair = between === 2;
  const second = whole[1] as number;
  const keepsPlaces = cleaning !== null || scan.nulls.declared || stop - start > squeezed.length;
  const { starts } = scan.nulls;
  const columns = forms.length;
  let cell = 0;
  let plain = !scan.allRaw;
  let i = start;
  let to = 0;
  beginRecord(scan);
  scan.holdsLineEnds = false;
  for (;;) {
    const from = i;
    const form = cell < columns ? (forms[cell] as number) : TEXT;
    let isBetween: boolean;
    cell += 1;
    if (bytes[i] === quote) {
      i = escape === quote ? quotedEnd(scan, bytes, i + 1, stop) : escapedEnd(scan, bytes, i + 1, stop);
      if (i === -1) return -1;
      isBetween = bytes[i] === delimiter && bytes[i + 1] === second && (isPair || isAt(whole, bytes, i));
      to = copyBytes(squeezed, to, bytes, from, i);
      if (assumesQuotes && scan.lineEndsInside > 0) noteSpanning(scan, bytes.subarray(from, i), cell);
      const leaves = cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, 'quoted');
      if (plain && form !== TEXT && leaves) plain = isPlainCell(scan, form, bytes, from + 1, i - 1);
    } else {
      for (let byte = bytes[i] as number; outside[byte] === 0; byte = bytes[i] as number) {
        squeezed[to] = byte;
        to += 1;
        i += 1;
      }
      isBetween = bytes[i] === delimiter && bytes[i + 1] === second && (isPair || isAt(whole, bytes, i));
      if (!isBetween && bytes[i] !== lineEnd) {
        const rest = i;
        i = unquotedEnd(scan, bytes, i);
        isBetween = bytes[i] === delimiter;
        to = copyBytes(squeezed, to, bytes, rest, i);
      }
      const isNull = holdsNullWords && starts[bytes[from] as number] === 1 && noteNullWord(scan, bytes, from, i, cell);
      const leaves =
        cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, isNull ? 'null word' : 'unquoted');
      if (plain && form !== TEXT && i > from && !isNull && leaves) plain = isPlainCell(scan, form, bytes, from, i);
    }
    if (!isBetween && bytes[i] !== lineEnd && !isEndAt(scan, bytes, i, stop)) {
      const end = disturbedEnd(scan, bytes, i, stop, cell);
      if (end === -1) return -1;
      if (cleaning !== null && end > i) prolongCell(scan, cleaning, cell, from, end);
      to = copyBytes(squeezed, to, bytes, i, end);
      i = end;
      isBetween = bytes[i] === delimiter;
    }
    if (keepsPlaces && cell <= columns) {
      cellStarts[cell - 1] = from;
      cellEnds[cell - 1] = i;
    }
    if (!isBetween) break;
    squeezed[to] = copyDelimiter;
    to += 1;
    i += between;
  }
  scan.cells = cell;
  scan.plain = plain && !scan.holdsCopyQuote;
  scan.squeezedBytes = to;
  return i;
}

/** End of an unquoted cell, or where it is disturbed, where at `from` stands what may be neither: a delimiter's first byte alone is data. */
function unquotedEnd(scan: Scan, bytes: Buffer, from: number): number {
  const { outside, delimiter, copyDelimiter } = scan.tables;
  const whole = scan.tables.whole as Buffer;
  for (let i = from; ; i += 1) {
    while (outside[bytes[i] as number] === 0) i += 1;
    if (bytes[i] === delimiter) {
      if (isAt(whole, bytes, i)) return i;
    } else if (bytes[i] === copyDelimiter) scan.holdsCopyQuote = true;
    else return i;
  }
}
