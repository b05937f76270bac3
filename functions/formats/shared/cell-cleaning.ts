import { type CleaningChain, chainOf, type StepChange } from '../../cleaning/chain.ts';
import { type CleaningCounts, cleaningCounts } from '../../cleaning/cleaned-cells.ts';
import type { FileColumn } from '../../core/contract.ts';
import type { CleanedRecord, Unread } from './raw-record.ts';

/** The cleaning of one scan, and what became of the record just read. Positions are those of the file's columns. */
export interface CellCleaning {
  readonly chains: readonly (CleaningChain | null)[];
  /** Of each column, what its chain tells its changes. */
  readonly changed: readonly StepChange[];
  readonly counts: CleaningCounts;
  /** Positions of the cells that a step may change, so many of them. */
  readonly touched: Int32Array;
  touchedCells: number;
  /** Of each of these: the cell as the file has it. */
  readonly sources: (string | null)[];
  /** What the steps made of it: `text` from its start to its end; a start of -1 is NULL. */
  text: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** What a step could not read: position and words. */
  readonly unread: Map<number, Unread>;
}

/** Null where no column of the file has steps: then no cell is asked. */
export function cellCleaning(chains: readonly (CleaningChain | null)[]): CellCleaning | null {
  if (!chains.some((chain) => chain !== null)) return null;
  const counts = cleaningCounts(chains);
  return {
    chains,
    changed: chains.map((_, position) => (step, from, to) => counts.note(position, step, from, to)),
    counts,
    touched: new Int32Array(chains.length),
    touchedCells: 0,
    sources: [],
    text: Buffer.alloc(4096),
    starts: new Int32Array(chains.length),
    ends: new Int32Array(chains.length),
    unread: new Map(),
  };
}

/** One a column of the file; null where the column is ignored or has no steps. */
export function chainsOf(fileColumns: readonly FileColumn[]): readonly (CleaningChain | null)[] {
  return fileColumns.map(({ column }) => (column === null ? null : chainOf(column)));
}

/** A step may change this cell of the record that is read. */
export function touch(cleaning: CellCleaning, position: number): void {
  cleaning.touched[cleaning.touchedCells] = position;
  cleaning.touchedCells += 1;
}

/** Cleans the touched cells of the record just read and counts what changed; once a record. Answers how many bytes they have then. */
export function cleanTouched(cleaning: CellCleaning, sourceAt: (position: number) => string | null): number {
  const { chains, changed, touched, sources, starts, ends, unread } = cleaning;
  if (unread.size > 0) unread.clear();
  let used = 0;
  for (let slot = 0; slot < cleaning.touchedCells; slot += 1) {
    const position = touched[slot] as number;
    const source = sourceAt(position);
    const cleaned = (chains[position] as CleaningChain).clean(source, changed[position] as StepChange);
    const isUnread = typeof cleaned === 'object' && cleaned !== null;
    if (isUnread) unread.set(position, { code: cleaned.code, words: cleaned.words });
    const cell = isUnread ? cleaned.cell : cleaned;
    sources[slot] = source;
    starts[slot] = cell === null ? -1 : used;
    if (cell !== null) used = writeText(cleaning, cell, used);
    ends[slot] = used;
  }
  return used;
}

/** Below so many characters a loop is faster than a call that leaves JavaScript. */
const LOOPED_CHARACTERS = 24;

function writeText(cleaning: CellCleaning, cell: string, from: number): number {
  const most = from + 3 * cell.length;
  if (most > cleaning.text.length) {
    const wider = Buffer.alloc(2 * most);
    cleaning.text.copy(wider, 0, 0, from);
    cleaning.text = wider;
  }
  const { text } = cleaning;
  if (cell.length > LOOPED_CHARACTERS) return from + text.write(cell, from);
  for (let i = 0; i < cell.length; i += 1) {
    const unit = cell.charCodeAt(i);
    if (unit >= 0x80) return from + text.write(cell, from);
    text[from + i] = unit;
  }
  return from + cell.length;
}

/** The cleaned cells of a record that goes raw. */
export function cleanedRecord(cleaning: CellCleaning): CleanedRecord {
  const { chains, touched, touchedCells, sources, text, starts, ends, unread } = cleaning;
  const byPosition = new Map<number, Buffer | null>();
  const changed: [string, string | null][] = [];
  for (let slot = 0; slot < touchedCells; slot += 1) {
    const position = touched[slot] as number;
    const source = sources[slot] as string | null;
    const cell = starts[slot] === -1 ? null : Buffer.from(text.subarray(starts[slot], ends[slot]));
    byPosition.set(position, cell);
    const chain = chains[position] as CleaningChain;
    const isShown = !chain.isSensitive && source !== (cell?.toString('utf8') ?? null);
    if (isShown) changed.push([chain.column, source]);
  }
  return { cells: byPosition, sources: changed, unread: new Map(unread) };
}
