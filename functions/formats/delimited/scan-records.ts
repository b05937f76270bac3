import { CR, LF } from './bytes.ts';
import type { Piece } from '../shared/scanner.ts';
import { isAt } from './null-words.ts';
import { checkText, indexOrInfinity, placeRecord } from './place-record.ts';
import { isDelimiterAt, isEndAt, readMarked } from './marked/read-marked.ts';
import { readSqueezed } from './marked/read-squeezed.ts';
import { isCrLf, readRecord } from './read-record.ts';
import { passBlankRow } from './rows/shape-record.ts';
import type { Scan } from './scan.ts';

/**
 * Reads the records of bytes[from..] that are whole and start before the scan's endOffset: plain ones go to the chunks,
 * the others to rawRecords. Answers where it stopped: at a record that is not whole, at endOffset, or at the end.
 */
export function scanRecords(scan: Scan, piece: Piece, from: number): number {
  const { bytes, base } = piece;
  const { lineEnd, recordEnd, whole, comment, delimiter } = scan.tables;
  const commentStart = comment === null ? -1 : (comment[0] as number);
  const stop = bytes.lastIndexOf(recordEnd ?? lineEnd);
  if (stop < from) return from;
  const text = checkText(bytes, from, stop);
  scan.holdsNullWords = scan.nulls.words.some((word) => bytes.includes(word, from));
  // compared with indexes, so that the loop adds no offsets
  const owned = Math.min(scan.endOffset - base, stop + 1);
  let i = from;
  while (i < owned) {
    const first = bytes[i];
    if (recordEnd === null && (first === lineEnd || (first === CR && isCrLf(scan, bytes, i)))) {
      scan.blankLines += 1;
    } else if (recordEnd !== null && blankEnd(scan, bytes, i, stop) !== -1) {
      const end = blankEnd(scan, bytes, i, stop);
      scan.blankLines += 1;
      scan.line += lineEndsIn(scan, bytes, i, end);
      i = end;
    } else if (comment !== null && first === commentStart && isAt(comment, bytes, i)) {
      const end = bytes.indexOf(recordEnd ?? lineEnd, i);
      scan.blankLines += 1;
      if (recordEnd !== null) scan.line += lineEndsIn(scan, bytes, i, end);
      i = end;
      if (i > text.nextNul) text.nextNul = indexOrInfinity(bytes.indexOf(0, i));
    } else if (first === delimiter && scan.rows.blank !== 'keep' && blankRowEnd(scan, bytes, i, stop) !== -1) {
      const end = blankRowEnd(scan, bytes, i, stop);
      passBlankRow(scan, piece, i, end);
      i = end;
    } else {
      const end =
        recordEnd !== null
          ? readMarked(scan, bytes, i, stop)
          : whole !== null
            ? readSqueezed(scan, bytes, i, stop)
            : readRecord(scan, bytes, i, stop);
      if (end === -1) break;
      placeRecord(scan, piece, text, i, end);
      scan.line += scan.lineEndsInside * scan.tables.lineInside;
      i = end;
    }
    i = recordEnd === null ? overLineEnd(scan, bytes, i) : overRecordEnd(scan, recordEnd, i);
  }
  scan.next = base + i;
  return i;
}

/** Where a record end is declared: index of the one behind nothing but line ends at `at`; -1 where anything else follows them. */
function blankEnd(scan: Scan, bytes: Buffer, at: number, stop: number): number {
  let i = at;
  while (i < stop && !isEndAt(scan, bytes, i, stop) && (bytes[i] === CR || bytes[i] === LF)) i += 1;
  return isEndAt(scan, bytes, i, stop) ? i : -1;
}

function lineEndsIn({ tables }: Scan, bytes: Buffer, from: number, until: number): number {
  let lines = 0;
  for (let i = from; i < until; i += 1) if (bytes[i] === tables.lineEnd) lines += 1;
  return lines * tables.lineInside;
}

/** Index of the line end behind the delimiters that begin at `at`; -1 where anything else follows them. */
function blankRowEnd(scan: Scan, bytes: Buffer, at: number, stop: number): number {
  const { whole } = scan.tables;
  let i = at;
  while (!isEndAt(scan, bytes, i, stop)) {
    if (!isDelimiterAt(scan, bytes, i, stop)) return -1;
    i += whole?.length ?? 1;
  }
  return i;
}

/** Index after the declared end at `at`. */
function overRecordEnd(scan: Scan, recordEnd: Buffer, at: number): number {
  scan.line += scan.tables.endLines;
  return at + recordEnd.length;
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
