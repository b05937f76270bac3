import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { readLines } from '../../unit/formats/json-lines/reference.ts';
import {
  below,
  type Expected,
  type ExpectedReject,
  type HostileFile,
  jsonTable,
  oneOf,
  range,
  type Row,
} from '../hostile-file.ts';

/** JSONTestSuite: texts by the name of their file, which says whether a reader has to take them (y), must not (n), or may (i). */
const suite = Object.entries(
  JSON.parse(readFileSync(new URL('../public/json-test-suite.json', import.meta.url), 'utf8')) as Record<
    string,
    string
  >,
).map(([name, base64]) => ({ name, text: Buffer.from(base64, 'base64') }));

/** Each text as the value of a record, between two sound ones; sound lines with one of several behind them that is no record. */
export function jsonLines(random: () => number): readonly HostileFile[] {
  const sound = Buffer.from(
    '{"id":1,"doc":"first"}\n{"id":2, "doc":{"a":[1,2.50,"\\u00e9\\ud83e\\udd89"]}}\r\n\n{"id":3}\n',
  );
  const around = [
    Buffer.from('{"id":1,"doc":"first"}\n{"id":2,"doc":'),
    Buffer.from('}\n{"id":3,"doc":null}\n'),
  ] as const;
  const files = drawnRecords(random, sound, around).map(({ name, bytes }) => ({
    name,
    bytes,
    suffix: 'ndjson',
    table: jsonTable,
    request: { format: 'ndjson', sliceBytes: oneOf(random, [11, 40, 1_000_000]) } as const,
    expected: readLiterally(bytes),
  }));
  return [...files, ...withTrailers(random, sound, { format: 'ndjson', suffix: 'ndjson', end: '\n' })];
}

const RS = '\u001e';

/** As JSON lines, each text behind a record separator and over several lines. */
export function jsonSequences(random: () => number): readonly HostileFile[] {
  const sound = Buffer.from(
    `${RS}{"id":1,\n"doc":"first"}\n${RS}{"id":2, "doc":{"a":\n[1,2.50,"\\u00e9\\ud83e\\udd89"]}}\r\n${RS}${RS} \n${RS}{"id":3}`,
  );
  const around = [
    Buffer.from(`${RS}{"id":1,\n"doc":"first"}\n${RS}{"id":2,"doc":`),
    Buffer.from(`}\n${RS}{"id":3,"doc":null}\n`),
  ] as const;
  // what does not begin with a separator is none: shapes.ts
  const files = drawnRecords(random, sound, around).filter(({ bytes }) => bytes[0] === RS.charCodeAt(0));
  return [
    ...files.map(({ name, bytes }) => ({
      name,
      bytes,
      suffix: 'json-seq',
      table: jsonTable,
      request: { format: 'json-seq', sliceBytes: oneOf(random, [1, 11, 40, 1_000_000]) } as const,
      expected: readLiterally(asLines(bytes), true),
    })),
    ...withTrailers(random, sound, { format: 'json-seq', suffix: 'json-seq', begin: RS, end: '\n' }),
  ];
}

/** A separator ends the line before it, and a line feed is as blank as a carriage return. */
function asLines(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r').replaceAll(RS, '\n'), 'latin1');
}

function drawnRecords(
  random: () => number,
  sound: Buffer,
  [before, behind]: readonly [Buffer, Buffer],
): readonly { readonly name: string; readonly bytes: Buffer }[] {
  const of = suite.map(({ name, text }) => ({ name: `suite ${name}`, bytes: Buffer.concat([before, text, behind]) }));
  const cut = range(sound.length).map((at) => ({ name: `cut off at ${at}`, bytes: sound.subarray(0, at) }));
  const put = ['\n', '"', '\0', '\ufeff', '{', '}', ',', '\\', '\\u0000', '\u2028', '\r', 'é'].flatMap((text) =>
    range(4).map(() => {
      const at = below(random, sound.length + 1);
      return {
        name: `${JSON.stringify(text)} at ${at}`,
        bytes: Buffer.concat([sound.subarray(0, at), Buffer.from(text), sound.subarray(at)]),
      };
    }),
  );
  return [...of, ...cut, ...put];
}

/** What a text behind the records says of them, rightly or not, or says nothing. */
function withTrailers(
  random: () => number,
  sound: Buffer,
  {
    format,
    suffix,
    begin = '',
    end,
  }: { readonly format: 'ndjson' | 'json-seq'; readonly suffix: string; readonly begin?: string; readonly end: string },
): readonly HostileFile[] {
  const rows: readonly Row[] = readRows(sound);
  const loaded: Expected = { rows };
  const refused = (...codes: readonly string[]): Expected => ({ refused: codes });
  const cases: readonly (readonly [text: string, expected: Expected])[] = [
    ['{"count":3}', loaded],
    ['{"a":{"count":1},"count":3}', loaded],
    ['{"count":3, "note":"\u2028\\n"}', loaded],
    ['{"count":4}', refused('CONTROL_TOTALS')],
    ['{"count":30000000000000000000000000}', refused('CONTROL_TOTALS', 'CONTROL_INVALID')],
    ['{"count":"x"}', refused('CONTROL_TOTALS')],
    ['{"count":null}', refused('CONTROL_TOTALS')],
    ['{"of":3}', refused('CONTROL_TOTALS')],
    ['{"count":', refused('CONTROL_TOTALS')],
    ['TOTAL 3', refused('CONTROL_TOTALS')],
    ['{"count":3\0}', refused('CONTROL_TOTALS')],
  ];
  const separate = sound.at(-1) === 0x0a ? '' : end;
  return cases.map(([text, expected]) => ({
    name: `a trailer ${JSON.stringify(text)}`,
    bytes: Buffer.concat([sound, Buffer.from(`${separate}${begin}${text}${oneOf(random, [end, '', `${end}${end}`])}`)]),
    suffix,
    table: jsonTable,
    request: {
      format,
      reading: { trailerRows: 1, trailerTotals: { records: 'count' } },
      sliceBytes: oneOf(random, [11, 40, 1_000_000]),
    },
    expected,
  }));
}

/** Of records that are all sound. */
function readRows(sound: Buffer): readonly Row[] {
  const read = readLiterally(sound[0] === RS.charCodeAt(0) ? asLines(sound) : sound);
  return 'rows' in read ? (read.rows ?? []) : [];
}

/** @param isSequence their lines are those of no file */
function readLiterally(bytes: Buffer, isSequence = false): Expected {
  const places = ['id', 'doc'];
  const meaningOf = (key: string): number | null => {
    const place = places.indexOf(folded(key));
    return place === -1 ? null : place;
  };
  const columns = [
    { form: 'int4', json: null },
    { form: 'text', json: 'json' },
  ] as const;
  const body = bytes.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0;
  const rows = new Map<number, Row>();
  const rejects: ExpectedReject[] = [];
  for (const { start, end, record } of readLines(bytes, { columns, meaningOf, maxRecordBytes: 1_000_000 }, body)) {
    if (record === null) continue;
    const line = 1 + bytes.subarray(0, start).filter((byte) => byte === 0x0a).length;
    const place = { ...(!isSequence && { line }), byteOffset: start, raw: bytes.subarray(start, end) };
    const reject = (...codes: readonly string[]): void => void rejects.push({ codes, ...place });
    const [id, doc = null] = record.cells ?? [];
    if (record.fault !== null) reject(...record.fault.split(' or '), 'UNKNOWN_KEY', 'JSON_DEPTH');
    else if (hasUnknownKey(place.raw)) reject('UNKNOWN_KEY');
    else if (id == null) reject('KEY_NULL');
    else if (/^-?\d{1,9}$/.test(id)) rows.set(Number(id), [String(Number(id)), doc]);
    else reject('INVALID_INTEGER', 'INTEGER_RANGE', 'KEY_NULL');
  }
  if (rows.size + rejects.length === 0) return { oneOf: [{ refused: ['HEADER_EMPTY'] }, { rows: [] }] };
  const loaded = { rows: [...rows].toSorted(([a], [b]) => a - b).map(([, row]) => row), rejects };
  // names of columns are those of the sound lines: where no line has the key the file is none of this table
  return rows.size === 0
    ? { oneOf: [loaded, { refused: ['MISSING_COLUMN', 'HEADER_OTHER_FORMAT', 'HEADER_EMPTY'] }] }
    : loaded;
}

function hasUnknownKey(line: Buffer): boolean {
  return Object.keys(JSON.parse(line.toString('utf8')) as object).some((key) => !['id', 'doc'].includes(folded(key)));
}

/** Case and blanks around a name do not count; U+2028 and a byte order mark are such blanks. */
function folded(key: string): string {
  return key.trim().toLowerCase().normalize('NFC');
}

/** Each text as a whole document, and sound documents that are cut off, too deep, or not what their path says. */
export function jsonDocuments(): readonly HostileFile[] {
  const of = suite.map(({ name, text }) => ({ name: `suite ${name}`, text, expected: expectedDocument(text) }));
  const sound = '{"data": {"items": [{"id": 1, "doc": [1e400, "\\u00e9"]}, 7, {"id": 2}]}}';
  const rows: readonly Row[] = [
    ['1', '[1e400, "\\u00e9"]'],
    ['2', null],
  ];
  const cut = range(sound.length).map((at) => ({
    name: `cut off at ${at}`,
    text: Buffer.from(sound.slice(0, at)),
    path: 'data.items',
    expected: { refused: at === 0 ? ['HEADER_EMPTY', 'JSON_CORRUPT'] : ['JSON_CORRUPT'], says: /byte|empty/ },
  }));
  const more: { name: string; text: Buffer; path?: string; expected: Expected }[] = [
    {
      name: 'behind a path',
      text: Buffer.from(sound),
      path: 'data.items',
      expected: { rows, rejects: [{ codes: ['NOT_AN_OBJECT'] }] },
    },
    { name: 'a path to nothing', text: Buffer.from(sound), path: 'data.rows', expected: { refused: ['JSON_PATH'] } },
    {
      name: 'a path to a number',
      text: Buffer.from('{"data":7}'),
      path: 'data',
      expected: { oneOf: [{ refused: ['JSON_PATH'] }, { rows: [], rejects: [{ codes: ['NOT_AN_OBJECT'] }] }] },
    },
    {
      name: 'a path twice',
      text: Buffer.from('{"data":[],"data":[{"id":1}]}'),
      path: 'data',
      expected: { refused: ['JSON_PATH'] },
    },
    {
      name: 'something behind it',
      text: Buffer.from('[{"id":1}] x'),
      expected: { refused: ['JSON_CORRUPT'], says: /byte 1[12]/ },
    },
    {
      name: 'too deep',
      text: Buffer.from(`[${'['.repeat(10_001)}${']'.repeat(10_001)}]`),
      expected: { refused: ['JSON_CORRUPT'] },
    },
    {
      name: 'deep inside a record',
      text: Buffer.from(`[{"id":1,"doc":${'['.repeat(2_000)}${']'.repeat(2_000)}},{"id":2}]`),
      expected: { rows: [['2', null]], rejects: [{ codes: ['JSON_DEPTH'] }] },
    },
    { name: 'brackets without end', text: Buffer.from('['.repeat(100_000)), expected: { refused: ['JSON_CORRUPT'] } },
    { name: 'objects without end', text: Buffer.from('[{"":'.repeat(50_000)), expected: { refused: ['JSON_CORRUPT'] } },
    {
      name: 'a number of 100,000 digits',
      text: Buffer.from(`[{"id":1,"doc":${'9'.repeat(100_000)}}]`),
      expected: { rows: [['1', '9'.repeat(100_000)]] },
    },
    {
      name: 'a key of a megabyte',
      text: Buffer.from(`[{"id":1},{"id":2,"${'k'.repeat(1_000_000)}":1}]`),
      expected: { rows: [['1', null]], rejects: null },
    },
    {
      name: 'a key twice',
      text: Buffer.from('[{"id":1,"id":2},{"id":3}]'),
      expected: { rows: [['3', null]], rejects: [{ codes: ['REPEATED_KEY'] }] },
    },
    {
      name: 'NaN and Infinity',
      text: Buffer.from('[{"id":1,"doc":NaN}]'),
      expected: { refused: ['JSON_CORRUPT'], says: /byte/ },
    },
    {
      name: '5,000 keys',
      text: Buffer.from(
        `[{"id":1},{"id":2,${range(5_000)
          .map((i) => `"k${i}":${i}`)
          .join(',')}}]`,
      ),
      expected: { rows: [['1', null]], rejects: [{ codes: ['UNKNOWN_KEY'] }] },
    },
  ];
  return [...of, ...cut, ...more].map(({ name, text, expected, ...rest }) => ({
    name,
    bytes: text,
    suffix: 'json',
    table: jsonTable,
    request: { format: 'json', reading: { ...('path' in rest && { jsonPath: rest.path }) } },
    expected,
  }));
}

/** As JSON.parse says; what a table makes of its records is another matter, but each is counted. */
function expectedDocument(text: Buffer): Expected {
  const isWide =
    text.subarray(0, 2).toString('latin1') === '\u00ff\u00fe' ||
    text.subarray(0, 2).toString('latin1') === '\u00fe\u00ff';
  const decoded = isWide
    ? new TextDecoder(text[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(text)
    : text.toString('utf8').replace(/^\ufeff/, '');
  let value: unknown;
  try {
    value = JSON.parse(decoded);
  } catch {
    return { refused: ['JSON_CORRUPT', 'HEADER_EMPTY', 'HEADER_OTHER_FORMAT'] };
  }
  if (!isWide && !isUtf8(text)) return { oneOf: [{ refused: ['JSON_CORRUPT'] }, { rows: [], rejects: null }] };
  const records = Array.isArray(value) ? value : [value];
  const anyRejects = records.map(
    (): ExpectedReject => ({
      codes: ['NOT_AN_OBJECT', 'UNKNOWN_KEY', 'LONE_SURROGATE', 'REPEATED_KEY', 'KEY_NULL', 'NUL_CHARACTER'],
    }),
  );
  return {
    oneOf: [{ rows: [], rejects: anyRejects }, { refused: ['MISSING_COLUMN', 'UNKNOWN_COLUMN', 'HEADER_EMPTY'] }],
  };
}
