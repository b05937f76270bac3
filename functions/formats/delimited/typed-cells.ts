import type { CellCleaning } from '../shared/cell-cleaning.ts';
import { appendBytes, appendTyped, beginTyped } from '../shared/typed-chunks.ts';
import { CR, LF } from './bytes.ts';
import { copyMarks, type Marks } from './cells.ts';
import type { Scan } from './scan.ts';

/**
 * Appends the sound record just read cell by cell, with one byte between them: COPY knows no longer delimiter. Its own bytes
 * are at most `ownBytes`; where `cleaning` is given, its touched cells are the cleaned ones.
 */
export function appendCells(
  scan: Scan,
  cleaning: CellCleaning | null,
  { recordNo, byteOffset, bytes, ownBytes }: TypedRecord,
): void {
  const { chunks, starts, ends, nullPlaces, holdsLineEnds } = scan;
  const { copyDelimiter, quote } = scan.tables;
  if (cleaning === null && !holdsLineEnds && !(scan.nulls.declared && scan.nullCells > 0)) {
    if (scan.squeezedBytes > 0 && scan.squeezedBytes <= scan.squeezed.length)
      appendTyped(chunks, recordNo, byteOffset, copyDelimiter, scan.squeezed, 0, scan.squeezedBytes);
    else appendUnchanged(scan, recordNo, byteOffset, bytes, ownBytes);
    return;
  }
  const marks = copyMarks(scan.grammar);
  const touchedCells = cleaning?.touchedCells ?? 0;
  const cleanedBytes = cleaning === null || touchedCells === 0 ? 0 : (cleaning.ends[touchedCells - 1] as number);
  // a cell with line ends has no quote inside, so that it takes two more
  const most = ownBytes + 2 * (cleanedBytes + touchedCells) + (holdsLineEnds ? 2 * scan.cells : 0);
  let at = beginTyped(chunks, recordNo, byteOffset, copyDelimiter, most);
  const { chunk } = chunks;
  const nulls = scan.nulls.declared ? scan.nullCells : 0;
  let nextNull = 0;
  let slot = 0;
  for (let position = 0; position < scan.cells; position += 1) {
    if (position > 0) chunk[at++] = copyDelimiter;
    const isNull = nextNull < nulls && nullPlaces[2 * nextNull] === starts[position];
    if (isNull) nextNull += 1;
    if (cleaning !== null && slot < touchedCells && cleaning.touched[slot] === position) {
      at = writeCleaned(chunk, at, cleaning, slot, marks, copyDelimiter);
      slot += 1;
    } else if (!isNull) {
      const [start, end] = [starts[position] as number, ends[position] as number];
      at =
        holdsLineEnds && bytes[start] !== quote && start < end
          ? writeCell(chunk, at, { bytes, start, end }, marks, copyDelimiter)
          : copyBytes(chunk, at, bytes, start, end);
    }
  }
  chunk[at] = LF;
  chunks.used = at + 1;
}

/** Of cells that are all copied as they stand. Once a record: its place comes without an object around it. */
function appendUnchanged(scan: Scan, recordNo: number, byteOffset: number, bytes: Buffer, ownBytes: number): void {
  const { chunks, starts, ends, cells } = scan;
  const { copyDelimiter } = scan.tables;
  let at = beginTyped(chunks, recordNo, byteOffset, copyDelimiter, ownBytes);
  const { chunk } = chunks;
  for (let position = 0; position < cells; position += 1) {
    const end = ends[position] as number;
    let i = starts[position] as number;
    if (end - i < LOOPED_BYTES) for (; i < end; i += 1, at += 1) chunk[at] = bytes[i] as number;
    else at = appendBytes(chunks, at, bytes, i, end);
    chunk[at] = copyDelimiter;
    at += 1;
  }
  chunk[at - 1] = LF;
  chunks.used = at;
}

/** A record among the bytes that are read. */
interface TypedRecord {
  readonly recordNo: number;
  readonly byteOffset: number;
  readonly bytes: Buffer;
  readonly ownBytes: number;
}

/** Below so many bytes a loop is faster than a call that leaves JavaScript. */
const LOOPED_BYTES = 40;

/** Copies bytes[from, until); answers where they end. */
export function copyBytes(chunk: Buffer, to: number, bytes: Buffer, from: number, until: number): number {
  const length = until - from;
  if (length < LOOPED_BYTES) for (let i = 0; i < length; i += 1) chunk[to + i] = bytes[from + i] as number;
  else bytes.copy(chunk, to, from, until);
  return to + length;
}

/** Writes a cleaned cell; of one that is NULL nothing. */
export function writeCleaned(
  chunk: Buffer,
  to: number,
  { text, starts, ends }: CellCleaning,
  slot: number,
  marks: Marks,
  delimiter: number,
): number {
  const [start, end] = [starts[slot] as number, ends[slot] as number];
  return start === -1 ? to : writeCell(chunk, to, { bytes: text, start, end }, marks, delimiter);
}

/** Writes a text: unquoted, unless it is empty or holds what means something to COPY. */
function writeCell(
  chunk: Buffer,
  to: number,
  { bytes: text, start, end }: { readonly bytes: Buffer; readonly start: number; readonly end: number },
  { quote, escape }: Marks,
  delimiter: number,
): number {
  let isBare = end > start;
  for (let i = start; isBare && i < end; i += 1) {
    const byte = text[i];
    isBare = byte !== delimiter && byte !== quote && byte !== LF && byte !== CR;
  }
  if (isBare) return copyBytes(chunk, to, text, start, end);
  let at = to;
  chunk[at] = quote;
  at += 1;
  for (let i = start; i < end; i += 1) {
    const byte = text[i] as number;
    if (byte === quote || byte === escape) {
      chunk[at] = escape;
      at += 1;
    }
    chunk[at] = byte;
    at += 1;
  }
  chunk[at] = quote;
  return at + 1;
}
