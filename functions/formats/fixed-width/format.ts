import type { FixedFormat } from '../../core/format/file-format.ts';
import { sql } from '../../core/sql.ts';
import { createLocator } from '../delimited/locate.ts';
import type { Format, RecordWriter } from '../format.ts';
import { lineStart } from '../json-lines/guess-line.ts';
import { utf8BomBytes } from '../shared/byte-order-mark.ts';
import { chainsOf } from '../shared/cell-cleaning.ts';
import type { Layout, NoLayout } from '../shared/layout.ts';
import { otherFormat } from '../shared/other-format.ts';
import { scannedForm } from '../shared/plain-forms.ts';
import { textPlace } from '../shared/text-place.ts';
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
    guess: lineStart,
    locator: (settings) => createLocator({ delimiter: 0x09, quoting: 'none', lineEnd: 'lf', ...settings }),
    copyOptions: sql`format text`,
    place: textPlace,
    cells: (record) => splitLine(record, grammar),
    writer: fixedWriter(grammar),
    nullWords: declared.nulls ?? [],
    doubtOfOnlyName: () => null,
    hintOfOpenQuote: '',
  };
}

const LF = 0x0a;

function layout({ columns, skipRows = 0 }: FixedFormat, head: Buffer, objectEnds: boolean): Layout | NoLayout {
  const other = otherFormat(head);
  if (other !== null)
    return { problem: 'OTHER_FORMAT', message: `the file is ${other.what}, not lines of fixed width; ${other.advice}` };
  let bodyOffset = utf8BomBytes(head);
  for (let line = 0; line < skipRows; line += 1) {
    const lf = head.indexOf(LF, bodyOffset);
    if (lf === -1 && !objectEnds)
      return {
        problem: 'TOO_LONG',
        message: `the ${skipRows} lines before the records do not end in the first ${head.length} bytes`,
      };
    bodyOffset = lf === -1 ? head.length : lf + 1;
  }
  return { names: columns.map(({ name }) => name), bodyOffset, bodyLine: 1 + skipRows, lineEnd: 'lf' };
}

function fixedWriter(grammar: FixedGrammar): RecordWriter {
  const { widths } = grammar;
  return {
    header: () => Buffer.alloc(0),
    lineEnd: Buffer.from('\n'),
    cells: {
      of: (record) => ownCells(record, grammar),
      written: (text) => (/[\r\n]/.test(text) ? null : Buffer.from(text)),
      // a text that is too wide makes the line too long, which is a reject
      joined: (cells) => Buffer.concat(cells.map((cell, i) => padded(cell, widths[i] ?? 0))),
    },
  };
}

function padded(cell: Buffer, width: number): Buffer {
  return Buffer.concat([cell, Buffer.alloc(Math.max(0, width - charactersOf(cell, 0, cell.length)), ' ')]);
}
