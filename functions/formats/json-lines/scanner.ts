import { lineScanner } from '../shared/line-scanner.ts';
import { countsOf, type ScannedSlice, startRecordScan } from '../shared/record-scan.ts';
import type { Scanner } from '../shared/scanner.ts';
import { type ReaderSettings, startReader } from './reader.ts';
import { splitJson } from './split-json.ts';
import { type LineScan, scanLines } from './scan-lines.ts';

/** The slice to scan and what its records are measured by. */
export interface JsonLinesSettings extends ReaderSettings, ScannedSlice {}

/**
 * Scans one slice of JSON lines by the grammar of README.md. Memory: the piece, twice maxRecordBytes while a line spans pieces,
 * the keys that were met, and what is handed out.
 */
export function createJsonLinesScanner(settings: JsonLinesSettings): Scanner {
  const scan = startScan(settings);
  return lineScanner(scan, settings, {
    scanLines,
    recordEnd: null,
    counts: () => ({ ...countsOf(scan, settings, null), nullWords: {}, named: namedColumns(scan) }),
  });
}

function startScan(settings: JsonLinesSettings): LineScan {
  const reader = startReader(settings);
  const scan = startRecordScan(settings, (record) => splitJson(reader, record));
  reader.cleaning = scan.cleaning;
  return {
    ...scan,
    reader,
    named: new Uint8Array(settings.columns.length),
  };
}

function namedColumns({ named }: LineScan): readonly number[] {
  return [...named.keys()].filter((column) => named[column] === 1);
}
