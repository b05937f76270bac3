import type { ScanCounts, Scanned, Scanner } from '../shared/scanner.ts';
import { takeChunks, typedChunks } from '../shared/typed-chunks.ts';
import { advanceOpenLine, closeOpenLine, type OpenLine, startOpenLine } from './open-line.ts';
import { type ReaderSettings, startReader } from './reader.ts';
import { splitJson } from './split-json.ts';
import { type LineScan, scanLines } from './scan-lines.ts';

/** The slice to scan and what its records are measured by. */
export interface JsonLinesSettings extends ReaderSettings {
  readonly maxRecordBytes: number;
  readonly maxRawBytes: number;
  /** Absolute offset of the first byte that is pushed: a line starts exactly there. */
  readonly startOffset: number;
  /** Absolute; lines that start at or after it are the next slice's. */
  readonly endOffset: number;
  /** No record goes typed: for a slice whose typed half PostgreSQL refused all the same. */
  readonly allRaw?: boolean;
}

/**
 * Scans one slice of JSON lines by the grammar of README.md. Memory: the piece, twice maxRecordBytes while a line spans pieces,
 * the keys that were met, and what is handed out.
 */
export function createJsonLinesScanner(settings: JsonLinesSettings): Scanner {
  const reading: Reading = { scan: startScan(settings), received: settings.startOffset, open: null, ended: false };
  return {
    push(bytes) {
      if (bytes.length > 0 && !isDone(reading)) readPiece(reading, bytes);
      return handOut(reading);
    },
    end() {
      readEnd(reading);
      return handOut(reading);
    },
    get done() {
      return isDone(reading);
    },
    get openRecordBytes() {
      return reading.open?.byteLength ?? 0;
    },
    counts: () => countsOf(reading.scan, settings.startOffset),
  };
}

interface Reading {
  readonly scan: LineScan;
  /** Absolute offset of the next byte that is pushed. */
  received: number;
  open: OpenLine | null;
  ended: boolean;
}

function readPiece(reading: Reading, bytes: Buffer): void {
  const { scan } = reading;
  const piece = { bytes, base: reading.received };
  reading.received += bytes.length;
  let at = 0;
  if (reading.open !== null) {
    at = advanceOpenLine(reading.open, scan, bytes);
    if (at === -1) return;
    reading.open = null;
  }
  at = scanLines(scan, piece, at);
  if (at < bytes.length && scan.next < scan.endOffset) reading.open = startOpenLine(scan, piece, at);
}

function readEnd(reading: Reading): void {
  const { scan, open } = reading;
  scan.objectEnded = true;
  if (open !== null) closeOpenLine(open, scan);
  reading.open = null;
  reading.ended = true;
}

function isDone({ scan, open, ended }: Reading): boolean {
  return ended || (open === null && scan.next >= scan.endOffset);
}

function handOut(reading: Reading): Scanned {
  const { scan } = reading;
  const raw = scan.rawRecords;
  scan.rawRecords = [];
  return { typed: takeChunks(scan.chunks, isDone(reading)), raw };
}

function startScan(settings: JsonLinesSettings): LineScan {
  const reader = startReader(settings);
  return {
    reader,
    split: (record) => splitJson(reader, record),
    named: new Uint8Array(settings.columns.length),
    maxRecordBytes: settings.maxRecordBytes,
    maxRawBytes: settings.maxRawBytes,
    allRaw: settings.allRaw ?? false,
    endOffset: settings.endOffset,
    chunks: typedChunks(),
    rawRecords: [],
    typed: 0,
    raw: 0,
    blankLines: 0,
    zonelessCells: 0,
    line: 1,
    next: settings.startOffset,
    objectEnded: false,
  };
}

function countsOf(scan: LineScan, startOffset: number): ScanCounts {
  const isEmpty = scan.typed + scan.raw + scan.blankLines === 0;
  return {
    records: scan.typed + scan.raw,
    typed: scan.typed,
    raw: scan.raw,
    blankLines: scan.blankLines,
    zonelessCells: scan.zonelessCells,
    nullWords: {},
    lines: scan.line - 1,
    startOffset: isEmpty ? null : startOffset,
    endOffset: isEmpty ? null : scan.next,
    openQuote: null,
    named: [...scan.named.keys()].filter((column) => scan.named[column] === 1),
  };
}
