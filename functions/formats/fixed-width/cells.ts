import type { FixedFormat } from '../../core/format/file-format.ts';

/** How a line is taken apart. */
export interface FixedGrammar {
  /** Characters of each column, in their order. */
  readonly widths: readonly number[];
  /** Cells that are NULL, as one of blanks alone is. */
  readonly nulls: readonly Buffer[];
  /** A line may end before its columns do. */
  readonly padsShort: boolean;
  /** What ends a line; null: a line feed, with a carriage return or without. */
  readonly recordEnd: Buffer | null;
}

/** Of a format. */
export function fixedGrammarOf({ columns, nulls = [], padsShort, recordEnd }: FixedFormat): FixedGrammar {
  return {
    widths: columns.map(({ width }) => width),
    nulls: nulls.map((word) => Buffer.from(word)),
    padsShort: padsShort === true,
    recordEnd: recordEnd === undefined ? null : Buffer.from(recordEnd),
  };
}

const BLANK = 0x20;

/** Index behind so many characters from `from` on; `end` where fewer are left. Not UTF-8, it is some index in between. */
export function behindCharacters(bytes: Uint8Array, from: number, end: number, characters: number): number {
  let i = from;
  for (let left = characters; left > 0 && i < end; left -= 1) {
    i += 1;
    // bytes of a character behind its first one
    while (i < end && ((bytes[i] as number) & 0xc0) === 0x80) i += 1;
  }
  return i;
}

/** How many characters there are. */
export function charactersOf(bytes: Uint8Array, start: number, end: number): number {
  let characters = 0;
  for (let i = start; i < end; i += 1) if (((bytes[i] as number) & 0xc0) !== 0x80) characters += 1;
  return characters;
}

/** Index of the first byte that is no blank. */
export function overBlanks(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i] === BLANK) i += 1;
  return i;
}

/** Index behind the last byte that is no blank. */
export function beforeBlanks(bytes: Uint8Array, start: number, end: number): number {
  let i = end;
  while (i > start && bytes[i - 1] === BLANK) i -= 1;
  return i;
}

/** The cells of a line, blanks and all; what stands behind the last column is one more, and columns that it has nothing of are left out. */
export function ownCells(record: Buffer, { widths }: FixedGrammar): readonly Buffer[] {
  const cells: Buffer[] = [];
  let at = 0;
  for (const width of widths) {
    if (at === record.length) return cells;
    const end = behindCharacters(record, at, record.length, width);
    cells.push(record.subarray(at, end));
    at = end;
  }
  if (at < record.length) cells.push(record.subarray(at));
  return cells;
}

/** Its cells without the blanks around them; null where nothing is left, or a word for NULL. */
export function splitLine(record: Buffer, grammar: FixedGrammar): (Buffer | null)[] {
  const cells = ownCells(record, grammar).map((own) => {
    const cell = own.subarray(overBlanks(own, 0, own.length), beforeBlanks(own, 0, own.length));
    return cell.length === 0 || grammar.nulls.some((word) => word.equals(cell)) ? null : cell;
  });
  const lacking = grammar.padsShort ? Math.max(0, grammar.widths.length - cells.length) : 0;
  return [...cells, ...Array<null>(lacking).fill(null)];
}
