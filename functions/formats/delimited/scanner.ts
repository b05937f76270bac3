import type { PlainForm } from '../../core/contract.ts';
import { byteTables, LF } from './bytes.ts';
import { splitCells } from './cells.ts';
import type { CellGrammar, Grammar } from './grammar.ts';
import { nullWords, usualNullWords } from './null-words.ts';
import { advanceOpenRecord, closeOpenRecord, type OpenRecord, startOpenRecord } from './open-record.ts';
import { formCodes } from '../shared/plain-forms.ts';
import type { ScanCounts, Scanned, Scanner } from '../shared/scanner.ts';
import { headerNames } from './repeated-header.ts';
import type { Scan } from './scan.ts';
import { scanRecords } from './scan-records.ts';
import { takeChunks, typedChunks } from '../shared/typed-chunks.ts';
import { isBetweenQuotes } from './walk.ts';
import { oddDays, type ZoneJump } from '../shared/zone-jumps.ts';

/** The slice to scan and what its records are measured by. */
export interface ScanSettings extends Grammar {
  /** One a column of the file, in file order; an ignored column is 'text'. */
  readonly forms: readonly PlainForm[];
  /** Where no words for NULL are declared: the columns in which the usual ones are counted. */
  readonly textColumns?: readonly boolean[];
  /** The header's names: a record of just these is a fault, unless they are all values of typed columns. Absent: none is. */
  readonly header?: readonly string[];
  readonly maxRecordBytes: number;
  readonly maxRawBytes: number;
  /** Absolute offset of the first byte that is pushed: a record or a blank line starts exactly there. */
  readonly startOffset: number;
  /** Absolute; records and blank lines that start at or after it are the next slice's. */
  readonly endOffset: number;
  /** No record goes typed: for a slice whose typed half PostgreSQL refused all the same. */
  readonly allRaw?: boolean;
  /** Local times that moments without an offset cannot be read at; records that have one are raw. */
  readonly zoneJumps?: readonly ZoneJump[];
}

/**
 * Scans one slice of delimited text by the grammar of README.md. Memory: the piece, twice maxRecordBytes while a record
 * spans pieces, and what is handed out. Throws a RangeError for a delimiter that cannot be one.
 */
export function createScanner(settings: ScanSettings): Scanner {
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
    counts: () => countsOf(reading, settings.startOffset),
  };
}

interface Reading {
  readonly scan: Scan;
  /** Absolute offset of the next byte that is pushed. */
  received: number;
  open: OpenRecord | null;
  ended: boolean;
}

function readPiece(reading: Reading, bytes: Buffer): void {
  const { scan } = reading;
  const piece = { bytes, base: reading.received };
  reading.received += bytes.length;
  let at = skipPendingLf(scan, bytes);
  if (reading.open !== null) {
    at = advanceOpenRecord(reading.open, scan, piece, at);
    if (at === -1) return;
    reading.open = null;
  }
  at = scanRecords(scan, piece, at);
  if (at < bytes.length && scan.next < scan.endOffset) reading.open = startOpenRecord(scan, piece, at);
}

/** The object's end ends its last record, unless that is between quotes: then it stays open and is reported as such. */
function readEnd(reading: Reading): void {
  const { scan, open } = reading;
  scan.objectEnded = true;
  if (open !== null && !isBetweenQuotes(open.walk)) {
    closeOpenRecord(open, scan);
    reading.open = null;
  }
  scan.skipLf = false;
  reading.ended = true;
}

function isDone({ scan, open, ended }: Reading): boolean {
  return ended || (open === null && !scan.skipLf && scan.next >= scan.endOffset);
}

function handOut(reading: Reading): Scanned {
  const { scan } = reading;
  const raw = scan.rawRecords;
  scan.rawRecords = [];
  return { typed: takeChunks(scan.chunks, isDone(reading)), raw };
}

function startScan(settings: ScanSettings): Scan {
  const tables = byteTables(settings);
  const grammar: CellGrammar = {
    delimiter: settings.delimiter,
    quoting: settings.quoting,
    ...(settings.nulls !== undefined && { nulls: settings.nulls }),
  };
  return {
    tables,
    grammar,
    split: (record) => splitCells(record, grammar),
    forms: formCodes(settings.forms),
    nulls: nullWords(settings),
    header: headerNames({ ...settings, tables }),
    maxRecordBytes: settings.maxRecordBytes,
    maxRawBytes: settings.maxRawBytes,
    allRaw: settings.allRaw ?? false,
    odd: oddDays(settings.zoneJumps ?? []),
    endOffset: settings.endOffset,
    chunks: typedChunks(),
    rawRecords: [],
    typed: 0,
    raw: 0,
    blankLines: 0,
    zonelessCells: 0,
    nullWordCells: [0, 0],
    line: 1,
    next: settings.startOffset,
    skipLf: false,
    objectEnded: false,
    holdsNullWords: false,
    cells: 0,
    plain: false,
    zoneless: 0,
    strayCell: 0,
    bareCell: 0,
    spanningCell: 0,
    holdsCopyQuote: false,
    nullCells: 0,
    nullPlaces: [],
    lineEndsInside: 0,
  };
}

/** Index of the piece's first byte that is not the second half of a CRLF. */
function skipPendingLf(scan: Scan, bytes: Buffer): number {
  if (!scan.skipLf) return 0;
  scan.skipLf = false;
  if (bytes[0] !== LF) return 0;
  scan.next += 1;
  return 1;
}

function countsOf({ scan, open, ended }: Reading, startOffset: number): ScanCounts {
  // a quote that never closes may be in the very first record: it has no end, but the slice has a start
  const openQuote = ended && open !== null ? { offset: open.walk.quoteOffset, line: open.walk.quoteLine } : null;
  const isEmpty = scan.typed + scan.raw + scan.blankLines === 0 && openQuote === null;
  return {
    records: scan.typed + scan.raw,
    typed: scan.typed,
    raw: scan.raw,
    blankLines: scan.blankLines,
    zonelessCells: scan.zonelessCells,
    nullWords: wordsCounted(scan),
    lines: scan.line - 1,
    startOffset: isEmpty ? null : startOffset,
    endOffset: isEmpty ? null : scan.next,
    openQuote,
  };
}

function wordsCounted({ nullWordCells }: Scan): Readonly<Record<string, number>> {
  const counted = usualNullWords.map((word, i) => [word, nullWordCells[i] ?? 0] as const);
  return Object.fromEntries(counted.filter(([, cells]) => cells > 0));
}
