import { endedBytes, keepBytes, type OpenBytes, openBytes, refuseLong } from './open-bytes.ts';
import { pieceScanner } from './piece-scanner.ts';
import type { RecordScan, ScannedSlice } from './record-scan.ts';
import type { Piece, ScanCounts, Scanner } from './scanner.ts';

const LF = 0x0a;
const CR = 0x0d;

/** How a format reads the lines of a piece. */
interface LineReader<Scan extends RecordScan> {
  /** Reads the lines from `from` that are whole and start in the slice; answers where it stopped. */
  readonly scanLines: (scan: Scan, piece: Piece, from: number) => number;
  readonly counts: () => ScanCounts;
}

/** The scanner of a format whose records are lines, each ended by a line feed and by nothing else. */
export function lineScanner<Scan extends RecordScan>(
  scan: Scan,
  slice: ScannedSlice,
  { scanLines, counts }: LineReader<Scan>,
): Scanner {
  /** Reads the line that ended; its line feed counts, where it has one. */
  const closeLine = (open: OpenBytes): void => {
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
  };
  return pieceScanner<OpenBytes>(scan, slice, {
    begin: () => 0,
    read: (piece, from) => scanLines(scan, piece, from),
    open({ bytes, base }, from) {
      const open = openBytes(base + from);
      keepBytes(open, scan, bytes.subarray(from));
      return open;
    },
    advance(open, { bytes }) {
      const lf = bytes.indexOf(LF);
      keepBytes(open, scan, lf === -1 ? bytes : bytes.subarray(0, lf));
      if (lf === -1) return -1;
      closeLine(open);
      scan.next = open.byteOffset + open.byteLength + 1;
      return lf + 1;
    },
    close(open) {
      closeLine(open);
      return true;
    },
    isBetweenRecords: () => true,
    counts,
  });
}
