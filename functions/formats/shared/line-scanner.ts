import {
  dropBytes,
  endedBytes,
  endedOtherwise,
  keepBytes,
  type OpenBytes,
  openBytes,
  refuseLong,
} from './open-bytes.ts';
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
  /** What ends a line where that is declared; null: a line feed, with a carriage return or without. */
  readonly recordEnd: Buffer | null;
}

/** A line whose end is not there yet. */
interface OpenLine extends OpenBytes {
  /** Its last bytes, one less than an end has. */
  tail: Buffer;
}

/** The scanner of a format whose records are lines, each ended by a line feed, or by what is declared, and by nothing else. */
export function lineScanner<Scan extends RecordScan>(
  scan: Scan,
  slice: ScannedSlice,
  { scanLines, counts, recordEnd }: LineReader<Scan>,
): Scanner {
  const end = recordEnd ?? Buffer.of(LF);
  const endLines = recordEnd === null ? 1 : lineFeedsIn(recordEnd);
  /** Reads the line that ended; its line feed counts, where it has one. */
  const closeLine = (open: OpenBytes): void => {
    const isCrLf = recordEnd === null && open.lastByte === CR && !scan.objectEnded;
    const byteLength = isCrLf ? open.byteLength - 1 : open.byteLength;
    if (byteLength > scan.maxRecordBytes) {
      // a line of blanks alone that is longer than any record may be is no blank one: nobody can tell
      refuseLong(open, scan, byteLength);
      if (!scan.objectEnded) scan.line += endLines;
    } else {
      const bytes = recordEnd === null ? endedBytes(open, LF) : endedOtherwise(open, byteLength, recordEnd);
      scanLines(scan, { bytes, base: open.byteOffset }, 0);
      if (scan.objectEnded) scan.line -= endLines;
    }
    scan.next = open.byteOffset + open.byteLength;
  };
  return pieceScanner<OpenLine>(scan, slice, {
    begin: () => 0,
    read: (piece, from) => scanLines(scan, piece, from),
    open({ bytes, base }, from) {
      const open: OpenLine = { ...openBytes(base + from), tail: Buffer.alloc(0) };
      keepBytes(open, scan, bytes.subarray(from), end.length);
      open.tail = lastBytes(open.tail, bytes.subarray(from), end.length - 1);
      return open;
    },
    advance(open, { bytes }) {
      // the end may have begun in an earlier piece
      const begun = open.tail.length;
      const at = (begun === 0 ? bytes : Buffer.concat([open.tail, bytes])).indexOf(end);
      if (at === -1) {
        keepBytes(open, scan, bytes, end.length);
        open.tail = lastBytes(open.tail, bytes, end.length - 1);
        return -1;
      }
      const after = at + end.length - begun;
      if (at >= begun) keepBytes(open, scan, bytes.subarray(0, at - begun), end.length);
      else dropBytes(open, begun - at);
      closeLine(open);
      scan.next = open.byteOffset + open.byteLength + end.length;
      return after;
    },
    close(open) {
      closeLine(open);
      return true;
    },
    isBetweenRecords: () => true,
    counts,
  });
}

function lastBytes(before: Buffer, bytes: Buffer, most: number): Buffer {
  if (most === 0) return before;
  const all = Buffer.concat([before, bytes.subarray(-most)]);
  return all.subarray(Math.max(0, all.length - most));
}

/** Line ends in a text that no line end ends. */
export function lineFeedsIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
  return lines;
}
