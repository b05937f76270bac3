import { faultyRecord } from '../../shared/raw-record.ts';
import type { CleanedRecord } from '../../shared/raw-record.ts';
import { cleanedRecord } from '../../shared/cell-cleaning.ts';
import { cleanCells, noteCell } from '../cleaning/clean-record.ts';
import { cellFaults } from '../fault-words.ts';
import type { Scan } from '../scan.ts';
import { nextRecordNo } from '../../shared/record-scan.ts';

/** Whether the record just read, undisturbed, is made to have as many cells as the header. */
export function isReshaped({ rows, cells, forms }: Scan): boolean {
  return cells < forms.length ? rows.padsShort : cells > forms.length && rows.cutsLong;
}

/** What cleaning makes of a record that is reshaped, cells that it lacks too; null where no step is asked. @param end index behind it */
export function cleanedShape(scan: Scan, bytes: Buffer, end: number): CleanedRecord | null {
  const { cleaning, cells, forms } = scan;
  if (cleaning === null || cells === forms.length) return null;
  for (let cell = cells + 1; cell <= forms.length; cell += 1) {
    noteCell(scan, cleaning, cell, bytes, end, end, 'unquoted');
  }
  if (cleaning.touchedCells === 0) return null;
  cleanCells(scan, cleaning, bytes);
  return cleanedRecord(cleaning);
}

/** Counts the blank row bytes[start, end), or makes a reject of it. @param base absolute offset of bytes[0] */
export function passBlankRow(
  scan: Scan,
  { bytes, base }: { bytes: Buffer; base: number },
  start: number,
  end: number,
): void {
  if (scan.rows.blank === 'skip') {
    scan.blankRows += 1;
    return;
  }
  const place = { recordNo: nextRecordNo(scan), line: scan.line, byteOffset: base + start };
  const fault = { code: 'BLANK_ROW', detail: cellFaults.blankRow, byteLength: end - start } as const;
  scan.rawRecords.push(faultyRecord(place, bytes.subarray(start, Math.min(end, start + scan.maxRawBytes)), fault));
  scan.raw += 1;
}
