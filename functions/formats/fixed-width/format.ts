import { agreeing } from '../../core/quantities/counted.ts';
import type { FixedFormat } from '../../core/format/file-format.ts';
import { sql } from '../../core/sql.ts';
import { createLocator } from '../delimited/locate.ts';
import type { Format, RecordWriter } from '../format.ts';
import { lineFeedsIn } from '../shared/line-scanner.ts';
import { lineStart } from '../json-lines/guess-line.ts';
import { utf8BomBytes } from '../shared/byte-order-mark.ts';
import { chainsOf } from '../shared/cell-cleaning.ts';
import type { Layout, NoLayout } from '../shared/layout.ts';
import { otherFormat } from '../shared/other-format.ts';
import { scannedForm } from '../shared/plain-forms.ts';
import { textPlace } from '../shared/text-place.ts';
import { saidAtCharacters, saidInCell } from '../shared/trailer-place.ts';
import { charactersOf, type FixedGrammar, fixedGrammarOf, ownCells, splitLine } from './cells.ts';
import { createFixedScanner } from './scanner.ts';

/** Lines in which each column has a declared number of characters (README.md); there is no header. */
export function fixedWidth(declared: FixedFormat): Format {
  const grammar = fixedGrammarOf(declared);
  return {
    splits: true,
    layout: (head, objectEnds) => layout(declared, head, objectEnds),
    scanner: ({ fileColumns, ...slice }) =>
      createFixedScanner({
        ...slice,
        grammar,
        forms: fileColumns.map(({ column }) => scannedForm(column)),
        chains: chainsOf(fileColumns),
      }),
    // no line end stands inside a line
    guess: (bytes, window) => lineStart(bytes, window, grammar.recordEnd),
    locator: (settings) =>
      createLocator({
        ...{ delimiter: 0x09, quoting: 'none', lineEnd: 'lf' },
        ...(grammar.recordEnd !== null && { recordEnd: grammar.recordEnd }),
        ...settings,
      }),
    copyOptions: sql`format text`,
    place: textPlace,
    cells: (record) => splitLine(record, grammar),
    texts: (record) => splitLine(record, grammar).map((cell) => cell?.toString('utf8') ?? null),
    said: (line, place) =>
      typeof place === 'string' ? saidAtCharacters(line, place) : saidInCell(splitLine(line, grammar), place),
    writer: fixedWriter(grammar),
    nullWords: declared.nulls ?? [],
    doubtOfOnlyName: () => null,
    hintOfOpenQuote: '',
  };
}

const LF = 0x0a;

function layout(
  { columns, skipRows = 0, recordEnd }: FixedFormat,
  head: Buffer,
  objectEnds: boolean,
): Layout | NoLayout {
  const other = otherFormat(head);
  if (other !== null)
    return { problem: 'OTHER_FORMAT', message: `the file is ${other.what}, not lines of fixed width; ${other.advice}` };
  let bodyOffset = utf8BomBytes(head);
  let bodyLine = 1;
  const ends = Buffer.from(recordEnd ?? '\n');
  for (let line = 0; line < skipRows; line += 1) {
    const lf = head.indexOf(LF, bodyOffset);
    const declared = head.indexOf(ends, bodyOffset);
    const isDeclared = declared !== -1 && (lf === -1 || declared < lf);
    const end = isDeclared ? declared + ends.length : lf + 1;
    if (end === 0 && !objectEnds)
      return {
        problem: 'TOO_LONG',
        message: `the ${agreeing(skipRows, 'line before the records does', `${skipRows} lines before the records do`)} not end in the first ${head.length} bytes`,
      };
    if (end !== 0) bodyLine += lineFeedsIn(head.subarray(bodyOffset, end));
    bodyOffset = end === 0 ? head.length : end;
  }
  return { names: columns.map(({ name }) => name), bodyOffset, bodyLine, lineEnd: 'lf' };
}

function fixedWriter(grammar: FixedGrammar): RecordWriter {
  const { widths, recordEnd } = grammar;
  return {
    header: () => Buffer.alloc(0),
    lineEnd: recordEnd ?? Buffer.from('\n'),
    cells: {
      of: (record) => ownCells(record, grammar),
      written: (text) =>
        text.includes(recordEnd?.toString() ?? '\n') || (recordEnd === null && text.includes('\r'))
          ? null
          : Buffer.from(text),
      // a text that is too wide makes the line too long, which is a reject
      joined: (cells) => Buffer.concat(cells.map((cell, i) => padded(cell, widths[i] ?? 0))),
    },
  };
}

function padded(cell: Buffer, width: number): Buffer {
  return Buffer.concat([cell, Buffer.alloc(Math.max(0, width - charactersOf(cell, 0, cell.length)), ' ')]);
}
