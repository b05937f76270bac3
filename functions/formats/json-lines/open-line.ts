import type { Piece } from '../shared/scanner.ts';
import { faultDetails, faultyRecord } from '../shared/raw-record.ts';
import { CR, LF } from './bytes.ts';
import { type LineScan, scanLines } from './scan-lines.ts';

/** A line whose end is not there yet: its bytes so far, or their head once it is too long. */
export interface OpenLine {
  readonly byteOffset: number;
  byteLength: number;
  lastByte: number;
  /** At least one byte larger than what it holds, for the line end that is put after it. */
  kept: Buffer;
  keptBytes: number;
}

/** Opens a line at piece.bytes[from], of which the piece holds no end. */
export function startOpenLine(scan: LineScan, { bytes, base }: Piece, from: number): OpenLine {
  const open = { byteOffset: base + from, byteLength: 0, lastByte: -1, kept: Buffer.alloc(0), keptBytes: 0 };
  keep(open, scan, bytes.subarray(from));
  return open;
}

/** Goes on with the line; once its end is found it is read, and the answer is the index after it; else -1. */
export function advanceOpenLine(open: OpenLine, scan: LineScan, bytes: Buffer): number {
  const lf = bytes.indexOf(LF);
  keep(open, scan, lf === -1 ? bytes : bytes.subarray(0, lf));
  if (lf === -1) return -1;
  closeOpenLine(open, scan);
  scan.next = open.byteOffset + open.byteLength + 1;
  return lf + 1;
}

/** Reads the line that ended; its line feed counts, where it has one. */
export function closeOpenLine(open: OpenLine, scan: LineScan): void {
  const isCrLf = open.lastByte === CR && !scan.objectEnded;
  const byteLength = isCrLf ? open.byteLength - 1 : open.byteLength;
  if (byteLength > scan.maxRecordBytes) {
    refuseLong(open, scan, byteLength);
  } else {
    open.kept[open.keptBytes] = LF;
    scanLines(scan, { bytes: open.kept.subarray(0, open.keptBytes + 1), base: open.byteOffset }, 0);
    if (scan.objectEnded) scan.line -= 1;
  }
  scan.next = open.byteOffset + open.byteLength;
}

/** A line of blanks alone that is longer than any record may be is no blank one: nobody can tell. */
function refuseLong(open: OpenLine, scan: LineScan, byteLength: number): void {
  const { byteOffset } = open;
  const place = { recordNo: scan.typed + scan.raw + 1, line: scan.line, byteOffset };
  const head = open.kept.subarray(0, Math.min(open.keptBytes, scan.maxRawBytes, byteLength));
  const detail = faultDetails.tooLong(byteLength, scan.maxRecordBytes);
  scan.rawRecords.push(faultyRecord(place, head, { code: 'RECORD_TOO_LONG', detail, byteLength }));
  scan.raw += 1;
  if (!scan.objectEnded) scan.line += 1;
}

/** Keeps the bytes, at most maxRecordBytes and a CR that may be half a line end; of a longer line only its head. */
function keep(open: OpenLine, scan: LineScan, bytes: Buffer): void {
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

/** Doubles, so that a line in many small pieces is copied a few times only; shrinks to the head of a long one. */
function resize(open: OpenLine, kept: number, limit: number): void {
  const roomy = kept < open.keptBytes ? kept : Math.min(limit, Math.max(kept, open.kept.length * 2));
  const larger = Buffer.allocUnsafeSlow(roomy + 1);
  open.kept.copy(larger, 0, 0, Math.min(open.keptBytes, roomy));
  open.kept = larger;
}
