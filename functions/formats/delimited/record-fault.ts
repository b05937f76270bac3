import { isUtf8 } from 'node:buffer';
import { LF, wholeDelimiter } from './bytes.ts';
import { type Fault, faultDetails } from '../shared/raw-record.ts';
import { cellFaults } from './fault-words.ts';
import { isHeader } from './rows/repeated-header.ts';
import { isReshaped } from './rows/shape-record.ts';
import type { Scan } from './scan.ts';

/** Whether the record just read has cells as they should be, however many. */
export function isUndisturbed({ strayCell, bareCell, spanningCell }: Scan): boolean {
  return strayCell === 0 && bareCell === 0 && spanningCell === 0;
}

/** What is wrong with the record just read; null for nothing. Whole-record faults first: what is too long or no text has no cells to count. */
export function faultOf(scan: Scan, record: Buffer): Fault | null {
  const byteLength = record.length;
  if (byteLength > scan.maxRecordBytes) {
    return { code: 'RECORD_TOO_LONG', detail: faultDetails.tooLong(byteLength, scan.maxRecordBytes), byteLength };
  }
  if (record.includes(0)) return { code: 'NUL_BYTE', detail: faultDetails.nulByte(record), byteLength };
  if (!isUtf8(record)) return { ...faultDetails.invalidUtf8(record), byteLength };
  if (scan.header !== null && isHeader(scan.header, scan.tables, record, 0, byteLength)) {
    return { code: 'REPEATED_HEADER', detail: cellFaults.repeatedHeader, byteLength };
  }
  const { strayCell, bareCell, spanningCell } = scan;
  if (bareCell !== 0) {
    return scan.tables.lineEnd === LF
      ? { code: 'BARE_CR', detail: cellFaults.bareCr(bareCell), byteLength }
      : { code: 'BARE_LF', detail: cellFaults.bareLf(bareCell), byteLength };
  }
  if (spanningCell !== 0) return { code: 'QUOTED_LINES', detail: cellFaults.quotedLines(spanningCell), byteLength };
  if (strayCell !== 0) {
    const { assumesQuotes, quote, escape } = scan.tables;
    const isEscaped = escape === quote && record.includes(`\\${String.fromCharCode(quote)}`);
    const detail = cellFaults.strayQuote(strayCell, { assumesQuotes, isEscaped });
    return { code: 'STRAY_QUOTE', detail, byteLength };
  }
  if (scan.cells !== scan.forms.length && !isReshaped(scan)) {
    const between = wholeDelimiter(scan.grammar);
    const endsEmpty = record.subarray(-between.length).equals(between);
    return {
      code: 'FIELD_COUNT',
      detail: cellFaults.fieldCount(scan.cells, scan.forms.length, endsEmpty),
      byteLength,
    };
  }
  return null;
}
