import { type CellCleaning, cleanTouched, touch } from '../../shared/cell-cleaning.ts';
import { TEXT } from '../../shared/plain-forms.ts';
import { beginTyped } from '../../shared/typed-chunks.ts';
import { copyQuote, CR, LF, QUOTE } from '../bytes.ts';
import { isPlainCell } from './plain-cell.ts';
import type { Scan } from '../scan.ts';

/** How the cell stands in the record. */
export type CellKind = 'unquoted' | 'quoted' | 'null word';

/** Notes the cell bytes[from, end), `cell` counting from 1; answers whether a step may change it. */
export function noteCell(
  { starts, ends }: Scan,
  cleaning: CellCleaning,
  cell: number,
  bytes: Buffer,
  from: number,
  end: number,
  kind: CellKind,
): boolean {
  const position = cell - 1;
  if (position >= starts.length) return false;
  starts[position] = kind === 'null word' ? end : from;
  ends[position] = end;
  const chain = cleaning.chains[position] ?? null;
  if (chain === null) return false;
  const isLeft =
    kind === 'quoted'
      ? !holdsQuote(bytes, from + 1, end - 1) && chain.leaves(bytes, from + 1, end - 1)
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
  for (let i = 0; i < cleaning.touchedCells; i += 1) {
    const cell = cleaning.cells[i] as Buffer | null;
    const form = forms[cleaning.touched[i] as number] as number;
    if (cell !== null && form !== TEXT && !isPlainCell(scan, form, cell, 0, cell.length)) return false;
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
  recordBytes: number,
): void {
  const { chunks, starts, ends, tables } = scan;
  const { touched, touchedCells, cells } = cleaning;
  const quote = copyQuote(scan.grammar);
  let most = recordBytes;
  for (let i = 0; i < touchedCells; i += 1) most += 2 * (cells[i]?.length ?? 0) + 2;
  let at = beginTyped(chunks, recordNo, byteOffset, tables.delimiter, most);
  const { chunk } = chunks;
  let next = 0;
  for (let position = 0; position < starts.length; position += 1) {
    if (position > 0) {
      chunk[at] = tables.delimiter;
      at += 1;
    }
    if (next < touchedCells && touched[next] === position) {
      at = writeCell(chunk, at, cells[next] as Buffer | null, quote, scan);
      next += 1;
    } else {
      const [from, end] = [starts[position] as number, ends[position] as number];
      bytes.copy(chunk, at, from, end);
      at += end - from;
    }
  }
  chunk[at] = LF;
  chunks.used = at + 1;
}

/** Unquoted, unless it is empty or holds what means something to COPY. */
function writeCell(chunk: Buffer, from: number, cell: Buffer | null, quote: number, { tables }: Scan): number {
  if (cell === null) return from;
  let isBare = cell.length > 0;
  for (let i = 0; isBare && i < cell.length; i += 1) {
    const byte = cell[i];
    isBare = byte !== tables.delimiter && byte !== quote && byte !== LF && byte !== CR;
  }
  let at = from;
  if (isBare) return at + cell.copy(chunk, at);
  chunk[at] = quote;
  at += 1;
  for (const byte of cell) {
    if (byte === quote) {
      chunk[at] = quote;
      at += 1;
    }
    chunk[at] = byte;
    at += 1;
  }
  chunk[at] = quote;
  return at + 1;
}

/** The cell as the file has it; null where it is NULL there. */
function sourceText({ starts, ends, tables }: Scan, bytes: Buffer, position: number): string | null {
  const [start, end] = [starts[position] as number, ends[position] as number];
  if (start === end) return null;
  if (bytes[start] !== tables.quote) return bytes.toString('utf8', start, end);
  const text = bytes.toString('utf8', start + 1, end - 1);
  return holdsQuote(bytes, start + 1, end - 1) ? text.replaceAll('""', '"') : text;
}

function holdsQuote(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (bytes[i] === QUOTE) return true;
  return false;
}
