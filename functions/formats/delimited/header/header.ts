import type { DelimitedFormat, LineEnd } from '../../../core/format/file-format.ts';
import { lineEndIn } from '../../../core/format/line-end.ts';
import { wholeDelimiter } from '../bytes.ts';
import { cellBounds, splitCells, strayCell } from '../cells.ts';
import { declareDelimiter, delimiterOf, likelyDelimiter } from './likely-delimiter.ts';
import { type CellGrammar, lineEndBeside } from '../grammar.ts';
import { utf8BomBytes } from '../../shared/byte-order-mark.ts';
import type { Layout, LayoutProblem, NoLayout } from '../../shared/layout.ts';
import { noTextInHeader } from '../../shared/no-text.ts';
import { otherFormat } from '../../shared/other-format.ts';
import { hintOfQuotes } from '../fault-words.ts';
import { type SeparatorLine, separatorLineAt } from './separator-line.ts';
import { afterRecordEnd, headerEnd, rowEnd } from './record-end.ts';
import { type Place, skipBlankLines, skipComments, skipLines } from './top-lines.ts';
import { isBetweenQuotes } from '../walk.ts';

/** The header of a file names its columns. */
export interface Header extends Layout {
  readonly names: readonly string[];
}

/**
 * Reads the first record of an object as its header. `head` is the object's first bytes, all of them where objectEnds.
 * A UTF-8 BOM, blank lines and Excel's `sep=` line before the header are skipped; any line end ends it, which decides for the
 * object, and so does the object's end.
 */
export function readHeader(
  head: Buffer,
  grammar: CellGrammar & { readonly hasTrailer?: boolean; readonly rows?: DelimitedFormat['rows'] },
  objectEnds: boolean,
): Header | NoLayout {
  const delimiter = wholeDelimiter(grammar).toString();
  const other = otherFormat(head);
  if (other !== null) return noHeader('OTHER_FORMAT', `the file is ${other.what}, not delimited text; ${other.advice}`);
  const skipped = skipLines(head, { at: utf8BomBytes(head), line: 1 }, grammar.skipRows ?? 0, grammar);
  const top = skipBlankLines(head, skipped, grammar);
  const separator = separatorLineAt(head, top.at);
  if (separator !== null && separator.delimiter !== delimiter) return otherSeparator(separator, delimiter);
  const start =
    separator === null ? top : skipBlankLines(head, { at: top.at + separator.byteLength, line: top.line + 1 }, grammar);
  if (start.at === head.length && objectEnds) return noRecords(head, grammar, start);
  if (start.at === head.length) return tooLong(head);
  if (grammar.names !== undefined) return declaredHeader(head, { ...grammar, names: grammar.names }, start);
  const first = headerRow(head, grammar, { ...start, objectEnds });
  return grammar.headerRows === undefined || 'problem' in first
    ? first
    : joinedRows(head, { ...grammar, ...grammar.headerRows }, { first, objectEnds });
}

/** One record of the header. @param start.lineEnd of the record before it, where there is one */
function headerRow(head: Buffer, grammar: CellGrammar, start: RowStart): Header | NoLayout {
  const { objectEnds } = start;
  const { walk, lineEnd, endsAt } =
    start.lineEnd === undefined
      ? headerEnd(head, grammar, start)
      : rowEnd(head, { ...grammar, lineEnd: start.lineEnd }, start);
  if (endsAt === -1) {
    if (!objectEnds) return tooLong(head);
    if (isBetweenQuotes(walk)) return unterminated(walk.quoteLine, grammar);
  }
  const end = endsAt === -1 ? head.length : endsAt;
  const bodyOffset = afterRecordEnd(head, end, grammar, objectEnds);
  if (bodyOffset === -1) return tooLong(head);
  const record = head.subarray(start.at, end);
  const fault = headerFault(record, grammar, start.line);
  if (fault !== null) return fault;
  const names = splitCells(record, { ...grammar, nulls: [] }).map((cell) => cell?.toString('utf8') ?? '');
  const endLines = endsAt === -1 ? 0 : walk.tables.endLines;
  return { names, bodyOffset, bodyLine: walk.line + endLines, lineEnd };
}

interface RowStart extends Place {
  readonly objectEnds: boolean;
  readonly lineEnd?: LineEnd;
}

/** The parts of a name stand below each other; an empty one is left out. A blank line is a row too. */
function joinedRows(
  head: Buffer,
  grammar: CellGrammar & { readonly rows: number; readonly join: string },
  { first, objectEnds }: { readonly first: Header; readonly objectEnds: boolean },
): Header | NoLayout {
  const rows = [first];
  for (let last = first; rows.length < grammar.rows; rows.push(last)) {
    const { lineEnd } = last;
    const { at, line } = skipComments(head, { at: last.bodyOffset, line: last.bodyLine }, grammar);
    if (at >= head.length) return objectEnds ? fewRows(rows.length, grammar.rows) : tooLong(head);
    const row = headerRow(head, grammar, { at, line, lineEnd, objectEnds });
    if ('problem' in row) return row;
    last = row;
  }
  const { names: _first, ...place } = rows.at(-1) ?? first;
  const columns = Math.max(...rows.map(({ names }) => names.length));
  const names = Array.from({ length: columns }, (_, i) =>
    rows
      .map((row) => row.names[i]?.trim() ?? '')
      .filter((part) => part !== '')
      .join(grammar.join),
  );
  return { names, ...place };
}

/** The first record is data. It tells how lines end, and has to have a cell for each column, but where shorter or longer ones are declared. */
function declaredHeader(
  head: Buffer,
  grammar: CellGrammar & { readonly names: readonly string[]; readonly rows?: DelimitedFormat['rows'] },
  start: Place,
): Header | NoLayout {
  const { names, rows } = grammar;
  const { lineEnd, endsAt } = headerEnd(head, grammar, start);
  const place = { names, bodyOffset: start.at, bodyLine: start.line, lineEnd };
  const record = head.subarray(start.at, endsAt === -1 ? head.length : endsAt);
  // what is faulty is a reject of its own
  if (endsAt === -1 || strayCell(record, grammar) !== -1) return place;
  const { length } = cellBounds(record, grammar);
  const isTaken = length < names.length ? rows?.padsShort : rows?.cutsLong;
  return length === names.length || isTaken === true ? place : otherColumns(length, names, start.line);
}

function headerFault(record: Buffer, grammar: CellGrammar, line: number): NoLayout | null {
  const delimiter = wholeDelimiter(grammar).toString();
  const noText = noTextInHeader(record, line);
  if (noText !== null) return noText;
  const stray = strayCell(record, grammar);
  if (stray === -1) return null;
  const likely = likelyDelimiter(record, delimiter);
  if (likely !== null) {
    const declared = delimiterOf(delimiter).words;
    return noHeader(
      'WRONG_DELIMITER',
      `the cells of the header (line ${line}) look separated by ${likely.words}, not by ${declared}. ${declareDelimiter(likely)}`,
    );
  }
  return noHeader(
    'STRAY_QUOTE',
    `name ${stray} of the header (line ${line}) has a quote inside, or text after its closing quote; write the whole name between quotes and each quote in it twice${hintOfQuotes(grammar)}`,
  );
}

function noHeader(problem: LayoutProblem, message: string): NoLayout {
  return { problem, message };
}

function otherSeparator({ line, delimiter }: SeparatorLine, declared: string): NoLayout {
  const told = delimiterOf(delimiter);
  return noHeader(
    'WRONG_DELIMITER',
    `the first line, ${line.replace('\t', '<tab>')}, tells Excel that cells are separated by ${told.words}, and they are read as ` +
      `separated by ${delimiterOf(declared).words}. ${declareDelimiter(told)} The line itself is passed over then.`,
  );
}

/** A file whose columns are declared may have none where its trailer proves that it is whole. Any other one is empty, or cut off behind its title. */
function noRecords(
  head: Buffer,
  { hasTrailer = false, ...grammar }: CellGrammar & { readonly hasTrailer?: boolean },
  { at, line }: Place,
): Header | NoLayout {
  const { names, recordEnd } = grammar;
  if (names === undefined || !hasTrailer) return emptyFile(grammar);
  return {
    names,
    bodyOffset: at,
    bodyLine: line,
    lineEnd: recordEnd === undefined ? lineEndIn(head) : lineEndBeside(recordEnd),
  };
}

function emptyFile({ names }: CellGrammar): NoLayout {
  const wanted =
    names === undefined
      ? ': its first line must name the columns'
      : ', and no file of no records is loaded where none names its columns';
  return noHeader('EMPTY', `the file is empty${wanted}`);
}

function fewRows(found: number, wanted: number): NoLayout {
  return noHeader(
    'EMPTY',
    `the file ends after ${found} of the ${wanted} rows of its header (--header-rows, in a dataset headerRows)`,
  );
}

function otherColumns(cells: number, names: readonly string[], line: number): NoLayout {
  return noHeader(
    'COLUMNS',
    `the first record (line ${line}) has ${cells} ${cells === 1 ? 'cell' : 'cells'} where ${names.length} ${names.length === 1 ? 'column is' : 'columns are'} named; name each column in its place (--no-header --columns a,b,c, in a dataset header: ["a", "b", "c"]), and say the delimiter where it is another`,
  );
}

function tooLong(head: Buffer): NoLayout {
  return noHeader(
    'TOO_LONG',
    `the header does not end within the first ${head.length} bytes; is this a text file, and are the quotes of its first line closed?`,
  );
}

function unterminated(line: number, grammar: CellGrammar): NoLayout {
  const message = `a quote that opens in the header on line ${line} is never closed; close it, or double it where it is part of a name${hintOfQuotes(grammar)}`;
  return noHeader('UNTERMINATED_QUOTE', message);
}
