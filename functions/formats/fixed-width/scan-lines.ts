import { agreeing } from '../../core/quantities/counted.ts';
import { isUtf8 } from 'node:buffer';
import { type Fault, faultDetails, faultyRecord, soundRecord } from '../shared/raw-record.ts';
import { cleanedRecord } from '../shared/cell-cleaning.ts';
import type { Piece } from '../shared/scanner.ts';
import { lineFeedsIn } from '../shared/line-scanner.ts';
import { charactersOf } from './cells.ts';
import { cleanCells, readLine } from './read-line.ts';
import type { FixedScan } from './scan.ts';
import { appendLine } from './write-line.ts';
import { nextRecordNo } from '../shared/record-scan.ts';

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads the lines of bytes[from..] that are whole and start before the scan's endOffset. Answers where it stopped: at a line
 * that is not whole, at endOffset, or at the end.
 */
export function scanLines(scan: FixedScan, { bytes, base }: Piece, from: number): number {
  const { recordEnd } = scan.grammar;
  if (recordEnd !== null) return scanEnded(scan, { bytes, base }, from, recordEnd);
  const stop = bytes.lastIndexOf(LF);
  if (stop < from) return from;
  const isText = isUtf8(bytes.subarray(from, stop + 1)) && !bytes.includes(0, from);
  const owned = Math.min(scan.endOffset - base, stop + 1);
  let i = from;
  while (i < owned) {
    const lf = bytes.indexOf(LF, i);
    const end = lf > i && bytes[lf - 1] === CR && !scan.objectEnded ? lf - 1 : lf;
    if (end === i) scan.blankLines += 1;
    else placeLine(scan, bytes, { start: i, end, base, isText });
    scan.line += 1;
    i = lf + 1;
  }
  scan.next = base + i;
  return i;
}

/** As scanLines, where lines end as is declared; one of line ends alone is a blank one. */
function scanEnded(scan: FixedScan, { bytes, base }: Piece, from: number, recordEnd: Buffer): number {
  const stop = bytes.lastIndexOf(recordEnd);
  if (stop < from) return from;
  const isText = isUtf8(bytes.subarray(from, stop)) && !bytes.includes(0, from);
  const owned = Math.min(scan.endOffset - base, stop + 1);
  let i = from;
  while (i < owned) {
    // of an object that ended the last line has no end of its own, only the one that was put after it
    const end = scan.objectEnded ? stop : bytes.indexOf(recordEnd, i);
    if (end === -1) break;
    if (isBlank(bytes, i, end)) scan.blankLines += 1;
    else placeLine(scan, bytes, { start: i, end, base, isText });
    scan.line += lineFeedsIn(bytes.subarray(i, end + recordEnd.length));
    i = end + recordEnd.length;
  }
  scan.next = base + i;
  return i;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (bytes[i] !== LF && bytes[i] !== CR) return false;
  return true;
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** Offset of bytes[0]. */
  readonly base: number;
  /** All bytes of the piece are UTF-8 without a NUL. */
  readonly isText: boolean;
}

/** Sends the line bytes[start, end) where it belongs. */
function placeLine(scan: FixedScan, bytes: Buffer, { start, end, base, isText }: Line): void {
  const record = bytes.subarray(start, end);
  const place = { recordNo: nextRecordNo(scan), line: scan.line, byteOffset: base + start };
  const fault = faultOf(scan, bytes, { start, end, base, isText });
  if (fault !== null) {
    scan.rawRecords.push(faultyRecord(place, record.subarray(0, scan.maxRawBytes), fault));
    scan.raw += 1;
    return;
  }
  const { cleaning } = scan;
  const isCleaned = cleaning !== null && cleaning.touchedCells > 0;
  const arePlain = !isCleaned || cleanCells(scan, cleaning, bytes);
  if (arePlain && scan.plain) {
    appendLine(scan, base + start, bytes, end - start);
    scan.typed += 1;
    scan.zonelessCells += scan.zoneless;
    return;
  }
  scan.rawRecords.push(soundRecord(place, record, scan, isCleaned ? cleanedRecord(cleaning) : null));
  scan.raw += 1;
}

/** Reads the line; what is wrong with it, null for nothing. Whole-record faults first: what is too long or no text has no cells. */
function faultOf(scan: FixedScan, bytes: Buffer, { start, end, isText }: Line): Fault | null {
  const byteLength = end - start;
  if (byteLength > scan.maxRecordBytes) {
    return { code: 'RECORD_TOO_LONG', detail: faultDetails.tooLong(byteLength, scan.maxRecordBytes), byteLength };
  }
  if (!isText) {
    const record = bytes.subarray(start, end);
    if (record.includes(0)) return { code: 'NUL_BYTE', detail: faultDetails.nulByte(record), byteLength };
    if (!isUtf8(record)) return { ...faultDetails.invalidUtf8(record), byteLength };
  }
  readLine(scan, bytes, start, end);
  if (scan.isWhole) return null;
  const wanted = scan.grammar.widths.reduce((sum, width) => sum + width, 0);
  const characters = charactersOf(bytes, start, end);
  const advice =
    characters < wanted
      ? 'the line is cut off, or its last blanks were: --short-rows pad takes what it lacks for NULL'
      : 'a column is wider than is declared';
  return {
    code: 'FIELD_COUNT',
    detail: `${characters} ${agreeing(characters, 'character', 'characters')} where the columns have ${wanted}; ${advice}`,
    byteLength,
  };
}
