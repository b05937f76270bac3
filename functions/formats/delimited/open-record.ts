import { CR, LF } from './bytes.ts';
import type { Piece } from '../shared/scanner.ts';
import { faultDetails, faultyRecord } from '../shared/raw-record.ts';
import type { Scan } from './scan.ts';
import { scanRecords } from './scan-records.ts';
import { startWalk, type Walk, walkRecord } from './walk.ts';

/** A record whose end is not there yet: its bytes so far, or their head once it is too long. */
export interface OpenRecord {
  readonly byteOffset: number;
  readonly walk: Walk;
  byteLength: number;
  lastByte: number;
  /** At least one byte larger than what it holds, for the line end that is put after the record. */
  kept: Buffer;
  keptBytes: number;
}

/** Opens a record at piece.bytes[from], of which the piece holds no end. */
export function startOpenRecord(scan: Scan, piece: Piece, from: number): OpenRecord {
  const open: OpenRecord = {
    byteOffset: piece.base + from,
    walk: startWalk(scan.tables, scan.line),
    byteLength: 0,
    lastByte: -1,
    kept: Buffer.alloc(0),
    keptBytes: 0,
  };
  if (advanceOpenRecord(open, scan, piece, from) !== -1) throw new Error('a record that has its end was left open');
  return open;
}

/** Goes on with the record; once its end is found it is judged, and the answer is the index after its line end; else -1. */
export function advanceOpenRecord(open: OpenRecord, scan: Scan, piece: Piece, from: number): number {
  const { bytes, base } = piece;
  const end = walkRecord(open.walk, piece, from);
  keep(open, scan, bytes.subarray(from, end === -1 ? bytes.length : end));
  if (end === -1) return -1;
  closeOpenRecord(open, scan);
  const isCr = bytes[end] === CR;
  const after = isCr && bytes[end + 1] === LF ? end + 2 : end + 1;
  scan.skipLf = isCr && end + 1 === bytes.length;
  scan.line += 1;
  scan.next = base + after;
  return after;
}

/** Judges the record that ended; the scan stands at its line end, or at the object's end where there is none. */
export function closeOpenRecord(open: OpenRecord, scan: Scan): void {
  const isCrLf = open.lastByte === CR && scan.tables.lineEnd === LF && !scan.objectEnded;
  const byteLength = isCrLf ? open.byteLength - 1 : open.byteLength;
  if (byteLength > scan.maxRecordBytes) {
    refuseLong(open, scan, byteLength);
  } else {
    open.kept[open.keptBytes] = scan.tables.lineEnd;
    const piece = { bytes: open.kept.subarray(0, open.keptBytes + 1), base: open.byteOffset };
    if (scanRecords(scan, piece, 0) !== piece.bytes.length) {
      throw new Error(`the record at byte ${open.byteOffset} reads differently in one piece`);
    }
    scan.line -= 1;
  }
  scan.next = open.byteOffset + open.byteLength;
}

function refuseLong(open: OpenRecord, scan: Scan, byteLength: number): void {
  const { byteOffset } = open;
  const detail = faultDetails.tooLong(byteLength, scan.maxRecordBytes);
  const place = { recordNo: scan.typed + scan.raw + 1, line: scan.line, byteOffset };
  scan.rawRecords.push(
    faultyRecord(place, open.kept.subarray(0, Math.min(open.keptBytes, scan.maxRawBytes, byteLength)), {
      code: 'RECORD_TOO_LONG',
      detail,
      byteLength,
    }),
  );
  scan.raw += 1;
  scan.line = open.walk.line;
}

/** Keeps the bytes, at most maxRecordBytes and a CR that may be half a line end; of a longer record only its head. */
function keep(open: OpenRecord, scan: Scan, bytes: Buffer): void {
  if (bytes.length === 0) return;
  open.byteLength += bytes.length;
  open.lastByte = bytes[bytes.length - 1] as number;
  const most = scan.maxRecordBytes + 1;
  const limit = open.byteLength > most ? scan.maxRawBytes : most;
  const kept = Math.min(limit, open.keptBytes + bytes.length);
  if (kept < open.keptBytes || kept + 1 > open.kept.length) resize(open, kept, limit);
  if (kept > open.keptBytes) bytes.copy(open.kept, open.keptBytes, 0, kept - open.keptBytes);
  open.keptBytes = kept;
}

/** Doubles, so that a record in many small pieces is copied a few times only; shrinks to the head of a long one. */
function resize(open: OpenRecord, kept: number, limit: number): void {
  const roomy = kept < open.keptBytes ? kept : Math.min(limit, Math.max(kept, open.kept.length * 2));
  const larger = Buffer.allocUnsafeSlow(roomy + 1);
  open.kept.copy(larger, 0, 0, Math.min(open.keptBytes, roomy));
  open.kept = larger;
}
