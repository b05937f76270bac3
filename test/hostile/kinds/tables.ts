import { readFileSync } from 'node:fs';
import { workbook, type WrittenBook } from '../../support/workbook.ts';
import { lyingFiles } from '../../support/lying-parquet.ts';
import { zipArchive } from '../../support/zip-archive.ts';
import { below, type Expected, type HostileFile, range, type Row, type TargetTable } from '../hostile-file.ts';

const folder = new URL('../../fixtures/parquet/', import.meta.url);
const told = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Readonly<
  Record<string, { names: readonly string[]; rows: readonly Row[] }>
>;
const many = told['many-snappy'] as { names: readonly string[]; rows: readonly Row[] };
const parquetTable: TargetTable = {
  name: 'public.many',
  columns: many.names,
  ddl: `create table public.many (${many.names.map((name) => `${name} text`).join(', ')})`,
  key: null,
};

/** Parquet that is cut off, has a bit turned in a page, in its footer or in its marks, or has a footer that lies. */
export function parquetFiles(random: () => number): readonly HostileFile[] {
  const sorted = many.rows.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const sound: Expected = { rows: sorted };
  const refused: Expected = {
    refused: ['PARQUET_CORRUPT', 'PARQUET_UNREADABLE', 'HEADER_OTHER_FORMAT', 'DECODED_TOO_LARGE'],
  };
  // a bit of a value or of a name that no check sum guards is another value: it is loaded, and each record counted
  const other: Expected = { rows: null, rejects: null };
  const otherNames: Expected = {
    refused: [
      'UNKNOWN_COLUMN',
      'MISSING_COLUMN',
      'DUPLICATE_HEADER',
      'HEADER_EMPTY',
      'UNNAMED_COLUMN',
      'NOTHING_ACCEPTED',
      'HEADER_NUL_BYTE',
      'HEADER_INVALID_UTF8',
    ],
  };
  const anyEnd: Expected = { oneOf: [sound, refused, other, otherNames] };
  const lies = lyingFiles(readFileSync(new URL('many-snappy.parquet', folder)));
  const lying = range(150).map(() => {
    const { name, bytes } = lies[below(random, lies.length)] as (typeof lies)[number];
    return { name: `its footer: ${name}`, bytes, expected: anyEnd };
  });
  const packed = ['snappy', 'gzip', 'zstd', 'lz4', 'brotli'].flatMap((packing) => {
    const whole = readFileSync(new URL(`many-${packing}.parquet`, folder));
    const footer = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
    const cut = range(12).map(() => {
      const at = below(random, whole.length);
      return {
        name: `${packing} cut off at ${at}`,
        bytes: whole.subarray(0, at),
        expected: at === 0 ? { refused: ['HEADER_EMPTY', 'PARQUET_CORRUPT'] } : refused,
      };
    });
    const turned = range(24).map((i) => {
      const bytes = Buffer.from(whole);
      const at = i % 3 === 0 ? below(random, footer) : footer + below(random, whole.length - footer);
      bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
      return {
        name: `${packing}, a bit of byte ${at} turned`,
        bytes,
        expected: anyEnd,
      };
    });
    return [{ name: packing, bytes: whole, expected: sound }, ...cut, ...turned];
  });
  return [...packed, ...lying].map((each) => ({
    ...each,
    suffix: 'parquet',
    table: parquetTable,
    request: { format: 'parquet' },
  }));
}

const own = (text: string): string => `<c t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
const sheetRows = (...rows: readonly string[]): string =>
  [['id', 'name', 'note'].map(own).join(''), ...rows].map((cells, i) => `<row r="${i + 1}">${cells}</row>`).join('');
const book = (rows: string, more: Partial<WrittenBook> = {}): Buffer =>
  workbook({ sheets: [{ name: 'Rows', rows }], ...more });

/** Workbooks with what spreadsheets write, and with what damages them. */
export function workbooks(random: () => number): readonly HostileFile[] {
  const corrupt: Expected = { refused: ['XLSX_CORRUPT'] };
  const unreadable: Expected = { refused: ['XLSX_UNREADABLE'] };
  const rows = (...all: readonly Row[]): Expected => ({ rows: all });
  const number = (value: string, style = ''): string => `<c${style}><v>${value}</v></c>`;
  const good = sheetRows(
    number('1') + own('a') + own('b'),
    number('2') + own('c &amp; d'),
    number('3') + own('') + own('_x000D_'),
  );
  const goodRows = rows(['1', 'a', 'b'], ['2', 'c & d', null], ['3', '', '\r']);
  const one = (cells: string, expected: Expected, more: Partial<WrittenBook> = {}): readonly [Buffer, Expected] => [
    book(sheetRows(cells), more),
    expected,
  ];
  const all: Readonly<Record<string, readonly [HostileFile['bytes'], Expected]>> = {
    'as it should be': [book(good), goodRows],
    'no sheet': [workbook({ sheets: [] }), { oneOf: [corrupt, unreadable] }],
    'an empty sheet': [book(''), { refused: ['HEADER_EMPTY'] }],
    'a header alone': [book(sheetRows()), rows()],
    'a formula with its value': one(`<c><f>1+1</f><v>2</v></c>${own('x')}`, rows(['2', 'x', null])),
    'a formula without its value': one('<c r="A2"><f>1+1</f></c>', { refused: ['XLSX_UNREADABLE'], says: /A2/ }),
    'an error': one(`${number('1')}<c t="e"><v>#N/A</v></c>`, rows(['1', '#N/A', null])),
    'an error in the key': one('<c t="e"><v>#REF!</v></c>', { rows: [], rejects: [{ codes: ['INVALID_INTEGER'] }] }),
    'a shared text that is not there': one(`${number('1')}<c t="s"><v>7</v></c>`, corrupt, { strings: ['<t>a</t>'] }),
    'shared texts that are not there': one(`${number('1')}<c t="s"><v>0</v></c>`, corrupt),
    'a shared text by no number': one(`${number('1')}<c t="s"><v>x</v></c>`, corrupt, { strings: ['<t>a</t>'] }),
    'a style that is not there': one(`${number('1')}${number('2', ' s="99"')}`, {
      oneOf: [corrupt, rows(['1', '2', null])],
    }),
    'a day since 1900': one(`${number('1')}${number('61', ' s="1"')}`, rows(['1', '1900-03-01', null]), {
      formats: ['yyyy-mm-dd'],
    }),
    'a day since 1904': one(`${number('1')}${number('0', ' s="1"')}`, rows(['1', '1904-01-01', null]), {
      formats: ['yyyy-mm-dd'],
      since1904: true,
    }),
    'a day behind the last since 1904': one(
      `${number('1')}${number('2957004', ' s="1"')}`,
      rows(['1', '2957004', null]),
      {
        formats: ['yyyy-mm-dd'],
        since1904: true,
      },
    ),
    'hours without end': one(`${number('1')}${number('1e400', ' s="1"')}`, corrupt, { formats: ['[h]:mm:ss'] }),
    'the day that is none': one(`${number('1')}${number('60', ' s="1"')}`, rows(['1', '1900-02-29', null]), {
      formats: ['yyyy-mm-dd'],
    }),
    'cells out of order': one('<c r="B2"><v>1</v></c><c r="A2"><v>2</v></c>', {
      oneOf: [corrupt, rows(['2', '1', null])],
    }),
    'a cell twice': one('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>', corrupt),
    'a cell far behind': one('<c r="A2"><v>1</v></c><c r="XFD2"><v>2</v></c>', {
      rows: [],
      rejects: [{ codes: ['FIELD_COUNT', 'UNNAMED_VALUE'] }],
    }),
    'a cell behind all columns': one('<c r="A2"><v>1</v></c><c r="ZZZZZ2"><v>2</v></c>', corrupt),
    'a value that is no number': one(number('abc'), {
      oneOf: [corrupt, { rows: [], rejects: [{ codes: ['INVALID_INTEGER'] }] }],
    }),
    'a number that is endless': one(`${number('1')}${number('1e999')}`, corrupt),
    'more cells than a sheet has columns': one(`${number('1')}${'<c/>'.repeat(20_000)}`, {
      refused: ['XLSX_CORRUPT'],
      says: /behind column XFD/,
    }),
    'merged cells': [
      book(good, {
        instead: {
          'xl/worksheets/sheet1.xml': `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${good}</sheetData><mergeCells><mergeCell ref="A2:C2"/></mergeCells></worksheet>`,
        },
      }),
      goodRows,
    ],
    'XML that is cut off': [
      book(good, { instead: { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="1"><c>' } }),
      corrupt,
    ],
    'no XML': [book(good, { instead: { 'xl/worksheets/sheet1.xml': 'nothing' } }), corrupt],
    'an entity of its own': [
      book(good, {
        instead: {
          'xl/worksheets/sheet1.xml':
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>',
        },
      }),
      corrupt,
    ],
    'a workbook part that is no XML': [book(good, { instead: { 'xl/workbook.xml': '<workbook' } }), corrupt],
    'no workbook part': [
      zipArchive([{ name: '[Content_Types].xml', bytes: Buffer.from('<Types/>') }]),
      { oneOf: [corrupt, unreadable] },
    ],
    'an archive of something else': [
      zipArchive([{ name: 'a.txt', bytes: Buffer.from('a') }]),
      { refused: ['XLSX_CORRUPT', 'XLSX_UNREADABLE', 'HEADER_OTHER_FORMAT'] },
    ],
    'no archive': [
      Buffer.from('id,name,note\n1,a,b\n'),
      { refused: ['XLSX_CORRUPT', 'XLSX_UNREADABLE', 'ZIP_CORRUPT', 'HEADER_OTHER_FORMAT'] },
    ],
    'an old workbook': [Buffer.from('d0cf11e0a1b11ae1', 'hex'), unreadable],
    'a chart alone': [
      workbook({ sheets: [{ name: 'Chart', rows: '', type: 'chartsheet' }] }),
      { oneOf: [corrupt, unreadable] },
    ],
    'a part that is a bomb': [() => book(`${good}${' '.repeat(200_000_000)}`), { refused: ['DECODED_TOO_LARGE'] }],
  };
  const whole = book(good);
  const damaged: Expected = {
    refused: [
      'ZIP_CORRUPT',
      'XLSX_CORRUPT',
      'XLSX_UNREADABLE',
      'ZIP_MEMBER',
      'HEADER_OTHER_FORMAT',
      'DECODED_TOO_LARGE',
      'HEADER_EMPTY',
    ],
  };
  const cut = range(25).map(() => {
    const at = 4 + below(random, whole.length - 4);
    return { name: `cut off at ${at}`, bytes: whole.subarray(0, at), expected: damaged };
  });
  const turned = range(60).map(() => {
    const bytes = Buffer.from(whole);
    const at = below(random, bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
    return { name: `a bit of byte ${at} turned`, bytes, expected: { oneOf: [goodRows, damaged] } };
  });
  const named = Object.entries(all).map(([name, [bytes, expected]]) => ({ name, bytes, expected }));
  return [...named, ...cut, ...turned].map((each) => ({ ...each, suffix: 'xlsx', request: { format: 'xlsx' } }));
}
