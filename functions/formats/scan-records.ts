import { isUtf8 } from 'node:buffer';
import { type ByteTables, CR, LF, type Piece, QUOTE } from './bytes.ts';
import { isPlain, TEXT, TIMESTAMPTZ } from './plain-forms.ts';
import { lacksZone } from './plain-moments.ts';
import { type Fault, faultDetails, faultyRecord, type RawRecord, soundRecord } from './raw-record.ts';
import { appendTyped, type TypedChunks } from './typed-chunks.ts';
import { isOdd, type OddDays } from './zone-jumps.ts';

/** What the scan of one slice carries from piece to piece. */
export interface Scan {
  readonly tables: ByteTables;
  readonly forms: Uint8Array;
  readonly maxRecordBytes: number;
  readonly maxRawBytes: number;
  readonly allRaw: boolean;
  /** Of the zone in which moments without an offset are read; null where no time is odd in it. */
  readonly odd: OddDays | null;
  readonly endOffset: number;
  readonly chunks: TypedChunks;
  rawRecords: RawRecord[];
  typed: number;
  raw: number;
  blankLines: number;
  /** Moments without an offset in typed records. */
  zonelessCells: number;
  /** Physical line of the next record. */
  line: number;
  /** Absolute offset of the next record or blank line. */
  next: number;
  /** Where CR ends lines: the bytes ended with one outside quotes, so a LF that follows belongs to it. */
  skipLf: boolean;
  /** What is read has no line end of its own, only the one that was put after it: a CR before that is no half of it. */
  objectEnded: boolean;
  /** Of the record just read: */
  cells: number;
  plain: boolean;
  zoneless: number;
  strayCell: number;
  /** The first cell with a CR or LF outside quotes that ends no line, from 1; 0 where there is none. */
  bareCell: number;
  lineEndsInside: number;
}

/**
 * Reads the records of bytes[from..] that are whole and start before the scan's endOffset: plain ones go to the chunks,
 * the others to rawRecords. Answers where it stopped: at a record that is not whole, at endOffset, or at the end.
 */
export function scanRecords(scan: Scan, piece: Piece, from: number): number {
  const { bytes, base } = piece;
  const { lineEnd } = scan.tables;
  const stop = bytes.lastIndexOf(lineEnd);
  if (stop < from) return from;
  const text = checkText(bytes, from, stop);
  // compared with indexes, so that the loop adds no offsets
  const owned = Math.min(scan.endOffset - base, stop + 1);
  let i = from;
  while (i < owned) {
    const first = bytes[i];
    if (first === lineEnd || (first === CR && isCrLf(scan, bytes, i))) {
      scan.blankLines += 1;
    } else {
      const end = readRecord(scan, bytes, i, stop);
      if (end === -1) break;
      placeRecord(scan, piece, text, i, end);
      scan.line += scan.lineEndsInside;
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
  const { forms } = scan;
  const { outside, delimiter, lineEnd } = scan.tables;
  const columns = forms.length;
  let cell = 0;
  let plain = !scan.allRaw;
  let i = start;
  scan.zoneless = 0;
  scan.strayCell = 0;
  scan.bareCell = 0;
  scan.lineEndsInside = 0;
  for (;;) {
    const from = i;
    const form = cell < columns ? (forms[cell] as number) : TEXT;
    cell += 1;
    if (bytes[i] === QUOTE) {
      i = quotedEnd(scan, bytes, i + 1, stop);
      if (i === -1) return -1;
      if (plain && form !== TEXT) plain = isPlainCell(scan, form, bytes, from + 1, i - 1);
    } else {
      while (outside[bytes[i] as number] === 0) i += 1;
      if (plain && form !== TEXT && i > from) plain = isPlainCell(scan, form, bytes, from, i);
    }
    if (bytes[i] !== delimiter && bytes[i] !== lineEnd) i = disturbedEnd(scan, bytes, i, cell);
    if (bytes[i] !== delimiter) break;
    i += 1;
  }
  scan.cells = cell;
  scan.plain = plain;
  return i;
}

/** As isPlain; a moment without an offset is counted, and not plain where the zone has it never or twice. */
function isPlainCell(scan: Scan, form: number, bytes: Buffer, start: number, end: number): boolean {
  if (!isPlain(form, bytes, start, end)) return false;
  if (form !== TIMESTAMPTZ || !lacksZone(bytes, start, end)) return true;
  scan.zoneless += 1;
  return scan.odd === null || !isOdd(scan.odd, bytes, start);
}

/**
 * End of a cell at whose byte `from` stands what is neither delimiter nor line end: the CR of a CRLF ends it there; a quote,
 * text after a closing quote, or a line end of the other kind makes the rest of the cell data, quotes and all.
 */
function disturbedEnd(scan: Scan, bytes: Buffer, from: number, cell: number): number {
  if (bytes[from] === CR && isCrLf(scan, bytes, from)) return from;
  const { cellEnd, lineEnd } = scan.tables;
  const bare = lineEnd === LF ? CR : LF;
  let i = from;
  while (cellEnd[bytes[i] as number] === 0) i += 1;
  if (bytes[i] === LF && bytes[i - 1] === CR && isCrLf(scan, bytes, i - 1)) i -= 1;
  if (bytes[from] !== bare && scan.strayCell === 0) scan.strayCell = cell;
  if (scan.bareCell === 0 && bytes.subarray(from, i).includes(bare)) scan.bareCell = cell;
  return i;
}

/** Index after the closing quote of the cell whose first byte after the quote is `from`; -1 where it does not close by `stop`. */
function quotedEnd(scan: Scan, bytes: Buffer, from: number, stop: number): number {
  const { inside } = scan.tables;
  // the byte at `stop` is a line end, so a quote before it is followed by at least that one
  for (let i = from; ; i += 1) {
    while (inside[bytes[i] as number] === 0) i += 1;
    if (i >= stop) return -1;
    const byte = bytes[i];
    if (byte === QUOTE) {
      if (bytes[i + 1] !== QUOTE) return i + 1;
      i += 1;
    } else {
      scan.lineEndsInside += 1;
    }
  }
}

/** What holds for all whole records of a piece, found out in one pass over it (isUtf8: 9 GB/s). */
interface TextCheck {
  readonly isUtf8: boolean;
  /** Index of the first NUL at or after the record that is looked at; Infinity where none follows. */
  nextNul: number;
}

function checkText(bytes: Buffer, from: number, stop: number): TextCheck {
  const nul = bytes.indexOf(0, from);
  return { isUtf8: isUtf8(bytes.subarray(from, stop + 1)), nextNul: nul === -1 ? Infinity : nul };
}

/** Sends the record bytes[start, end), just read, where it belongs. Once a record: its place comes without an object around it. */
function placeRecord(scan: Scan, piece: Piece, text: TextCheck, start: number, end: number): void {
  const { bytes, base } = piece;
  const recordNo = scan.typed + scan.raw + 1;
  const isWhole = scan.cells === scan.forms.length && scan.strayCell === 0 && scan.bareCell === 0;
  const sound = isWhole && end - start <= scan.maxRecordBytes;
  if (sound && scan.plain && end <= text.nextNul && (text.isUtf8 || isUtf8(bytes.subarray(start, end)))) {
    appendTyped(scan.chunks, recordNo, base + start, scan.tables.delimiter, bytes, start, end);
    scan.typed += 1;
    scan.zonelessCells += scan.zoneless;
    return;
  }
  const place = { recordNo, line: scan.line, byteOffset: base + start };
  const record = bytes.subarray(start, end);
  const fault = faultOf(scan, record);
  scan.rawRecords.push(
    fault === null
      ? soundRecord(place, record, scan.tables.delimiter, scan.maxRawBytes)
      : faultyRecord(place, record.subarray(0, scan.maxRawBytes), fault),
  );
  scan.raw += 1;
  if (end > text.nextNul) text.nextNul = indexOrInfinity(bytes.indexOf(0, end));
}

function indexOrInfinity(index: number): number {
  return index === -1 ? Infinity : index;
}

/** Whole-record faults first: what is too long or no text has no cells to count. */
function faultOf(scan: Scan, record: Buffer): Fault | null {
  const byteLength = record.length;
  if (byteLength > scan.maxRecordBytes) {
    return { code: 'RECORD_TOO_LONG', detail: faultDetails.tooLong(byteLength, scan.maxRecordBytes), byteLength };
  }
  if (record.includes(0)) return { code: 'NUL_BYTE', detail: faultDetails.nulByte(record), byteLength };
  if (!isUtf8(record)) return { code: 'INVALID_UTF8', detail: faultDetails.invalidUtf8(record), byteLength };
  const { strayCell, bareCell } = scan;
  if (bareCell !== 0) {
    return scan.tables.lineEnd === LF
      ? { code: 'BARE_CR', detail: faultDetails.bareCr(bareCell), byteLength }
      : { code: 'BARE_LF', detail: faultDetails.bareLf(bareCell), byteLength };
  }
  if (strayCell !== 0) return { code: 'STRAY_QUOTE', detail: faultDetails.strayQuote(strayCell), byteLength };
  if (scan.cells !== scan.forms.length) {
    const endsEmpty = record[byteLength - 1] === scan.tables.delimiter;
    return {
      code: 'FIELD_COUNT',
      detail: faultDetails.fieldCount(scan.cells, scan.forms.length, endsEmpty),
      byteLength,
    };
  }
  return null;
}
