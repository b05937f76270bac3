import type { CellGrammar, Grammar } from './grammar.ts';

/** What encloses cells where no dataset says another byte: `"`. */
export const QUOTE = 0x22;
/** Line feed. */
export const LF = 0x0a;
/** Carriage return: before a line feed half a line end, alone one where the object's header ends so. */
export const CR = 0x0d;

/** What a byte is to a scan, by its value; 0 is an ordinary byte, so that a tight loop tests one table entry a byte. */
export interface ByteTables {
  readonly delimiter: number;
  /** All bytes of a delimiter of several; null where it is one. */
  readonly whole: Buffer | null;
  /** What ends a record, before any delimiter; null where a line end does. */
  readonly recordEnd: Buffer | null;
  /** Line ends in what ends a record. */
  readonly endLines: number;
  /** What stands between the cells that COPY is given. */
  readonly copyDelimiter: number;
  /** LF or CR: the byte that ends every line (and, where no other end is declared, every record outside quotes), with a CR before the LF or a LF after the CR. */
  readonly lineEnd: number;
  /** The byte that encloses cells; -1 where none does. */
  readonly quote: number;
  /** Between quotes the byte before a quote, or before itself, that makes it data: the quote where a dataset says no other. */
  readonly escape: number;
  /** What a line begins with that is no record; null where every line is one. */
  readonly comment: Buffer | null;
  /** Quotes enclose cells as far as anybody knows: Quoting 'assumed'. */
  readonly assumesQuotes: boolean;
  /** What a line end between quotes counts for. */
  readonly lineInside: 0 | 1;
  /** 1 where an unquoted cell is left or disturbed: delimiter, CR, LF, and the quote, or what stands for it in COPY. */
  readonly outside: Uint8Array;
  /** 1 where a cell ends, or may where its delimiter or its record's end has several bytes: those and line ends. */
  readonly cellEnd: Uint8Array;
  /** 1 where something happens between quotes: quote, escape, line end, and what may end a record if they never close. */
  readonly inside: Uint8Array;
}

/** The tables of one grammar. Throws a RangeError for a delimiter that cannot separate cells, or an end that ends no record. */
export function byteTables(grammar: Grammar): ByteTables {
  const { delimiter, quoting, lineEnd: lineEndName, recordEnd = null, isMade = false } = grammar;
  const between = wholeDelimiter(grammar);
  if (between[0] !== delimiter || !canDelimit(between, quoteOf(grammar))) {
    throw new RangeError(
      `a delimiter is one ASCII character, or several, other than a quote, a line end, a letter or a digit; byte ${delimiter} is not`,
    );
  }
  if (recordEnd !== null && (recordEnd.length === 0 || recordEnd.includes(0) || between.includes(recordEnd))) {
    throw new RangeError('a record ends with a text without a NUL that is no part of the delimiter');
  }
  const marking = (...bytes: readonly number[]): Uint8Array => {
    const table = new Uint8Array(256);
    for (const byte of bytes) table[byte] = 1;
    return table;
  };
  const lineEnd = lineEndName === 'cr' ? CR : LF;
  const quote = quoteOf(grammar);
  const escape = escapeOf(grammar);
  const recordEnds = recordEnd === null ? [] : [recordEnd[0] as number];
  return {
    delimiter,
    whole: between.length === 1 ? null : between,
    recordEnd,
    endLines: recordEnd === null ? 1 : recordEnd.filter((byte) => byte === lineEnd).length,
    copyDelimiter: copyDelimiter(grammar),
    lineEnd,
    quote,
    escape,
    comment: grammar.comment ?? null,
    assumesQuotes: quoting === 'assumed',
    lineInside: isMade ? 0 : 1,
    outside: marking(delimiter, CR, LF, copyQuote(grammar), copyDelimiter(grammar), ...recordEnds),
    cellEnd: marking(delimiter, lineEnd, ...recordEnds),
    inside: quote === -1 ? marking(lineEnd) : marking(quote, escape, lineEnd, ...recordEnds),
  };
}

/** The byte that encloses cells; -1 where none does. */
export function quoteOf({ quoting, quote = QUOTE }: CellGrammar): number {
  return quoting === 'none' ? -1 : quote;
}

/** Between quotes the byte before a quote, or before itself, that makes it data; -1 where no quotes enclose cells. */
export function escapeOf(grammar: CellGrammar): number {
  const quote = quoteOf(grammar);
  return quote === -1 ? -1 : (grammar.escape ?? quote);
}

/**
 * The byte that COPY is told to take for a quote: the one that encloses cells, or where quotes are data a control character, since COPY cannot do
 * without one. A cell that holds that character never goes to COPY as it stands.
 */
export function copyQuote(grammar: CellGrammar): number {
  const quote = quoteOf(grammar);
  if (quote !== -1) return quote;
  const { delimiter, recordEnd } = grammar;
  return [0x01, 0x02, 0x03].find((byte) => byte !== delimiter && recordEnd?.includes(byte) !== true) ?? 0x04;
}

/** What stands between cells, as bytes. */
export function wholeDelimiter({ delimiter, delimiterRest }: CellGrammar): Buffer {
  const first = Buffer.of(delimiter);
  return delimiterRest === undefined ? first : Buffer.concat([first, delimiterRest]);
}

/**
 * The byte that COPY is told to take for a delimiter: the one between cells, or where those are several a control character,
 * since COPY knows one byte. A record with it in a cell without quotes never goes to COPY as it stands.
 */
export function copyDelimiter(grammar: CellGrammar): number {
  if (grammar.delimiterRest === undefined) return grammar.delimiter;
  const whole = wholeDelimiter(grammar);
  return [0x1f, 0x1e, 0x1d].find((byte) => !whole.includes(byte)) ?? 0x1c;
}

/** Letters and digits make up plain cells and the record numbers put before them, so they cannot separate; bytes beyond ASCII not alone. */
function canDelimit(whole: Buffer, quote: number): boolean {
  return (
    (whole.length > 1 || (whole[0] as number) < 0x80) &&
    whole.every((byte) => ![0, QUOTE, quote, CR, LF].includes(byte) && !/[0-9A-Za-z]/.test(String.fromCharCode(byte)))
  );
}
