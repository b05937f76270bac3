import fc from 'fast-check';
import type { PlainForm } from '../../../../functions/core/contract.ts';
import type { LineEnd } from '../../../../functions/core/format/file-format.ts';
import { type Grammar, lineEndBeside, type Quoting } from '../../../../functions/formats/delimited/grammar.ts';
import type { ReferenceGrammar } from './reference.ts';

/** What upsets scanners, in pieces small enough to be recombined; a delimiter stands as `,`. */
const scraps = [
  ...[
    ',',
    ',',
    ',',
    '"',
    '"',
    '""',
    '\n',
    '\n',
    '\r',
    '\r\n',
    'a',
    'é',
    '日本',
    '🦉',
    '\u0000',
    '\u0001',
    '\u001f',
    ' ',
    '\\.',
    '\\',
    '\\N',
    'NULL',
    ',\\N,',
    '-',
    '.',
  ],
  ...[
    '1',
    '42',
    '-7',
    '3.14',
    '1e5',
    'true',
    'FALSE',
    '2024-02-29',
    '2023-02-29',
    '12:34:56',
    '"x"',
    '"p,q"',
    '"p\nq"',
    ',"',
    '",',
  ],
];
const brokenUtf8 = [Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0xa9]), Buffer.from([0xe2, 0x82])];

/** Any object: mostly structure, some broken UTF-8. */
export const anyObject: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...scraps).map((scrap) => Buffer.from(scrap)) },
      fc.constantFrom(...brokenUtf8),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => Buffer.concat(parts));

/** Rows as people write them: every cell quoted where it must be, any line end, blank lines, no stray quote. */
export const tidyObject = (columns: number): fc.Arbitrary<Buffer> => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      '',
      'a',
      'NULL',
      '\\N',
      '42',
      '-7',
      '3.5',
      'true',
      '2024-02-29',
      'blue sky',
      'é日本🦉',
      ' padded ',
    ),
    fc.constantFrom(
      '""',
      '"NULL"',
      '"x"',
      '"p,q"',
      '"one\ntwo"',
      '"one\r\ntwo\rthree"',
      '"say ""hi"""',
      '""""',
      '"42"',
      '"\n"',
      '"a\n\\.\nb"',
    ),
  );
  const row = fc.array(cell, { minLength: columns, maxLength: columns }).map((cells) => cells.join(','));
  const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r', '\n\n', '\r\n\r\n');
  return fc
    .tuple(fc.array(fc.tuple(row, lineEnd), { maxLength: 20 }), row, fc.boolean())
    .map(([rows, last, isOpenEnded]) =>
      Buffer.from(rows.map(([text, end]) => text + end).join('') + (isOpenEnded ? last : '')),
    );
};

export const anyForms: fc.Arbitrary<readonly PlainForm[]> = fc.array(
  fc.constantFrom<PlainForm>('text', 'text', 'text', 'int4', 'numeric', 'float8', 'boolean', 'date', 'time'),
  { minLength: 1, maxLength: 4 },
);

/** A dialect as a person has it. */
interface Dialect {
  readonly delimiter: string;
  readonly quote?: string;
  readonly escape?: string;
  readonly comment?: string;
  readonly recordEnd?: string;
}

const dialects: readonly Dialect[] = [
  { delimiter: ',' },
  { delimiter: ';' },
  { delimiter: ',', quote: "'" },
  { delimiter: '\t', quote: '-' },
  { delimiter: '|', quote: '.' },
  { delimiter: ',', escape: '\\' },
  { delimiter: ';', quote: "'", escape: '-' },
  { delimiter: ',', escape: '.' },
  { delimiter: ',', comment: '-' },
  { delimiter: ', ' },
  { delimiter: '\\\\' },
  { delimiter: '.-.', quote: "'" },
  { delimiter: '--', escape: '\\', comment: '-.' },
  { delimiter: '\u00c2\u00a6' },
  { delimiter: ';', quote: "'", comment: 'a1' },
  { delimiter: ',', escape: '\\', comment: '1,"' },
];

/** Records that end otherwise: with the delimiter in it, of one byte, overlapping with itself and with the delimiter, with line ends. */
const endings: readonly Dialect[] = [
  { delimiter: '|', recordEnd: '|\n' },
  { delimiter: ',', recordEnd: '\u001e' },
  { delimiter: ',', recordEnd: '~', comment: '-' },
  { delimiter: ';', recordEnd: ';;\r\n' },
  { delimiter: '||', recordEnd: '|\n', quote: "'" },
  { delimiter: ',', recordEnd: '..', escape: '\\' },
  { delimiter: '.-', recordEnd: '.-.\n' },
  { delimiter: ',', recordEnd: '\r\n' },
  { delimiter: ',', recordEnd: '\n~' },
  { delimiter: '\t', recordEnd: '-\r' },
];

/** A dialect as the scanner and as the reference reader take it. */
export interface AnyGrammar {
  readonly grammar: Grammar;
  readonly reference: ReferenceGrammar;
  /** The object in this dialect, of one between commas and `"`. */
  readonly of: (object: Buffer) => Buffer;
}

/** What separates, encloses and ends, whatever the object's bytes are: as often as not a comma and `"`. */
export const anyGrammar: fc.Arbitrary<AnyGrammar> = fc
  .record({
    dialect: fc.oneof(
      fc.constant<Dialect>({ delimiter: ',' }),
      fc.constantFrom(...dialects),
      fc.constantFrom(...endings),
    ),
    lineEnd: fc.constantFrom<LineEnd>('lf', 'lf', 'cr'),
    quoting: fc.constantFrom<Quoting>('declared', 'declared', 'assumed', 'none'),
  })
  .map(({ dialect, lineEnd: drawn, quoting }) => {
    const lineEnd = dialect.recordEnd === undefined ? drawn : lineEndBeside(Buffer.from(dialect.recordEnd));
    return {
      grammar: { ...bytesOf(dialect), lineEnd, quoting },
      reference: { ...dialect, lineEnd, quoting },
      of: (object) => inDialect(object, dialect),
    };
  });

function bytesOf({ delimiter, quote, escape, comment, recordEnd }: Dialect): Omit<Grammar, 'lineEnd' | 'quoting'> {
  const between = Buffer.from(delimiter, 'latin1');
  return {
    delimiter: between[0] as number,
    ...(between.length > 1 && { delimiterRest: between.subarray(1) }),
    ...(quote !== undefined && { quote: quote.charCodeAt(0) }),
    ...(escape !== undefined && { escape: escape.charCodeAt(0) }),
    ...(comment !== undefined && { comment: Buffer.from(comment) }),
    ...(recordEnd !== undefined && { recordEnd: Buffer.from(recordEnd) }),
  };
}

/** Its commas, quotes and doubled quotes for those of the dialect, the others stay as data. */
function inDialect(object: Buffer, { delimiter, recordEnd, quote = '"', escape = quote }: Dialect): Buffer {
  const marks: Readonly<Record<string, string>> = { ',': delimiter, '"': quote, '""': escape + quote };
  const text = object.toString('latin1').replaceAll(/,|""?/g, (mark) => marks[mark] ?? mark);
  // some line ends stay as data
  let ends = 0;
  const ended = (mark: string): string => ((ends += 1) % 4 === 0 ? mark : (recordEnd ?? mark));
  return Buffer.from(recordEnd === undefined ? text : text.replaceAll(/\r\n|\n/g, ended), 'latin1');
}

/** Words for NULL: declared, or nobody has said. */
export const anyNulls: fc.Arbitrary<{ readonly nulls?: readonly Buffer[] }> = fc
  .constantFrom(null, null, [], ['\\N'], ['NULL', 'a', '42'], ['é日本🦉', '-', 'N', ' '])
  .map((words) => (words === null ? {} : { nulls: words.map((word) => Buffer.from(word)) }));

/** Offsets to cut an object at; more than its length are ignored. */
export const anyCuts: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(150), { maxLength: 20 });
