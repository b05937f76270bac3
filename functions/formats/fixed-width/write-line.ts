import { writeCopyNull, writeCopyText } from '../shared/copy-text.ts';
import { appendCopyText, beginTyped } from '../shared/typed-chunks.ts';
import type { FixedScan } from './scan.ts';
import { nextRecordNo } from '../shared/record-scan.ts';

const TAB = 0x09;
const LF = 0x0a;

/** Appends the line just read as one of COPY's text format, with what its steps made of its cells. */
export function appendLine(scan: FixedScan, byteOffset: number, bytes: Buffer, ownBytes: number): void {
  const { chunks, starts, ends, cleaning } = scan;
  const columns = starts.length;
  const touched = cleaning === null || cleaning.touchedCells === 0 ? 0 : cleaning.touchedCells;
  const cleanedBytes = touched === 0 ? 0 : (cleaning?.ends[touched - 1] as number);
  let at = beginTyped(chunks, nextRecordNo(scan), byteOffset, TAB, 2 * (ownBytes + cleanedBytes) + 3 * columns);
  const { chunk } = chunks;
  let slot = 0;
  for (let column = 0; column < columns; column += 1) {
    if (column > 0) {
      chunk[at] = TAB;
      at += 1;
    }
    if (cleaning !== null && slot < touched && cleaning.touched[slot] === column) {
      const start = cleaning.starts[slot] as number;
      at =
        start === -1
          ? writeCopyNull(chunk, at)
          : writeCopyText(chunk, at, cleaning.text, start, cleaning.ends[slot] as number);
      slot += 1;
    } else {
      const [start, end] = [starts[column] as number, ends[column] as number];
      at = start === end ? writeCopyNull(chunk, at) : appendCopyText(chunks, at, bytes, start, end);
    }
  }
  chunk[at] = LF;
  chunks.used = at + 1;
}
