import { type CleaningChain, chainOf } from '../../cleaning/chain.ts';
import { type CleaningCounts, cleaningCounts } from '../../cleaning/cleaned-cells.ts';
import type { FileColumn } from '../../core/contract.ts';
import type { CleanedRecord, Unread } from './raw-record.ts';

/** The cleaning of one scan, and what became of the record just read. Positions are those of the file's columns. */
export interface CellCleaning {
  readonly chains: readonly (CleaningChain | null)[];
  readonly counts: CleaningCounts;
  /** Positions of the cells that a step may change, so many of them. */
  readonly touched: Int32Array;
  touchedCells: number;
  /** Of each of these: the cell as the file has it, and what the steps made of it. */
  readonly sources: (string | null)[];
  readonly cells: (Buffer | null)[];
  /** What a step could not read: position and words. */
  readonly unread: Map<number, Unread>;
}

/** Null where no column of the file has steps: then no cell is asked. */
export function cellCleaning(chains: readonly (CleaningChain | null)[]): CellCleaning | null {
  if (!chains.some((chain) => chain !== null)) return null;
  return {
    chains,
    counts: cleaningCounts(chains),
    touched: new Int32Array(chains.length),
    touchedCells: 0,
    sources: [],
    cells: [],
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

/** Cleans the touched cells of the record just read and counts what changed; once a record. */
export function cleanTouched(cleaning: CellCleaning, sourceAt: (position: number) => string | null): void {
  const { chains, counts, touched, sources, cells, unread } = cleaning;
  if (unread.size > 0) unread.clear();
  for (let i = 0; i < cleaning.touchedCells; i += 1) {
    const position = touched[i] as number;
    const source = sourceAt(position);
    const cleaned = (chains[position] as CleaningChain).clean(source, (step, from, to) =>
      counts.note(position, step, from, to),
    );
    const isUnread = typeof cleaned === 'object' && cleaned !== null;
    if (isUnread) unread.set(position, { code: cleaned.code, words: cleaned.words });
    const cell = isUnread ? cleaned.cell : cleaned;
    sources[i] = source;
    cells[i] = cell === null ? null : Buffer.from(cell);
  }
}

/** The cleaned cells of a record that goes raw. */
export function cleanedRecord({ chains, touched, touchedCells, sources, cells, unread }: CellCleaning): CleanedRecord {
  const byPosition = new Map<number, Buffer | null>();
  const changed: [string, string | null][] = [];
  for (let i = 0; i < touchedCells; i += 1) {
    const position = touched[i] as number;
    const [source, cell] = [sources[i] as string | null, cells[i] as Buffer | null];
    byPosition.set(position, cell);
    const chain = chains[position] as CleaningChain;
    const isShown = !chain.isSensitive && source !== (cell?.toString('utf8') ?? null);
    if (isShown) changed.push([chain.column, source]);
  }
  return { cells: byPosition, sources: changed, unread: new Map(unread) };
}
