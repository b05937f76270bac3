import type { CellGrammar } from './grammar.ts';

const quotesAreData = `where quotes are data, load it with --quote none (in a dataset quote: 'none')`;

const escapesAreMeant = String.raw`where a backslash makes the quote behind it data, load it with --escape '\' (in a dataset escape: '\\')`;

/** What to add of a quote that troubles: where nobody declared that they enclose cells, it may be none. */
export function hintOfQuotes({ quoting }: Pick<CellGrammar, 'quoting'>): string {
  return quoting === 'assumed' ? `; ${quotesAreData}` : '';
}

/** The words for faults of cells. */
export const cellFaults = {
  repeatedHeader: 'the header again, as where several files were put together; leave it out of all but the first',
  bareCr: (cell: number): string =>
    `a carriage return (CR) alone in cell ${cell}, outside quotes, in a file whose lines end with LF or CRLF`,
  bareLf: (cell: number): string =>
    `a line feed (LF) alone in cell ${cell}, outside quotes, in a file whose lines end with CR`,
  quotedLines: (cell: number): string =>
    `cell ${cell} begins with a quote and holds line ends and delimiters up to the next one, so it may as well be several records; ${quotesAreData}, and where they enclose cells with --quote '"' (quote: '"')`,
  /** @param isEscaped a backslash stands before a quote, and nobody said what that means. */
  strayQuote: (cell: number, { assumesQuotes, isEscaped }: { assumesQuotes: boolean; isEscaped: boolean }): string =>
    `a quote inside cell ${cell}, or text after its closing quote${isEscaped ? `; ${escapesAreMeant}` : assumesQuotes ? `; ${quotesAreData}` : ''}`,
  blankRow: 'all of its cells are empty, and the dataset takes no blank rows',
  /** @param endsEmpty nothing stands after the last delimiter. */
  fieldCount: (cells: number, columns: number, endsEmpty: boolean): string =>
    `${cells} ${cells === 1 ? 'cell' : 'cells'} where the header has ${columns}; ${shapeAdvice(cells - columns, endsEmpty)}`,
};

function shapeAdvice(more: number, endsEmpty: boolean): string {
  if (more < 0) return 'the record is cut off, or a cell that holds a line end is not quoted';
  return more === 1 && endsEmpty
    ? 'the one too many is empty, the record ends with a delimiter: if all do, end the header with one too'
    : 'a cell that holds the delimiter must be quoted';
}
