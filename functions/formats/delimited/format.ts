import { type FileColumn, isText } from '../../core/contract.ts';
import { ownColumns, ownHeaders } from '../../core/format/file-columns.ts';
import type { DelimitedFormat, LineEnd } from '../../core/format/file-format.ts';
import { printable } from '../../core/printable.ts';
import { literal, sql } from '../../core/sql.ts';
import type { Format } from '../format.ts';
import { chainsOf } from '../shared/cell-cleaning.ts';
import { scannedForm, type ScannedForm } from '../shared/plain-forms.ts';
import { textPlace } from '../shared/text-place.ts';
import { saidInCell } from '../shared/trailer-place.ts';
import { copyDelimiter, copyQuote } from './bytes.ts';
import { capturedOf } from './rows/capture.ts';
import { cellTexts, splitCells } from './cells.ts';
import { hintOfQuotes } from './fault-words.ts';
import { cellGrammarOf, type Grammar } from './grammar.ts';
import { guessStart } from './guess.ts';
import { readHeader } from './header/header.ts';
import { declareDelimiter, likelyDelimiter } from './header/likely-delimiter.ts';
import { createLocator } from './locate.ts';
import { type RowRules, strictRows } from './rows/row-rules.ts';
import { createScanner } from './scanner.ts';
import { delimitedWriter } from './write-cells.ts';

/**
 * CSV, TSV and what else has a byte or several between cells; the first record is the header, unless its names are declared.
 * @param table of Grammar
 */
export function delimited(
  declared: DelimitedFormat,
  lineEnd: LineEnd,
  table: Pick<Grammar, 'isMade' | 'countsRows'> = {},
): Format {
  const { isMade = false } = table;
  const { delimiter, nulls = [], trailerRows = 0 } = declared;
  const cells = cellGrammarOf(declared);
  const grammar = { ...cells, lineEnd, ...table };
  const between = String.fromCharCode(copyDelimiter(cells));
  const quote = String.fromCharCode(copyQuote(cells));
  const escape = cells.escape === undefined ? sql`` : sql`, escape ${literal(String.fromCharCode(cells.escape))}`;
  return {
    splits: true,
    layout: (head, objectEnds) =>
      readHeader(head, { ...cells, hasTrailer: trailerRows > 0, rows: declared.rows }, objectEnds),
    scanner: ({ fileColumns: staged, ...slice }) => {
      const fileColumns = ownColumns(staged);
      return createScanner({
        ...grammar,
        ...slice,
        forms: plainForms(fileColumns),
        chains: chainsOf(fileColumns),
        // of an object without a header, or whose records a decoder made, a record of its names is data
        ...(cells.names === undefined && !isMade && { header: ownHeaders(fileColumns) }),
        textColumns: fileColumns.map(({ column }) => column !== null && isText(column)),
        captured: capturedOf(fileColumns),
        rows: isMade ? strictRows : { ...usualRows, ...declared.rows },
      });
    },
    guess: (bytes, { fileColumns, ...window }) =>
      guessStart(bytes, { ...grammar, ...window, forms: likelyForms(ownColumns(fileColumns)) }),
    locator: (settings) => createLocator({ ...grammar, ...settings }),
    // bytes pass as they are: an unquoted empty cell is NULL, a quoted one is ''
    copyOptions: sql`format csv, delimiter ${literal(between)}, quote ${literal(quote)}${escape}`,
    place: textPlace,
    cells: (record) => splitCells(record, cells),
    texts: (record) => cellTexts(record, cells),
    said: (line, place) => saidInCell(splitCells(line, cells), place),
    writer: delimitedWriter(cells, lineEnd),
    nullWords: nulls,
    doubtOfOnlyName: (name) => doubtOfOnlyName(name, delimiter),
    hintOfOpenQuote: hintOfQuotes(cells),
  };
}

/** Where the dataset says nothing. */
const usualRows: RowRules = { ...strictRows, blank: 'skip' };

/** The plain form of each column of the file; what is ignored may be anything. */
function plainForms(fileColumns: readonly FileColumn[]): readonly ScannedForm[] {
  return fileColumns.map(({ column }) => scannedForm(column));
}

/** As the file has them: before they are cleaned cells may be anything. */
function likelyForms(fileColumns: readonly FileColumn[]): readonly ScannedForm[] {
  return fileColumns.map(({ column }) => (column?.clean === undefined ? scannedForm(column) : 'text'));
}

function doubtOfOnlyName(name: string, delimiter: string): string | null {
  const likely = likelyDelimiter(Buffer.from(name), delimiter);
  return likely === null
    ? null
    : `its cells look separated by ${likely.words}, not by "${printable(delimiter)}". ${declareDelimiter(likely)}`;
}
