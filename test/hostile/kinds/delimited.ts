import iconv from 'iconv-lite';
import { below, type ExpectedReject, type HostileFile, oneOf, range, type Row } from '../hostile-file.ts';
import { pack, type Packing, packings } from '../packed-files.ts';

/** Cells that have broken readers before; all of them are text of windows-1252 but the last ones. */
const ascii = [
  '',
  'a',
  '01',
  ' x ',
  'q"q',
  "it's",
  'c,c',
  'a;b',
  'n\nn',
  'r\r\nr',
  '\\',
  '\\.',
  '\\N',
  '#',
  '--',
  '\t',
  '=1+1',
];
const latin = ['é', '¦', 'Zoë ß', '¬', '\u00a0'];
const wide = ['日本', '𝔘', '\u2028', '\u0085', '\ufeff', 'e\u0301', '\u200b', '👩‍👩‍👧', '\u0001\u001f', 'ﷺ'];

interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly comment: string | null;
}

/** Tables in a drawn dialect, encoding and packing, with records that are wrong among them. */
export function delimited(random: () => number): readonly HostileFile[] {
  return range(380).map((i) => drawn(random, i));
}

function drawn(random: () => number, i: number): HostileFile {
  const quote = oneOf(random, ['"', '"', '"', "'", 'none']);
  const dialect: Dialect = {
    delimiter: oneOf(random, [',', ',', ';', '\t', '|', '||', '~^~', ', ', '¦', '::']),
    quote,
    escape: quote === 'none' ? '' : oneOf(random, [quote, quote, '\\']),
    comment: oneOf(random, [null, null, '#', '//', '!!']),
  };
  const encoding = oneOf(random, ['utf-8', 'utf-8', 'utf-8', 'windows-1252', 'utf-16le', 'utf-16be', 'utf-32le']);
  const packing = oneOf(random, ['none', 'none', ...packings]) as Packing;
  const lineEnd = oneOf(random, ['\n', '\n', '\r\n', '\r']);
  const skipRows = below(random, 3);
  const trailerRows = oneOf(random, [0, 0, 1, 2]);
  const headerRows = oneOf(random, [1, 1, 1, 2, 0]);
  const fragments = [...ascii, ...(encoding === 'windows-1252' ? latin : [...latin, ...wide])];
  const text = encoding === 'windows-1252' && dialect.delimiter === '¦' ? { ...dialect, delimiter: '|' } : dialect;
  const write = new Writer(text, lineEnd);
  for (let n = 0; n < skipRows; n += 1) write.line(`Report ${n} of "all" ${text.delimiter} things`);
  if (headerRows === 1) write.cells(['id', 'name', 'note']);
  if (headerRows === 2) {
    write.cells(['i', 'na', 'no']);
    write.cells(['d', 'me', 'te']);
  }
  const rows: Row[] = [];
  const rejects: ExpectedReject[] = [];
  let isMisnamed = false;
  for (let id = below(random, 3); id < 1 + below(random, 30); id += 1) {
    const cell = (): string | null => {
      const drawnCell = range(1 + below(random, 3))
        .map(() => oneOf(random, fragments))
        .join('');
      return random() < 0.15 ? null : write.writable(drawnCell);
    };
    if (random() < 0.1) write.line('');
    if (text.comment !== null && random() < 0.1) write.line(`${text.comment} "one${text.delimiter}`);
    if (random() < 0.1) {
      const [record, codes] = wrong(random, id, text, lineEnd, encoding);
      const isKnown = encoding.startsWith('utf-8');
      // the first record is what declared columns are compared with
      isMisnamed ||= headerRows === 0 && rows.length + rejects.length === 0 && codes.includes('FIELD_COUNT');
      rejects.push({ codes, line: write.lineNo, ...(isKnown && { byteOffset: write.length, raw: record }) });
      write.record(record);
      continue;
    }
    const row = [String(id), cell(), cell()];
    rows.push(row);
    write.cells(row, random() < 0.2);
  }
  for (let n = 0; n < trailerRows; n += 1) write.line(`total ${n}${text.delimiter}"open`);
  const utf8 = write.bytes(random() < 0.3);
  const bytes = encoding === 'utf-8' ? utf8 : iconv.encode(utf8.toString('utf8'), encoding);
  const reading = {
    ...(text.quote !== 'none' && text.escape !== text.quote && { escape: text.escape }),
    ...(text.comment !== null && { comment: text.comment }),
    skipRows,
    ...(trailerRows > 0 && { trailerRows }),
    ...(headerRows === 0 && { header: ['id', 'name', 'note'] }),
    ...(headerRows === 2 && { headerRows: 2, headerJoin: '' }),
    ...(encoding !== 'utf-8' && { encoding }),
  };
  return {
    name: `${i} ${JSON.stringify({ ...text, encoding, packing, lineEnd, skipRows, trailerRows, headerRows })}`,
    bytes: pack(bytes, packing, 'rows.csv'),
    suffix: 'csv',
    request: {
      format: 'csv',
      delimiter: text.delimiter,
      quote: text.quote,
      reading,
      sliceBytes: oneOf(random, [37, 64, 97, 500, 1_000_000]),
    },
    // a file that may have broken off before its first record is refused: nothing in it names columns, and no trailer ends it
    expected:
      rows.length + rejects.length === 0 && headerRows === 0 && trailerRows === 0
        ? { refused: ['HEADER_EMPTY'] }
        : isMisnamed
          ? { refused: ['HEADER_COLUMNS'] }
          : { rows, rejects },
  };
}

/** A record that is to be rejected, and with what. */
function wrong(
  random: () => number,
  id: number,
  { delimiter, quote }: Dialect,
  lineEnd: string,
  encoding: string,
): readonly [Buffer, readonly string[]] {
  const joined = (...cells: readonly string[]): Buffer => Buffer.from(cells.join(delimiter));
  const all: (readonly [Buffer, readonly string[]])[] = [
    [joined(String(id), 'short'), ['FIELD_COUNT']],
    [joined(String(id), 'a', 'b', 'long'), ['FIELD_COUNT']],
    [joined('x1', 'a', 'b'), ['INVALID_INTEGER']],
    [joined('', 'a', 'b'), ['KEY_NULL']],
    [joined('99999999999', 'a', 'b'), ['INTEGER_RANGE']],
    [joined(String(id), 'a\0b', 'c'), ['NUL_BYTE']],
    [joined(String(id), lineEnd === '\r' ? 'a\nb' : 'a\rb', 'c'), [lineEnd === '\r' ? 'BARE_LF' : 'BARE_CR']],
  ];
  if (quote !== 'none') all.push([joined(String(id), `a${quote}b`, 'c'), ['STRAY_QUOTE']]);
  if (quote !== 'none') all.push([joined(String(id), `${quote}a${quote} b`, 'c'), ['STRAY_QUOTE']]);
  if (encoding === 'utf-8') {
    for (const broken of brokenUtf8) {
      all.push([Buffer.concat([joined(String(id), 'a'), Buffer.from(delimiter), broken]), ['INVALID_UTF8']]);
    }
  }
  return oneOf(random, all);
}

/** One of each class that is no UTF-8. */
export const brokenUtf8: readonly Buffer[] = [
  'ff', // no byte of it
  '80', // goes on with nothing
  'c3', // cut off
  'e282', // cut off
  'f09f92', // cut off
  'c0af', // too long
  'e080af', // too long
  'f08080af', // too long
  'eda080', // half a surrogate pair
  'edb080', // the other half
  'f4908080', // over U+10FFFF
  'f8888080', // five bytes
  'c328', // goes on wrongly
].map((hex) => Buffer.from(hex, 'hex'));

class Writer {
  readonly #dialect: Dialect;
  readonly #lineEnd: string;
  readonly #parts: Buffer[] = [];
  length = 0;
  lineNo = 1;

  constructor(dialect: Dialect, lineEnd: string) {
    this.#dialect = dialect;
    this.#lineEnd = lineEnd;
  }

  /** The text, or what of it a dialect without quotes can hold. */
  writable(text: string): string | null {
    const { quote, delimiter } = this.#dialect;
    if (quote !== 'none') return text;
    const rest = [...text].filter((each) => each !== '\r' && each !== '\n' && !delimiter.includes(each)).join('');
    return rest === '' ? null : rest;
  }

  cells(row: Row, quotesAll = false): void {
    this.record(Buffer.from(row.map((cell) => this.#cell(cell, quotesAll)).join(this.#dialect.delimiter)));
  }

  #cell(cell: string | null, quotesAll: boolean): string {
    const { quote, escape, delimiter } = this.#dialect;
    if (cell === null) return '';
    if (quote === 'none') return cell;
    const needs =
      quotesAll || cell === '' || [quote, '\r', '\n', delimiter[0] as string].some((mark) => cell.includes(mark));
    const escaped = [...cell].map((each) => (each === quote || each === escape ? escape + each : each)).join('');
    return needs ? quote + escaped + quote : cell;
  }

  line(text: string): void {
    this.record(Buffer.from(text));
  }

  /** Lines are those of the line end of the file, between quotes too. */
  record(record: Buffer): void {
    const ends = this.#lineEnd === '\r' ? 0x0d : 0x0a;
    const bytes = Buffer.concat([record, Buffer.from(this.#lineEnd)]);
    this.#parts.push(bytes);
    this.length += bytes.length;
    this.lineNo += bytes.filter((byte) => byte === ends).length;
  }

  bytes(isOpenEnded: boolean): Buffer {
    const all = Buffer.concat(this.#parts);
    return isOpenEnded ? all.subarray(0, all.length - this.#lineEnd.length) : all;
  }
}
