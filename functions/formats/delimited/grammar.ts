import type { DelimitedFormat, LineEnd } from '../../core/format/file-format.ts';

/** How cells are told apart inside a record. */
export interface CellGrammar {
  /** The byte between cells, or the first one of several. */
  readonly delimiter: number;
  /** What follows it where several bytes stand between cells; absent: nothing. */
  readonly delimiterRest?: Buffer;
  /** What ends a record; absent: a line end does. */
  readonly recordEnd?: Buffer;
  readonly quoting: Quoting;
  /** The byte that encloses cells, where any does; absent: `"`. */
  readonly quote?: number;
  /** Between quotes the byte before a quote, or before itself, that makes it data; absent: the quote itself. */
  readonly escape?: number;
  /** What a line begins with that is no record; absent: every line is one. */
  readonly comment?: Buffer;
  /** Unquoted cells that are NULL, as an empty one is; absent: the dataset declares none. A header has no such cells. */
  readonly nulls?: readonly Buffer[];
  /** Lines before the header that are no part of the table; absent: none. */
  readonly skipRows?: number;
  /** The columns of an object without a header; absent: it has one. */
  readonly names?: readonly string[];
  /** The header is so many records; absent: one. */
  readonly headerRows?: { readonly rows: number; readonly join: string };
}

/**
 * declared: quotes enclose cells. none: they are data. assumed: they enclose cells as far as anybody knows, so that a quoted
 * cell with line ends and delimiters inside, which may as well be several records, is a fault.
 */
export type Quoting = 'declared' | 'assumed' | 'none';

/** How the bytes of one object are told apart: the same for its header, each of its slices and whatever reads it again. */
export interface Grammar extends CellGrammar {
  readonly lineEnd: LineEnd;
  /** Of a table that is no text, which a decoder wrote so: a record is one line, whatever its cells hold, and none is the header again. */
  readonly isMade?: boolean;
  /** Offsets count such records: where a slice starts and ends is the number of one, from 0. Absent: they count bytes. */
  readonly countsRows?: boolean;
}

/** What a line is where records end otherwise: in a record end with a CR and no LF the CR ends it. */
export function lineEndBeside(recordEnd: Buffer): LineEnd {
  return recordEnd.includes('\r') && !recordEnd.includes('\n') ? 'cr' : 'lf';
}

/** Of a format. Who separates cells with tabs often quotes none; who separates them with commas has to. */
export function cellGrammarOf(format: DelimitedFormat): CellGrammar {
  const { delimiter, recordEnd, quote, escape, comment, nulls, skipRows, header, headerRows } = format;
  const undeclared = delimiter === '\t' ? 'assumed' : 'declared';
  const between = Buffer.from(delimiter);
  const isNone = quote === 'none';
  return {
    delimiter: between[0] as number,
    ...(between.length > 1 && { delimiterRest: between.subarray(1) }),
    ...(recordEnd !== undefined && { recordEnd: Buffer.from(recordEnd) }),
    quoting: isNone ? 'none' : quote === undefined && escape === undefined ? undeclared : 'declared',
    ...(!isNone && quote !== undefined && quote !== '"' && { quote: quote.charCodeAt(0) }),
    ...(escape !== undefined && { escape: escape.charCodeAt(0) }),
    ...(comment !== undefined && { comment: Buffer.from(comment) }),
    ...(nulls !== undefined && { nulls: nulls.map((word) => Buffer.from(word)) }),
    ...(skipRows !== undefined && { skipRows }),
    ...(header !== undefined && { names: header }),
    ...(headerRows !== undefined && { headerRows }),
  };
}
