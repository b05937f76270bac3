import { lendBytes, type OpenBytes, regainBytes } from './open-bytes.ts';
import type { RecordScan, ScannedSlice } from './record-scan.ts';
import type { Piece, ScanCounts, Scanned, Scanner } from './scanner.ts';
import { takeChunks } from './typed-chunks.ts';

/** How a format reads records that are whole in a piece, and such as span pieces. */
export interface RecordReader<Open extends OpenBytes> {
  /** Index of a piece's first byte that is not the rest of a line end. */
  readonly begin: (bytes: Buffer) => number;
  /** Reads the records from `from` that are whole and start in the slice; answers where it stopped. */
  readonly read: (piece: Piece, from: number) => number;
  /** Opens a record of which the piece holds no end. */
  readonly open: (piece: Piece, from: number) => Open;
  /** Goes on with it; the index after its line end, or -1. */
  readonly advance: (open: Open, piece: Piece, from: number) => number;
  /** The object ended in this record: reads it, or leaves it open and answers false. */
  readonly close: (open: Open) => boolean;
  /** Nothing is waited for behind the last record but the next one. */
  readonly isBetweenRecords: () => boolean;
  /** @param left open at the object's end. */
  readonly counts: (left: Open | null) => ScanCounts;
}

/** The scanner of a format that reads text piece by piece, and keeps what a piece leaves open. */
export function pieceScanner<Open extends OpenBytes>(
  scan: RecordScan,
  slice: ScannedSlice,
  reader: RecordReader<Open>,
): Scanner {
  let received = slice.startOffset;
  let open: Open | null = null;
  let ended = false;

  const isDone = (): boolean => ended || (open === null && reader.isBetweenRecords() && scan.next >= scan.endOffset);
  const readPiece = (bytes: Buffer): void => {
    const piece = { bytes, base: received };
    received += bytes.length;
    let at = reader.begin(bytes);
    if (open !== null) {
      at = reader.advance(open, piece, at);
      if (at === -1) return;
      lendBytes(open, scan.long);
      open = null;
    }
    at = reader.read(piece, at);
    if (at < bytes.length && scan.next < scan.endOffset) open = reader.open(piece, at);
  };
  const handOut = (): Scanned => {
    const raw = scan.rawRecords;
    scan.rawRecords = [];
    return { typed: takeChunks(scan.chunks, isDone()), raw };
  };
  return {
    push(bytes) {
      regainBytes(scan.long);
      if (bytes.length > 0 && !isDone()) readPiece(bytes);
      return handOut();
    },
    end() {
      scan.objectEnded = true;
      if (open !== null && reader.close(open)) open = null;
      ended = true;
      return handOut();
    },
    get done() {
      return isDone();
    },
    get openRecordBytes() {
      return open?.byteLength ?? 0;
    },
    counts: () => reader.counts(ended ? open : null),
  };
}
