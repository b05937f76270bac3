import { byteTables, LF } from './bytes.ts';
import { type Captured, capturedObject } from './rows/capture.ts';
import { splitCells } from './cells.ts';
import type { CellGrammar, Grammar } from './grammar.ts';
import { nullWords, usualNullWords } from './null-words.ts';
import { advanceOpenRecord, closeOpenRecord, startOpenRecord } from './open-record.ts';
import { pieceScanner } from '../shared/piece-scanner.ts';
import { formCodes, type ScannedForm } from '../shared/plain-forms.ts';
import { countsOf, type ScannedSlice, startRecordScan } from '../shared/record-scan.ts';
import type { SplitRecord } from '../shared/raw-record.ts';
import type { Scanner } from '../shared/scanner.ts';
import { headerNames } from './rows/repeated-header.ts';
import { reshaped, type RowRules, strictRows } from './rows/row-rules.ts';
import type { Scan } from './scan.ts';
import { scanRecords } from './scan-records.ts';
import { isBetweenQuotes } from './walk.ts';
import { oddDays, type ZoneJump } from '../shared/zone-jumps.ts';

/** The slice to scan and what its records are measured by. */
export interface ScanSettings extends Grammar, ScannedSlice {
  /** One a column of the file, in file order; an ignored column is 'text'. */
  readonly forms: readonly ScannedForm[];
  /** Where no words for NULL are declared: the columns in which the usual ones are counted. */
  readonly textColumns?: readonly boolean[];
  /** The header's names: a record of just these is a fault, unless they are all values of typed columns. Absent: none is. */
  readonly header?: readonly string[];
  /** Columns whose cells are captured, in one that is staged behind those of the file; absent: none are. */
  readonly captured?: Captured | null;
  /** Absent: strictRows. */
  readonly rows?: RowRules;
  /** Local times that moments without an offset cannot be read at; records that have one are raw. */
  readonly zoneJumps?: readonly ZoneJump[];
}

/**
 * Scans one slice of delimited text by the grammar of README.md. Memory: the piece, twice maxRecordBytes while a record
 * spans pieces, and what is handed out. Throws a RangeError for a delimiter that cannot be one.
 */
export function createScanner(settings: ScanSettings): Scanner {
  const scan = startScan(settings);
  return pieceScanner(scan, settings, {
    begin: (bytes) => skipPendingLf(scan, bytes),
    read: (piece, from) => scanRecords(scan, piece, from),
    open: (piece, from) => startOpenRecord(scan, piece, from),
    advance: (open, piece, from) => advanceOpenRecord(open, scan, piece, from),
    // between quotes it stays open and is reported as such
    close(open) {
      if (isBetweenQuotes(open.walk)) return false;
      closeOpenRecord(open, scan);
      return true;
    },
    isBetweenRecords: () => !scan.skipLf,
    counts: (left) => ({
      ...countsOf(scan, settings, left === null ? null : { offset: left.walk.quoteOffset, line: left.walk.quoteLine }),
      nullWords: wordsCounted(scan),
    }),
  });
}

/** A piece as staging hands it over: a record of that length is the longest that is no exception. */
const SQUEEZED_BYTES = 256 * 1024;

function startScan(settings: ScanSettings): Scan {
  const tables = byteTables(settings);
  const { captured = null, rows = strictRows } = settings;
  const grammar: CellGrammar = settings;
  return {
    ...startRecordScan(settings, splitting(grammar, { captured, rows, columns: settings.forms.length })),
    tables,
    grammar,
    forms: formCodes(settings.forms),
    nulls: nullWords(settings),
    header: headerNames({ ...settings, tables, grammar }),
    captured,
    rows,
    odd: oddDays(settings.zoneJumps ?? []),
    nullWordCells: [0, 0],
    skipLf: false,
    squeezed: Buffer.allocUnsafeSlow(tables.whole === null || tables.recordEnd !== null ? 0 : SQUEEZED_BYTES),
    squeezedBytes: 0,
    holdsNullWords: false,
    cells: 0,
    plain: false,
    zoneless: 0,
    strayCell: 0,
    bareCell: 0,
    spanningCell: 0,
    holdsLineEnds: false,
    holdsCopyQuote: false,
    nullCells: 0,
    nullPlaces: [],
    lineEndsInside: 0,
    starts: new Int32Array(settings.forms.length),
    ends: new Int32Array(settings.forms.length),
  };
}

/** The cells of a record as they are staged. */
function splitting(
  grammar: CellGrammar,
  of: { readonly captured: Captured | null; readonly rows: RowRules; readonly columns: number },
): SplitRecord {
  const { captured, rows, columns } = of;
  const split: SplitRecord =
    rows.padsShort || rows.cutsLong
      ? (record) => reshaped(splitCells(record, grammar), columns)
      : (record) => splitCells(record, grammar);
  if (captured === null) return split;
  return (record) => {
    const cells = split(record);
    return [...cells, Buffer.from(capturedObject(captured, cells))];
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

function wordsCounted({ nullWordCells }: Scan): Readonly<Record<string, number>> {
  const counted = usualNullWords.map((word, i) => [word, nullWordCells[i] ?? 0] as const);
  return Object.fromEntries(counted.filter(([, cells]) => cells > 0));
}
