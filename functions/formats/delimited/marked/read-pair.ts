import { TEXT } from '../../shared/plain-forms.ts';
import { noteCell, prolongCell } from '../cleaning/clean-record.ts';
import { isPlainCell } from '../cleaning/plain-cell.ts';
import { noteNullWord } from '../null-cells.ts';
import { disturbedEnd, isEndAt } from './read-marked.ts';
import { beginRecord, escapedEnd, noteSpanning, quotedEnd } from '../read-record.ts';
import type { Scan } from '../scan.ts';

/**
 * As readRecord, the tight loop, where a delimiter has two bytes: the first of them ends a cell only with the second behind it. A loop of
 * its own, since one for both would ask at each cell which it is. `stop` is the index of a line end at or after `start`.
 */
export function readPair(scan: Scan, bytes: Buffer, start: number, stop: number): number {
  const { forms, holdsNullWords, cleaning, starts: cellStarts, ends: cellEnds } = scan;
  const { outside, delimiter, lineEnd, quote, escape, assumesQuotes, whole } = scan.tables;
  const second = (whole as Buffer)[1] as number;
  const { starts } = scan.nulls;
  const columns = forms.length;
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
      if (assumesQuotes && scan.lineEndsInside > 0) noteSpanning(scan, bytes.subarray(from, i), cell);
      const leaves = cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, 'quoted');
      if (plain && form !== TEXT && leaves) plain = isPlainCell(scan, form, bytes, from + 1, i - 1);
    } else {
      while (outside[bytes[i] as number] === 0) i += 1;
      if (bytes[i] !== lineEnd && (bytes[i] !== delimiter || bytes[i + 1] !== second)) i = unquotedEnd(scan, bytes, i);
      const isNull = holdsNullWords && starts[bytes[from] as number] === 1 && noteNullWord(scan, bytes, from, i, cell);
      const leaves =
        cleaning === null || !noteCell(scan, cleaning, cell, bytes, from, i, isNull ? 'null word' : 'unquoted');
      if (plain && form !== TEXT && i > from && !isNull && leaves) plain = isPlainCell(scan, form, bytes, from, i);
    }
    if (bytes[i] !== lineEnd && (bytes[i] !== delimiter || bytes[i + 1] !== second) && !isEndAt(scan, bytes, i, stop)) {
      const end = disturbedEnd(scan, bytes, i, stop, cell);
      if (end === -1) return -1;
      if (cleaning !== null && end > i) prolongCell(scan, cleaning, cell, from, end);
      i = end;
    }
    if (cell <= columns) {
      cellStarts[cell - 1] = from;
      cellEnds[cell - 1] = i;
    }
    if (bytes[i] !== delimiter || bytes[i + 1] !== second) break;
    i += 2;
  }
  scan.cells = cell;
  scan.plain = plain && !scan.holdsCopyQuote;
  return i;
}

/** End of an unquoted cell, or where it is disturbed, where at `from` stands what may be neither: a delimiter's first byte alone is data. */
function unquotedEnd(scan: Scan, bytes: Buffer, from: number): number {
  const { outside, delimiter, copyDelimiter, whole } = scan.tables;
  const second = (whole as Buffer)[1] as number;
  for (let i = from; ; i += 1) {
    while (outside[bytes[i] as number] === 0) i += 1;
    if (bytes[i] === delimiter) {
      if (bytes[i + 1] === second) return i;
    } else if (bytes[i] === copyDelimiter) scan.holdsCopyQuote = true;
    else return i;
  }
}
