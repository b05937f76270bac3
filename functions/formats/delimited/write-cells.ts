import type { LineEnd } from '../../core/format/file-format.ts';
import type { RecordWriter } from '../format.ts';
import { CR, LF, wholeDelimiter } from './bytes.ts';
import { cellBounds, escaped, isApart, marksOf } from './cells.ts';
import type { CellGrammar } from './grammar.ts';
import { isNullWord } from './null-words.ts';

/** Writes records of this grammar. */
export function delimitedWriter(grammar: CellGrammar, lineEndName: LineEnd): RecordWriter {
  const delimiter = wholeDelimiter(grammar);
  const lineEnd = grammar.recordEnd ?? Buffer.of(lineEndName === 'cr' ? CR : LF);
  const joined = (cells: readonly Buffer[]): Buffer =>
    Buffer.concat(cells.flatMap((cell, i) => (i === 0 ? [cell] : [delimiter, cell])));
  return {
    header: (names) =>
      Buffer.concat([
        joined(names.map((name) => writtenCell(name, { ...grammar, nulls: [] }) ?? Buffer.from(name))),
        lineEnd,
      ]),
    lineEnd,
    cells: {
      of: (record) => cellBounds(record, grammar).map(({ start, end }) => record.subarray(start, end)),
      written: (text) => writtenCell(text, grammar),
      joined,
    },
  };
}

function writtenCell(text: string, grammar: CellGrammar): Buffer | null {
  const { nulls = [], recordEnd } = grammar;
  const marks = marksOf(grammar);
  const { quote } = marks;
  const cell = Buffer.from(text);
  const special = quote === -1 ? [CR, LF] : [quote, CR, LF];
  const needsQuotes =
    special.some((byte) => cell.includes(byte)) ||
    !isApart(cell, wholeDelimiter(grammar)) ||
    (recordEnd !== undefined && !isApart(cell, recordEnd)) ||
    isNullWord(nulls, cell, 0, cell.length);
  if (!needsQuotes) return cell;
  if (quote === -1) return null;
  const mark = String.fromCharCode(quote);
  return Buffer.from(`${mark}${escaped(text, marks)}${mark}`);
}
