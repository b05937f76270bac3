import type { CleaningChain } from '../../cleaning/chain.ts';
import { type CellCleaning, cellCleaning } from './cell-cleaning.ts';
import type { RawRecord, SplitRecord } from './raw-record.ts';
import type { ScanCounts } from './scanner.ts';
import { type TypedChunks, typedChunks } from './typed-chunks.ts';

/** The slice to scan. */
export interface ScannedSlice {
  readonly maxRecordBytes: number;
  readonly maxRawBytes: number;
  /** Absolute offset of the first byte that is pushed: a record or a blank line starts exactly there. */
  readonly startOffset: number;
  /** Absolute; records and blank lines that start at or after it are the next slice's. */
  readonly endOffset: number;
  /** No record goes typed: for a slice whose typed half PostgreSQL refused all the same. */
  readonly allRaw?: boolean;
  /** Records of the slice that stand in objects before this one. Absent: none. */
  readonly recordsBefore?: number;
  /** Offsets count records: startOffset is the number of the first one, from 0, and all that are pushed are the slice's. Absent: they count bytes. */
  readonly countsRows?: boolean;
  /** The steps of each column of the file, null where it has none; absent: no column has any. */
  readonly chains?: readonly (CleaningChain | null)[];
}

/**
 * Memory for records of over a mebibyte, one after the other: what is made anew for each outlives young garbage, and 16 MiB of that twice
 * are more than a worker has.
 */
export interface LongBytes {
  /** Null: none was needed yet, or the open record has it. */
  free: Buffer | null;
  /** Of a record that ended: handed out, and free again when the next piece comes. */
  lent: Buffer | null;
}

/** What the scan of one slice carries from piece to piece, whatever the format. */
export interface RecordScan {
  readonly split: SplitRecord;
  readonly maxRecordBytes: number;
  readonly maxRawBytes: number;
  readonly allRaw: boolean;
  readonly endOffset: number;
  /** Records of the slice before the first of this scan: numbers go on from there, and counts do not. */
  readonly recordsBefore: number;
  /** Number of the slice's first record where offsets count records; null: they count bytes. */
  readonly firstRow: number | null;
  /** Null where no column has steps. */
  readonly cleaning: CellCleaning | null;
  readonly chunks: TypedChunks;
  readonly long: LongBytes;
  rawRecords: RawRecord[];
  typed: number;
  raw: number;
  blankLines: number;
  /** Records that are passed over: all of their cells are empty, or they are the header again. */
  blankRows: number;
  repeatedHeaders: number;
  /** Moments without an offset in typed records. */
  zonelessCells: number;
  /** Physical line of the next record. */
  line: number;
  /** Absolute offset of the next record or blank line. */
  next: number;
  /** What is read has no line end of its own, only the one that was put after it: a CR before that is no half of it. */
  objectEnded: boolean;
}

/** In its slice, of the record that is placed next; from 1. */
export function nextRecordNo({ recordsBefore, typed, raw }: RecordScan): number {
  return recordsBefore + typed + raw + 1;
}

/** Nothing is read yet. */
export function startRecordScan(slice: ScannedSlice, split: SplitRecord): RecordScan {
  return {
    split,
    maxRecordBytes: slice.maxRecordBytes,
    maxRawBytes: slice.maxRawBytes,
    allRaw: slice.allRaw ?? false,
    endOffset: slice.countsRows === true ? Infinity : slice.endOffset,
    recordsBefore: slice.recordsBefore ?? 0,
    firstRow: slice.countsRows === true ? slice.startOffset : null,
    cleaning: cellCleaning(slice.chains ?? []),
    chunks: typedChunks(),
    long: { free: null, lent: null },
    rawRecords: [],
    typed: 0,
    raw: 0,
    blankLines: 0,
    blankRows: 0,
    repeatedHeaders: 0,
    zonelessCells: 0,
    line: 1,
    next: slice.startOffset,
    objectEnded: false,
  };
}

/** What the next record is found again by. @param byte where it starts */
export function offsetOf({ firstRow, typed, raw }: RecordScan, byte: number): number {
  return firstRow === null ? byte : firstRow + typed + raw;
}

/** The receipt, without what only one format counts. */
export function countsOf(
  scan: RecordScan,
  { startOffset }: ScannedSlice,
  openQuote: ScanCounts['openQuote'],
): Omit<ScanCounts, 'nullWords' | 'named'> {
  // a quote that never closes may be in the very first record: it has no end, but the slice has a start
  const { blankRows, repeatedHeaders } = scan;
  const skipped = blankRows + repeatedHeaders;
  const isEmpty = scan.typed + scan.raw + scan.blankLines + skipped === 0 && openQuote === null;
  return {
    records: scan.typed + scan.raw,
    typed: scan.typed,
    raw: scan.raw,
    blankLines: scan.blankLines,
    ...(skipped > 0 && { skipped: { blankRows, repeatedHeaders } }),
    zonelessCells: scan.zonelessCells,
    ...(scan.cleaning === null ? {} : { cleaned: scan.cleaning.counts.list() }),
    lines: scan.line - 1,
    startOffset: isEmpty ? null : startOffset,
    endOffset: isEmpty ? null : scan.firstRow === null ? scan.next : scan.firstRow + scan.typed + scan.raw,
    openQuote,
  };
}
