import { type CellCleaning, cleanTouched, touch } from '../shared/cell-cleaning.ts';
import { isPlain, TEXT, TIMESTAMPTZ } from '../shared/plain-forms.ts';
import { lacksZone } from '../shared/plain-moments.ts';
import { isOdd } from '../shared/zone-jumps.ts';
import { beforeBlanks, behindCharacters, overBlanks } from './cells.ts';
import type { FixedScan } from './scan.ts';

/** The tight loop: takes the line bytes[start, end) apart, judging each cell on the way. */
export function readLine(scan: FixedScan, bytes: Buffer, start: number, end: number): void {
  const { widths, forms, starts, ends, cleaning } = scan;
  const columns = widths.length;
  const isStrict = !scan.grammar.padsShort;
  let plain = !scan.allRaw;
  let at = start;
  scan.zoneless = 0;
  scan.isWhole = true;
  if (cleaning !== null) cleaning.touchedCells = 0;
  for (let column = 0; column < columns; column += 1) {
    const width = widths[column] as number;
    const from = at;
    at = behindCharacters(bytes, from, end, width);
    if (isStrict && (column + 1 < columns ? at === end : isShort(bytes, from, at, width))) scan.isWhole = false;
    let first = overBlanks(bytes, from, at);
    const last = beforeBlanks(bytes, first, at);
    if (isNull(scan, bytes, first, last)) first = last;
    starts[column] = first;
    ends[column] = last;
    if (cleaning !== null && noteCell(scan, cleaning, bytes, column)) continue;
    const form = forms[column] as number;
    if (plain && form !== TEXT && last > first) plain = isPlainCell(scan, form, bytes, first, last);
  }
  if (at < end) scan.isWhole = false;
  scan.plain = plain;
}

/** Whether the last cell has fewer characters than its column. */
function isShort(bytes: Buffer, from: number, end: number, width: number): boolean {
  if (end - from < width) return true;
  let characters = 0;
  for (let i = from; i < end && characters < width; i += 1) {
    if (((bytes[i] as number) & 0xc0) !== 0x80) characters += 1;
  }
  return characters < width;
}

function isNull({ grammar }: FixedScan, bytes: Buffer, start: number, end: number): boolean {
  for (const word of grammar.nulls) {
    if (word.length === end - start && word.compare(bytes, start, end) === 0) return true;
  }
  return false;
}

/** As isPlain; a moment without an offset is counted, and not plain where the zone has it never or twice. */
function isPlainCell(scan: FixedScan, form: number, bytes: Buffer, start: number, end: number): boolean {
  if (!isPlain(form, bytes, start, end)) return false;
  if (form !== TIMESTAMPTZ || !lacksZone(bytes, start, end)) return true;
  scan.zoneless += 1;
  return scan.odd === null || !isOdd(scan.odd, bytes, start);
}

/** Whether a step may change the cell just read. */
function noteCell({ starts, ends }: FixedScan, cleaning: CellCleaning, bytes: Buffer, column: number): boolean {
  const chain = cleaning.chains[column] ?? null;
  if (chain === null) return false;
  const [start, end] = [starts[column] as number, ends[column] as number];
  const isLeft = start === end ? chain.leavesNull : chain.leaves(bytes, start, end);
  if (!isLeft) touch(cleaning, column);
  return !isLeft;
}

/** Cleans the touched cells of the line just read; answers whether all of them are plain then. */
export function cleanCells(scan: FixedScan, cleaning: CellCleaning, bytes: Buffer): boolean {
  const { starts, ends, forms } = scan;
  cleanTouched(cleaning, (column) =>
    starts[column] === ends[column] ? null : bytes.toString('utf8', starts[column], ends[column]),
  );
  if (cleaning.unread.size > 0) return false;
  const { touched, touchedCells, text } = cleaning;
  for (let slot = 0; slot < touchedCells; slot += 1) {
    const form = forms[touched[slot] as number] as number;
    const start = cleaning.starts[slot] as number;
    if (form !== TEXT && start !== -1 && !isPlainCell(scan, form, text, start, cleaning.ends[slot] as number))
      return false;
  }
  return true;
}
