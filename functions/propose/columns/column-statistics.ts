import { lacksZone } from '../../formats/shared/plain-moments.ts';
import { isOfForm } from './cell-form.ts';
import { isExactDouble } from './exact-double.ts';
import { isNullWord } from './null-word.ts';

/** What all cells of a column may be at once. `whole` is any integer, of which `integer` and `bigint` hold some. */
export type Kind =
  | 'integer'
  | 'bigint'
  | 'whole'
  | 'decimal'
  | 'exponents'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'uuid';

/** A cell that is another thing than those before it. */
export interface OddCell {
  /** From 1, among the records that could be read. */
  readonly record: number;
  /** At most 60 characters of it. */
  readonly text: string;
}

const bits = {
  integer: 1,
  bigint: 2,
  whole: 4,
  decimal: 8,
  exponents: 16,
  boolean: 32,
  date: 64,
  time: 128,
  timestamp: 256,
  timestamptz: 512,
  uuid: 1024,
} as const satisfies Readonly<Record<Kind, number>>;
const kinds = Object.keys(bits) as readonly Kind[];
const all = 2047;
const numbers = bits.integer | bits.bigint | bits.whole | bits.decimal | bits.exponents;

/** What the cells of one column have in common, cell by cell; its size does not depend on how many there are. */
export class ColumnStatistics {
  /** Records, and of their cells those that are NULL and those that are the empty text. */
  records = 0;
  nulls = 0;
  emptyTexts = 0;
  /** Bytes of the longest cell. */
  maxBytes = 0;
  /** Cells with blanks around them, which no type but text holds. */
  padded = 0;
  /** Every number of it is a double precision to the last digit. */
  isExactAsDouble = true;
  /** Words that often mean NULL, and how often each is there. */
  readonly nullWords = new Map<string, number>();
  /** The first cell after which nothing but text held all of them; null: none was. */
  oddCell: OddCell | null = null;
  /** The same but for words that may mean NULL. */
  oddCellButNulls: OddCell | null = null;
  /** What the cells before the odd one might have been, most special first. */
  before: readonly Kind[] = [];

  #all = all;
  #allButNulls = all;

  observe(cell: Buffer | null): void {
    this.records += 1;
    if (cell === null) {
      this.nulls += 1;
      return;
    }
    if (cell.length === 0) {
      this.emptyTexts += 1;
      return;
    }
    if (cell.length > this.maxBytes) this.maxBytes = cell.length;
    if (this.#allButNulls === 0) return;
    const found = kindsOf(cell, this.#allButNulls);
    if (found !== 0 && (found & numbers) !== 0 && !isExactDouble(cell)) this.isExactAsDouble = false;
    if ((found & this.#allButNulls) === 0) this.#observeOdd(cell);
    else {
      this.#allButNulls &= found;
      this.#all &= found;
    }
  }

  #observeOdd(cell: Buffer): void {
    const text = cell.toString('utf8');
    const odd = { record: this.records, text: [...text.slice(0, 130)].slice(0, 60).join('') };
    if (this.#all !== 0) {
      this.oddCell = odd;
      this.before = kinds.filter((kind) => (this.#all & bits[kind]) !== 0);
      this.#all = 0;
    }
    if (text.trim() !== text) this.padded += 1;
    if (isNullWord(text)) this.nullWords.set(text, (this.nullWords.get(text) ?? 0) + 1);
    else {
      this.oddCellButNulls = odd;
      this.#allButNulls = 0;
    }
  }

  /** Cells that hold something. */
  get filled(): number {
    return this.records - this.nulls - this.emptyTexts;
  }

  /** What all filled cells are; none: they are text, or there is none. */
  get kinds(): readonly Kind[] {
    return this.filled === 0 ? [] : kinds.filter((kind) => (this.#all & bits[kind]) !== 0);
  }

  /** What they are where the words that often mean NULL do. */
  get kindsButNulls(): readonly Kind[] {
    return this.filled === 0 ? [] : kinds.filter((kind) => (this.#allButNulls & bits[kind]) !== 0);
  }
}

const DASH = 0x2d;
const ZERO = 0x30;

/** Bits of what a cell is, among those that are asked. */
function kindsOf(cell: Buffer, asked: number): number {
  let found = 0;
  if ((asked & numbers) !== 0) found |= numbersOf(cell);
  if ((asked & bits.boolean) !== 0 && cell.length >= 4 && isOfForm('boolean', cell)) found |= bits.boolean;
  if ((asked & bits.date) !== 0 && isOfForm('date', cell)) found |= bits.date;
  if ((asked & bits.time) !== 0 && isOfForm('time', cell)) found |= bits.time;
  if ((asked & (bits.timestamp | bits.timestamptz)) !== 0 && isOfForm('timestamptz', cell))
    found |= lacksZone(cell, 0, cell.length) ? bits.timestamp : bits.timestamptz;
  if ((asked & bits.uuid) !== 0 && isOfForm('uuid', cell)) found |= bits.uuid;
  return found;
}

/** `01067` is no number: as one it would lose its zero. */
function numbersOf(cell: Buffer): number {
  const at = cell[0] === DASH ? 1 : 0;
  const next = cell[at + 1];
  if (cell[at] === ZERO && next !== undefined && next >= ZERO && next <= ZERO + 9) return 0;
  if (isWhole(cell, at)) {
    if (!isOfForm('numeric', cell)) return 0;
    const wider = bits.whole | bits.decimal | bits.exponents;
    return (
      wider | (isUpTo(cell, at, '2147483647') ? bits.integer : 0) | (isUpTo(cell, at, maxBigint) ? bits.bigint : 0)
    );
  }
  if (isOfForm('numeric', cell)) return bits.decimal | bits.exponents;
  return isOfForm('float8', cell) ? bits.exponents : 0;
}

const maxBigint = '9223372036854775807';

function isWhole(cell: Buffer, at: number): boolean {
  for (let i = at; i < cell.length; i += 1) {
    const byte = cell[i] as number;
    if (byte < ZERO || byte > ZERO + 9) return false;
  }
  return cell.length > at;
}

/** Digits without leading zeros are in order as their texts are, by length. */
function isUpTo(cell: Buffer, at: number, most: string): boolean {
  const digits = cell.length - at;
  return digits < most.length || (digits === most.length && cell.toString('latin1', at) <= most);
}
