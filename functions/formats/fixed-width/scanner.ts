import { endedBytes, keepBytes, type OpenBytes, openBytes, refuseLong } from '../shared/open-bytes.ts';
import { pieceScanner } from '../shared/piece-scanner.ts';
import { countsOf } from '../shared/record-scan.ts';
import type { Piece, Scanner } from '../shared/scanner.ts';
import { type FixedScan, type FixedSettings, startFixedScan } from './scan.ts';
import { scanLines } from './scan-lines.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Scans one slice of lines of fixed width. Memory: the piece, twice maxRecordBytes while a line spans pieces, and what is handed out. */
export function createFixedScanner(settings: FixedSettings): Scanner {
  const scan = startFixedScan(settings);
  return pieceScanner<OpenBytes>(scan, settings, {
    begin: () => 0,
    read: (piece, from) => scanLines(scan, piece, from),
    open({ bytes, base }, from) {
      const open = openBytes(base + from);
      keepBytes(open, scan, bytes.subarray(from));
      return open;
    },
    advance: (open, piece) => advanceOpenLine(open, scan, piece),
    close(open) {
      closeOpenLine(open, scan);
      return true;
    },
    isBetweenRecords: () => true,
    counts: () => ({ ...countsOf(scan, settings, null), nullWords: {} }),
  });
}

/** Goes on with the line; once its end is found it is read, and the answer is the index after it; else -1. */
function advanceOpenLine(open: OpenBytes, scan: FixedScan, { bytes }: Piece): number {
  const lf = bytes.indexOf(LF);
  keepBytes(open, scan, lf === -1 ? bytes : bytes.subarray(0, lf));
  if (lf === -1) return -1;
  closeOpenLine(open, scan);
  scan.next = open.byteOffset + open.byteLength + 1;
  return lf + 1;
}

/** Reads the line that ended; its line feed counts, where it has one. */
function closeOpenLine(open: OpenBytes, scan: FixedScan): void {
  const isCrLf = open.lastByte === CR && !scan.objectEnded;
  const byteLength = isCrLf ? open.byteLength - 1 : open.byteLength;
  if (byteLength > scan.maxRecordBytes) {
    refuseLong(open, scan, byteLength);
    if (!scan.objectEnded) scan.line += 1;
  } else {
    scanLines(scan, { bytes: endedBytes(open, LF), base: open.byteOffset }, 0);
    if (scan.objectEnded) scan.line -= 1;
  }
  scan.next = open.byteOffset + open.byteLength;
}
