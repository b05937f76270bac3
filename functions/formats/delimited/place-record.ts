import { isUtf8 } from 'node:buffer';
import { splitCells } from './cells.ts';
import { appendCleaned, cleanCells } from './cleaning/clean-record.ts';
import { countNullWords, emptyNullCells } from './null-cells.ts';
import { faultOf, isUndisturbed } from './record-fault.ts';
import { appendCaptured, type Captured, capturedObject } from './rows/capture.ts';
import { isHeader } from './rows/repeated-header.ts';
import { cleanedShape } from './rows/shape-record.ts';
import type { Scan } from './scan.ts';
import { appendCells } from './typed-cells.ts';
import { type CellCleaning, cleanedRecord } from '../shared/cell-cleaning.ts';
import { faultyRecord, soundRecord } from '../shared/raw-record.ts';
import { nextRecordNo, offsetOf } from '../shared/record-scan.ts';
import type { Piece } from '../shared/scanner.ts';
import { appendTyped, LENT_BYTES, lendTyped } from '../shared/typed-chunks.ts';

/** What holds for all whole records of a piece, found out in one pass over it (isUtf8: 9 GB/s). */
interface TextCheck {
  readonly isUtf8: boolean;
  /** Index of the first NUL at or after the record that is looked at; Infinity where none follows. */
  nextNul: number;
}

/** @param from, stop whole records stand between them. */
export function checkText(bytes: Buffer, from: number, stop: number): TextCheck {
  const nul = bytes.indexOf(0, from);
  return { isUtf8: isUtf8(bytes.subarray(from, stop + 1)), nextNul: nul === -1 ? Infinity : nul };
}

/** Sends the record bytes[start, end), just read, where it belongs. Once a record: its place comes without an object around it. */
export function placeRecord(scan: Scan, piece: Piece, text: TextCheck, start: number, end: number): void {
  const { bytes, base } = piece;
  const { cleaning } = scan;
  if (scan.rows.skipsHeaders && isHeaderAgain(scan, bytes, start, end)) {
    scan.repeatedHeaders += 1;
    return;
  }
  const recordNo = nextRecordNo(scan);
  const isWhole = scan.cells === scan.forms.length && isUndisturbed(scan);
  const sound = isWhole && end - start <= scan.maxRecordBytes;
  if (
    sound &&
    scan.plain &&
    (cleaning === null || cleaning.touchedCells === 0) &&
    !isPlainHeader(scan, bytes, start, end) &&
    end <= text.nextNul &&
    isText(bytes, text, start, end)
  ) {
    const isOneByte = scan.tables.whole === null && !scan.holdsLineEnds;
    if (isOneByte) {
      // words for NULL are taken out of the copy
      const append = end - start >= LENT_BYTES && scan.nullCells === 0 ? lendTyped : appendTyped;
      append(scan.chunks, recordNo, offsetOf(scan, base + start), scan.tables.delimiter, bytes, start, end);
    } else
      appendCells(scan, null, { recordNo, byteOffset: offsetOf(scan, base + start), bytes, ownBytes: end - start });
    if (scan.nullCells > 0) {
      if (!scan.nulls.declared) countNullWords(scan, bytes);
      else if (isOneByte) emptyNullCells(scan, end);
    }
    if (scan.captured !== null) capture(scan, scan.captured, bytes.subarray(start, end));
    scan.typed += 1;
    scan.zonelessCells += scan.zoneless;
    return;
  }
  const isCleaned = cleaning !== null && cleaning.touchedCells > 0;
  if (
    isCleaned &&
    sound &&
    end <= text.nextNul &&
    isText(bytes, text, start, end) &&
    !isHeaderAgain(scan, bytes, start, end)
  ) {
    if (scan.nullCells > 0 && !scan.nulls.declared) countNullWords(scan, bytes);
    placeCleaned(scan, cleaning, piece, start, end);
    return;
  }
  const place = { recordNo, line: scan.line, byteOffset: offsetOf(scan, base + start) };
  const record = bytes.subarray(start, end);
  const fault = faultOf(scan, record);
  if (fault === null && scan.nullCells > 0 && !scan.nulls.declared) countNullWords(scan, bytes);
  scan.rawRecords.push(
    fault === null
      ? soundRecord(place, record, scan, cleanedShape(scan, bytes, end))
      : faultyRecord(place, record.subarray(0, scan.maxRawBytes), fault),
  );
  scan.raw += 1;
  if (end > text.nextNul) text.nextNul = indexOrInfinity(bytes.indexOf(0, end));
}

/** A sound record with cells that a step may change: cleaned it goes typed where all of them are plain then. */
function placeCleaned(scan: Scan, cleaning: CellCleaning, { bytes, base }: Piece, start: number, end: number): void {
  const recordNo = nextRecordNo(scan);
  if (cleanCells(scan, cleaning, bytes) && scan.plain) {
    appendCleaned(scan, cleaning, recordNo, offsetOf(scan, base + start), bytes, start, end);
    if (scan.captured !== null) capture(scan, scan.captured, bytes.subarray(start, end));
    scan.typed += 1;
    scan.zonelessCells += scan.zoneless;
  } else {
    const place = { recordNo, line: scan.line, byteOffset: offsetOf(scan, base + start) };
    scan.rawRecords.push(soundRecord(place, bytes.subarray(start, end), scan, cleanedRecord(cleaning)));
    scan.raw += 1;
  }
}

function capture({ chunks, grammar }: Scan, captured: Captured, record: Buffer): void {
  appendCaptured(chunks, capturedObject(captured, splitCells(record, grammar)), grammar);
}

function isText(bytes: Buffer, text: TextCheck, start: number, end: number): boolean {
  return text.isUtf8 || isUtf8(bytes.subarray(start, end));
}

function isHeaderAgain({ header, tables }: Scan, bytes: Buffer, start: number, end: number): boolean {
  return header !== null && isHeader(header, tables, bytes, start, end);
}

/** Only where its names may all be plain does a header not go raw anyway. */
function isPlainHeader({ header, tables }: Scan, bytes: Buffer, start: number, end: number): boolean {
  return header !== null && header.mayBePlain && isHeader(header, tables, bytes, start, end);
}

/** Of what indexOf answers. */
export function indexOrInfinity(index: number): number {
  return index === -1 ? Infinity : index;
}
