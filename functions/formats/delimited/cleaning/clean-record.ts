import { type CellCleaning, cleanTouched, touch } from '../../shared/cell-cleaning.ts';
import { TEXT } from '../../shared/plain-forms.ts';
import { appendBytes, beginTyped } from '../../shared/typed-chunks.ts';
import { LF } from '../bytes.ts';
import { copyMarks, unescaped } from '../cells.ts';
import { isNullWord } from '../null-words.ts';
import { isPlainCell } from './plain-cell.ts';
import type { Scan } from '../scan.ts';
import { appendCells, writeCleaned } from '../typed-cells.ts';

/** How the cell stands in the record. */
export type CellKind = 'unquoted' | 'quoted' | 'null word';

/** Notes the cell bytes[from, end), `cell` counting from 1; answers whether a step may change it. */
export function noteCell(
  { starts, ends, tables }: Scan,
  cleaning: CellCleaning,
  cell: number,
  bytes: Buffer,
  from: number,
  end: number,
  kind: CellKind,
): boolean {
  const position = cell - 1;
  if (position >= starts.length) return false;
  starts[position] = from;
  ends[position] = end;
  const chain = cleaning.chains[position] ?? null;
  if (chain === null) return false;
  const isLeft =
    kind === 'quoted'
      ? !holds(tables.escape, bytes, from + 1, end - 1) && chain.leaves(bytes, from + 1, end - 1)
      : kind === 'null word' || from === end
        ? chain.leavesNull
        : chain.leaves(bytes, from, end);
  if (!isLeft) touch(cleaning, position);
  return !isLeft;
}

/** The cell goes on to `end`, with bytes that nothing was asked of. */
export function prolongCell(
  { starts, ends }: Scan,
  cleaning: CellCleaning,
  cell: number,
  from: number,
  end: number,
): void {
  const position = cell - 1;
  if (position >= starts.length) return;
  starts[position] = from;
  ends[position] = end;
  const isTouched = cleaning.touchedCells > 0 && cleaning.touched[cleaning.touchedCells - 1] === position;
  if (cleaning.chains[position] != null && !isTouched) touch(cleaning, position);
}

/** Cleans the touched cells of the sound record just read; answers whether all of them are plain then. */
export function cleanCells(scan: Scan, cleaning: CellCleaning, bytes: Buffer): boolean {
  cleanTouched(cleaning, (position) => sourceText(scan, bytes, position));
  if (cleaning.unread.size > 0) return false;
  const { forms } = scan;
  const { touched, touchedCells, text, starts, ends } = cleaning;
  for (let slot = 0; slot < touchedCells; slot += 1) {
    const form = forms[touched[slot] as number] as number;
    const start = starts[slot] as number;
    if (form !== TEXT && start !== -1 && !isPlainCell(scan, form, text, start, ends[slot] as number)) return false;
  }
  return true;
}

/** Appends the record bytes[start, end) with its cleaned cells, as COPY of this format reads them. */
export function appendCleaned(
  scan: Scan,
  cleaning: CellCleaning,
  recordNo: number,
  byteOffset: number,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const { chunks, tables } = scan;
  if (tables.whole !== null || scan.holdsLineEnds) {
    appendCells(scan, cleaning, { recordNo, byteOffset, bytes, ownBytes: end - start });
    return;
  }
  const { touched, touchedCells } = cleaning;
  const marks = copyMarks(scan.grammar);
  const most = end - start + 2 * (cleaning.ends[touchedCells - 1] as number) + 2 * touchedCells;
  let at = beginTyped(chunks, recordNo, byteOffset, tables.delimiter, most);
  const { chunk } = chunks;
  let from = start;
  for (let slot = 0; slot < touchedCells; slot += 1) {
    const position = touched[slot] as number;
    at = copyCells(scan, at, bytes, from, scan.starts[position] as number);
    at = writeCleaned(chunk, at, cleaning, slot, marks, tables.delimiter);
    from = scan.ends[position] as number;
  }
  at = copyCells(scan, at, bytes, from, end);
  chunk[at] = LF;
  chunks.used = at + 1;
}

/** Copies bytes[from, until) without the words for NULL in it. */
function copyCells(scan: Scan, to: number, bytes: Buffer, from: number, until: number): number {
  const { chunks, nulls, nullCells, nullPlaces } = scan;
  let at = to;
  let next = from;
  for (let i = 0; nulls.declared && i < nullCells; i += 1) {
    const [start, end] = [nullPlaces[2 * i] as number, nullPlaces[2 * i + 1] as number];
    if (start >= next && end <= until) {
      at = appendBytes(chunks, at, bytes, next, start);
      next = end;
    }
  }
  return appendBytes(chunks, at, bytes, next, until);
}

/** The cell as the file has it; null where it is NULL there. */
function sourceText(scan: Scan, bytes: Buffer, position: number): string | null {
  const [start, end] = [scan.starts[position] as number, scan.ends[position] as number];
  if (start === end || isNullHere(scan, bytes, start, end)) return null;
  const { quote, escape } = scan.tables;
  if (bytes[start] !== quote) return textOf(bytes, start, end);
  return holds(escape, bytes, start + 1, end - 1)
    ? unescaped(bytes.subarray(start + 1, end - 1), scan.tables).toString('utf8')
    : textOf(bytes, start + 1, end - 1);
}

function isNullHere({ nulls, nullCells }: Scan, bytes: Buffer, start: number, end: number): boolean {
  return nullCells > 0 && nulls.declared && isNullWord(nulls.words, bytes, start, end);
}

/** Below so many bytes of ASCII a loop is faster than a call that leaves JavaScript. */
const LOOPED_CHARACTERS = 16;

function textOf(bytes: Buffer, start: number, end: number): string {
  if (end - start > LOOPED_CHARACTERS) return bytes.toString('utf8', start, end);
  let text = '';
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return bytes.toString('utf8', start, end);
    text += String.fromCharCode(byte);
  }
  return text;
}

function holds(byte: number, bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (bytes[i] === byte) return true;
  return false;
}
