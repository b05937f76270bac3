import { isUtf8 } from 'node:buffer';
import type { Piece } from '../shared/scanner.ts';
import { type CellCleaning, cleanedRecord } from '../shared/cell-cleaning.ts';
import { type Fault, faultDetails, faultyRecord, soundRecord } from '../shared/raw-record.ts';
import { nextRecordNo, type RecordScan } from '../shared/record-scan.ts';
import { CR, LF } from '../../core/format/json-bytes.ts';
import { overBlanks } from './bytes.ts';
import { cleanCells, touchUnnamed } from './clean-line.ts';
import { faultAdvice } from './fault.ts';
import { readRecord } from './read-record.ts';
import type { Reader } from './reader.ts';
import { appendRow } from './write-row.ts';

/** What the scan of one slice carries from piece to piece. */
export interface LineScan extends RecordScan {
  readonly reader: Reader;
  /** Columns that a sound record named: 1 each. */
  readonly named: Uint8Array;
}

/**
 * Reads the lines of bytes[from..] that are whole and start before the scan's endOffset. Answers where it stopped: at a line
 * that is not whole, at endOffset, or at the end.
 */
export function scanLines(scan: LineScan, { bytes, base }: Piece, from: number): number {
  const stop = bytes.lastIndexOf(LF);
  if (stop < from) return from;
  const isText = isUtf8(bytes.subarray(from, stop + 1));
  const owned = Math.min(scan.endOffset - base, stop + 1);
  let i = from;
  while (i < owned) {
    const start = i;
    const blanks = overBlanks(bytes, start);
    if (bytes[blanks] === LF && recordEnd(scan, bytes, start, blanks) - start <= scan.maxRecordBytes) {
      scan.blankLines += 1;
      i = blanks + 1;
    } else {
      const lineEnd = readRecord(scan.reader, bytes, start);
      const lf = lineEnd === -1 ? bytes.indexOf(LF, start) : lineEnd;
      placeRecord(scan, bytes, base, isText, start, recordEnd(scan, bytes, start, lf));
      i = lf + 1;
    }
    scan.line += 1;
  }
  scan.next = base + i;
  return i;
}

/** Where the line that begins at `start` has its line end: a CR before the line feed is half of it. */
function recordEnd(scan: LineScan, bytes: Buffer, start: number, lf: number): number {
  return lf > start && bytes[lf - 1] === CR && !scan.objectEnded ? lf - 1 : lf;
}

/** Sends the record bytes[start, end), just read, where it belongs. Once a record: its place comes without an object around it. */
function placeRecord(scan: LineScan, bytes: Buffer, base: number, isText: boolean, start: number, end: number): void {
  const { reader, cleaning } = scan;
  const recordNo = nextRecordNo(scan);
  const isSound =
    reader.fault === null && end - start <= scan.maxRecordBytes && (isText || isUtf8(bytes.subarray(start, end)));
  if (isSound) noteNamed(scan);
  const isCleaned = isSound && cleaning !== null && isTouched(reader, cleaning);
  const arePlain = !isCleaned || cleanCells(reader, cleaning, bytes);
  if (isSound && arePlain && reader.plain && !scan.allRaw) {
    appendRow(scan.chunks, reader, recordNo, base + start, bytes, end - start);
    scan.typed += 1;
    scan.zonelessCells += reader.zoneless;
    return;
  }
  const place = { recordNo, line: scan.line, byteOffset: base + start };
  const record = bytes.subarray(start, end);
  scan.rawRecords.push(
    isSound
      ? soundRecord(place, record, scan, isCleaned ? cleanedRecord(cleaning) : null)
      : faultyRecord(place, record.subarray(0, scan.maxRawBytes), faultOf(scan, record, start)),
  );
  scan.raw += 1;
}

function isTouched(reader: Reader, cleaning: CellCleaning): boolean {
  touchUnnamed(reader, cleaning);
  return cleaning.touchedCells > 0;
}

function noteNamed({ reader, named }: LineScan): void {
  const { seen, record } = reader;
  for (let column = 0; column < named.length; column += 1) {
    if (seen[column] === record) named[column] = 1;
  }
}

/** Whole-record faults first: what is too long or no text is no JSON either. */
function faultOf({ reader, maxRecordBytes }: LineScan, record: Buffer, start: number): Fault {
  const byteLength = record.length;
  if (byteLength > maxRecordBytes) {
    return { code: 'RECORD_TOO_LONG', detail: faultDetails.tooLong(byteLength, maxRecordBytes), byteLength };
  }
  if (record.includes(0)) return { code: 'NUL_BYTE', detail: faultDetails.nulByte(record), byteLength };
  const { fault } = reader;
  if (fault === null || !isUtf8(record)) {
    return { ...faultDetails.invalidUtf8(record), byteLength };
  }
  const { code, words, at } = fault;
  const detail = `${words}, at byte ${at - start + 1} of the record${faultAdvice[code] ?? ''}`;
  return { code, detail, byteLength };
}
