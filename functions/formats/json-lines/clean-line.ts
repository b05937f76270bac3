import { type CellCleaning, cleanTouched, touch } from '../shared/cell-cleaning.ts';
import { TEXT } from '../shared/plain-forms.ts';
import { unescaped } from './known-keys.ts';
import { isPlainCell } from './read-cell.ts';
import { AS_IS, CLEANED, NULL, type Reader } from './reader.ts';

/** Cells of columns that the record does not name are empty: a step may fill them. */
export function touchUnnamed({ seen, record }: Reader, cleaning: CellCleaning): void {
  for (const [position, chain] of cleaning.chains.entries()) {
    if (chain !== null && !chain.leavesNull && seen[position] !== record) touch(cleaning, position);
  }
}

/** Cleans the touched cells of the sound record just read; answers whether all of them are plain then. */
export function cleanCells(reader: Reader, cleaning: CellCleaning, bytes: Buffer): boolean {
  const { seen, record, kinds, starts, forms } = reader;
  cleanTouched(cleaning, (position) => sourceText(reader, bytes, position));
  const { touched, touchedCells, text, unread } = cleaning;
  let isPlain = unread.size === 0;
  for (let slot = 0; slot < touchedCells; slot += 1) {
    const position = touched[slot] as number;
    seen[position] = record;
    kinds[position] = CLEANED;
    starts[position] = slot;
    const form = forms[position] as number;
    const [start, end] = [cleaning.starts[slot] as number, cleaning.ends[slot] as number];
    if (isPlain && start !== -1 && form !== TEXT) isPlain = isPlainCell(reader, form, text, start, end);
  }
  return isPlain;
}

/** A string, a number or a word as text; null where the record has none. */
function sourceText({ seen, record, kinds, starts, ends }: Reader, bytes: Buffer, position: number): string | null {
  const kind = seen[position] === record ? (kinds[position] as number) : NULL;
  if (kind === NULL) return null;
  const text = bytes.toString('utf8', starts[position], ends[position]);
  return kind === AS_IS ? text : unescaped(text);
}
