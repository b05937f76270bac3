import { CR, LF } from './bytes.ts';
import { endedBytes, endedOtherwise, keepBytes, type OpenBytes, openBytes, refuseLong } from '../shared/open-bytes.ts';
import type { Piece } from '../shared/scanner.ts';
import type { Scan } from './scan.ts';
import { scanRecords } from './scan-records.ts';
import { startWalk, type Walk, walkRecord } from './walk.ts';

/** A record whose end is not there yet, and the walk that looks for it. */
export interface OpenRecord extends OpenBytes {
  readonly walk: Walk;
}

/** Opens a record at piece.bytes[from], of which the piece holds no end. */
export function startOpenRecord(scan: Scan, piece: Piece, from: number): OpenRecord {
  const open = { ...openBytes(piece.base + from), walk: startWalk(scan.tables, scan.line) };
  if (advanceOpenRecord(open, scan, piece, from) !== -1) throw new Error('a record that has its end was left open');
  return open;
}

/** Goes on with the record; once its end is found it is judged, and the answer is the index after its line end; else -1. */
export function advanceOpenRecord(open: OpenRecord, scan: Scan, piece: Piece, from: number): number {
  const { bytes, base } = piece;
  const { recordEnd } = scan.tables;
  const end = walkRecord(open.walk, piece, from);
  keepBytes(open, scan, bytes.subarray(from, end === -1 ? bytes.length : end), recordEnd?.length);
  if (end === -1) return -1;
  closeOpenRecord(open, scan);
  const isCr = recordEnd === null && bytes[end] === CR;
  const after = isCr && bytes[end + 1] === LF ? end + 2 : end + 1;
  scan.skipLf = isCr && end + 1 === bytes.length;
  scan.line += scan.tables.endLines;
  scan.next = base + after;
  return after;
}

/** Judges the record that ended; the scan stands at its line end, or at the object's end where there is none. */
export function closeOpenRecord(open: OpenRecord, scan: Scan): void {
  const { recordEnd, lineEnd, endLines } = scan.tables;
  const byteLength = open.byteLength - (scan.objectEnded ? 0 : endBytesKept(open, scan));
  if (open.walk.isComment) {
    scan.blankLines += 1;
    scan.line = open.walk.line;
  } else if (byteLength > scan.maxRecordBytes) {
    refuseLong(open, scan, byteLength);
    scan.line = open.walk.line + heldLines(open, scan);
  } else {
    const bytes = recordEnd === null ? endedBytes(open, lineEnd) : endedOtherwise(open, byteLength, recordEnd);
    const piece = { bytes, base: open.byteOffset };
    if (scanRecords(scan, piece, 0) !== piece.bytes.length) {
      throw new Error(`the record at byte ${open.byteOffset} reads differently in one piece`);
    }
    scan.line -= endLines;
  }
  scan.next = open.byteOffset + open.byteLength;
}

/** Line ends that began a record end which the object did not finish. */
function heldLines({ walk }: OpenRecord, { tables }: Scan): number {
  if (tables.recordEnd === null) return 0;
  return walk.held.filter((byte) => byte === tables.lineEnd).length * tables.lineInside;
}

/** What is kept of what ended the record: all but its last byte, of a line end the CR of a CRLF. */
function endBytesKept({ lastByte }: OpenRecord, { tables }: Scan): number {
  if (tables.recordEnd !== null) return tables.recordEnd.length - 1;
  return lastByte === CR && tables.lineEnd === LF ? 1 : 0;
}
