import { lineScanner } from '../shared/line-scanner.ts';
import { countsOf } from '../shared/record-scan.ts';
import type { Scanner } from '../shared/scanner.ts';
import { type FixedSettings, startFixedScan } from './scan.ts';
import { scanLines } from './scan-lines.ts';

/** Scans one slice of lines of fixed width. Memory: the piece, twice maxRecordBytes while a line spans pieces, and what is handed out. */
export function createFixedScanner(settings: FixedSettings): Scanner {
  const scan = startFixedScan(settings);
  return lineScanner(scan, settings, {
    scanLines,
    recordEnd: settings.grammar.recordEnd,
    counts: () => ({ ...countsOf(scan, settings, null), nullWords: {} }),
  });
}
