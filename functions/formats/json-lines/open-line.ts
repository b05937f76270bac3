import { endedBytes, keepBytes, type OpenBytes, openBytes, refuseLong } from '../shared/open-bytes.ts';
import type { Piece } from '../shared/scanner.ts';
import { CR, LF } from './bytes.ts';
import { type LineScan, scanLines } from './scan-lines.ts';

/** Opens a line at piece.bytes[from], of which the piece holds no end. */
export function startOpenLine(scan: LineScan, { bytes, base }: Piece, from: number): OpenBytes {
  const open = openBytes(base + from);
  keepBytes(open, scan, bytes.subarray(from));
  return open;
}

/** Goes on with the line; once its end is found it is read, and the answer is the index after it; else -1. */
export function advanceOpenLine(open: OpenBytes, scan: LineScan, bytes: Buffer): number {
  const lf = bytes.indexOf(LF);
  keepBytes(open, scan, lf === -1 ? bytes : bytes.subarray(0, lf));
  if (lf === -1) return -1;
  closeOpenLine(open, scan);
  scan.next = open.byteOffset + open.byteLength + 1;
  return lf + 1;
}

/** Reads the line that ended; its line feed counts, where it has one. */
export function closeOpenLine(open: OpenBytes, scan: LineScan): void {
  const isCrLf = open.lastByte === CR && !scan.objectEnded;
  const byteLength = isCrLf ? open.byteLength - 1 : open.byteLength;
  if (byteLength > scan.maxRecordBytes) {
    // a line of blanks alone that is longer than any record may be is no blank one: nobody can tell
    refuseLong(open, scan, byteLength);
    if (!scan.objectEnded) scan.line += 1;
  } else {
    scanLines(scan, { bytes: endedBytes(open, LF), base: open.byteOffset }, 0);
    if (scan.objectEnded) scan.line -= 1;
  }
  scan.next = open.byteOffset + open.byteLength;
}
