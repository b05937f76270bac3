import { describe, expect, test } from 'vitest';
import { xlsx } from '../../../functions/decoding/xlsx/xlsx.ts';
import { type SheetAsked, readAsked, writtenAsked } from '../../../functions/core/decoding/sheet-asked.ts';
import { kindOf } from '../../../functions/decoding/xlsx/styles.ts';
import { storedBytes } from '../../support/made-tables.ts';
import { workbook, type WrittenBook } from '../../support/workbook.ts';

const csvOf = async (book: WrittenBook | Buffer, asked?: string | SheetAsked): Promise<string> => {
  const sheet = typeof asked === 'object' ? writtenAsked(asked) : asked;
  const bytes = Buffer.isBuffer(book) ? book : workbook(book);
  const [ranged, packed] = [await storedBytes(xlsx, bytes, true, sheet), await storedBytes(xlsx, bytes, false, sheet)];
  expect(packed.equals(ranged)).toBe(true);
  return ranged.toString();
};
const sheetOf = (rows: string, name = 'Rows') => ({ name, rows });
/** A header of so many columns, then these rows, from row 2 on. */
const under = (header: readonly string[], ...rows: readonly string[]): string =>
  [header.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`).join(''), ...rows]
    .map((cells, i) => `<row r="${i + 1}">${cells}</row>`)
    .join('');

describe('cells of a workbook', () => {
  test('texts are those that cells share or their own, without how they are spoken', async () => {
    const strings = [
      '<t>a,b</t>',
      '<r><t>bold </t></r><r><t xml:space="preserve"> x</t></r><rPh><t>spoken</t></rPh>',
      '<t/>',
      '<t>q"_x000D_\n</t>',
    ];
    const rows = under(
      ['a', 'b'],
      '<c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c>',
      '<c r="A3" t="s"><v>2</v></c><c r="B3" t="s"><v>3</v></c>',
      '<c t="inlineStr"><is><r><t>é&amp;</t></r></is></c>',
    );
    expect(await csvOf({ sheets: [sheetOf(rows)], strings })).toBe('a,b\n"a,b",bold  x\n"","q""\r\n"\né&,\n');
  });

  test('numbers are the shortest text of what is stored, whole ones plain', async () => {
    const stored = [
      '1',
      '0.1',
      '0.10000000000000001',
      '-12345.67',
      '1E3',
      '1.23E+11',
      '9007199254740991',
      '0',
      '-0',
      '1e-7',
      '123456789012345',
    ];
    const rows = under(['n', 'x'], ...stored.map((v) => `<c><v>${v}</v></c>`));
    const read = [
      '1',
      '0.1',
      '0.1',
      '-12345.67',
      '1000',
      '123000000000',
      '9007199254740991',
      '0',
      '0',
      '1e-7',
      '123456789012345',
    ];
    expect(await csvOf({ sheets: [sheetOf(rows)] })).toBe(`n,x\n${read.map((text) => `${text},\n`).join('')}`);
  });

  test('days and times are told by the style of their cells, and by the epoch of the workbook', async () => {
    const formats = ['yyyy\\-mm\\-dd', 'dd/mm/yyyy hh:mm', 'h:mm AM/PM', '[h]:mm:ss', '#,##0.00 "days"'];
    const cells: readonly (readonly [style: number, value: string])[] = [
      [1, '1'],
      [1, '59'],
      [1, '60'],
      [1, '61'],
      [1, '45413'],
      [1, '0'],
      [1, '-1'],
      [1, '45413.5'],
      [2, '45413'],
      [2, '45413.520833333336'],
      [3, '0.75'],
      [4, '1.5'],
      [5, '3'],
      [2, '36526.000011574'],
    ];
    const rows = under(['d', 'x'], ...cells.map(([style, v]) => `<c s="${style}"><v>${v}</v></c>`));
    const read = async (since1904: boolean): Promise<string[]> =>
      (await csvOf({ sheets: [sheetOf(rows)], formats, since1904 }))
        .split(',\n')
        .slice(0, -1)
        .map((line) => line.replace('d,x\n', ''));
    expect(await read(false)).toStrictEqual([
      '1900-01-01',
      '1900-02-28',
      '1900-02-29',
      '1900-03-01',
      '2024-05-01',
      '1900-01-00',
      '-1',
      '2024-05-01 12:00:00',
      '2024-05-01 00:00:00',
      '2024-05-01 12:30:00',
      '18:00:00',
      '36:00:00',
      '3',
      '2000-01-01 00:00:01',
    ]);
    const beyond = under(
      ['d', 'x'],
      '<c s="1"><v>2957003</v></c>',
      '<c s="1"><v>2957004</v></c>',
      '<c s="4"><v>1e300</v></c>',
    );
    const last = await csvOf({ sheets: [sheetOf(beyond)], formats, since1904: true });
    expect(last).toBe('d,x\n9999-12-31,\n2957004,\n1e+300,\n');
    expect((await read(true)).slice(0, 6)).toStrictEqual([
      '1904-01-02',
      '1904-02-29',
      '1904-03-01',
      '1904-03-02',
      '2028-05-02',
      '1904-01-01',
    ]);
  });

  test.each([
    ['General', 'number'],
    ['0.00E+00', 'number'],
    ['#,##0;[Red]-#,##0', 'number'],
    ['"day" 0', 'number'],
    ['0\\d', 'number'],
    ['[$€-407] #,##0.00', 'number'],
    ['m/d/yyyy', 'date'],
    ['mmm\\-yy', 'date'],
    ['[$-409]d\\-mmm;@', 'date'],
    ['yyyy"年"m"月"', 'date'],
    ['ggge', 'date'],
    ['h:mm:ss.000', 'time'],
    ['mm:ss', 'time'],
    ['[mm]:ss', 'elapsed'],
    ['yyyy-mm-dd"T"hh:mm', 'moment'],
    ['@', 'number'],
  ] as const)('a number of format %s is a %s', (code, kind) => {
    expect(kindOf(code)).toBe(kind);
  });

  test('booleans, errors, texts of formulas and dates in ISO 8601', async () => {
    const rows = under(
      ['b', 'e', 'f', 'd'],
      '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1</f><v></v></c><c t="d"><v>2024-05-01T10:00:00</v></c>',
      '<c t="b"><v>0</v></c><c t="e"><v>#DIV/0!</v></c><c><f>1+1</f><v>2</v></c>',
    );
    expect(await csvOf({ sheets: [sheetOf(rows)] })).toBe(
      'b,e,f,d\ntrue,#N/A,"",2024-05-01T10:00:00\nfalse,#DIV/0!,2,\n',
    );
  });

  test('what is left out is NULL, and a row without values is a blank line', async () => {
    const rows =
      '<row r="3"><c r="B3" t="inlineStr"><is><t>b</t></is></c><c r="C3" t="inlineStr"><is><t>c</t></is></c></row><row r="4"><c r="C4"><v>1</v></c></row><row r="5"><c r="A5" s="0"/></row><row r="7"><c r="A7"><v>1</v></c><c r="E7"><v>5</v></c></row><row r="8"/>';
    expect(await csvOf({ sheets: [sheetOf(rows)] })).toBe('\n\n,b,c\n,,1\n\n\n1,,,,5\n\n');
  });

  test('of a single column a second one has no name', async () => {
    expect(await csvOf({ sheets: [sheetOf(under(['id'], '<c><v>1</v></c>', '<c s="0"/>', '<c><v>2</v></c>'))] })).toBe(
      'id,\n1,\n\n2,\n',
    );
  });

  test('names of elements may have a prefix', async () => {
    const part =
      '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    expect(await csvOf({ sheets: [sheetOf('')], instead: { 'xl/worksheets/sheet1.xml': part } })).toBe('a,2\n');
  });
});

describe('the sheet of a workbook', () => {
  const one = (name: string, more: object = {}) => ({ name, rows: under([name, 'x']), ...more });
  const book = {
    sheets: [one('Chart', { type: 'chartsheet' }), one('Old', { state: 'hidden' }), one('Rows'), one('More rows')],
  };

  test('is the first that is seen, or the one that is asked for, hidden or not', async () => {
    expect(await csvOf(book)).toBe('Rows,x\n');
    expect(await csvOf(book, 'More rows')).toBe('More rows,x\n');
    expect(await csvOf(book, 'old')).toBe('Old,x\n');
  });

  test.each([
    [
      'Missing',
      'it has no sheet Missing; it has Chart, Old, Rows, More rows: name one with --sheet (in a dataset sheet)',
    ],
    ['Chart', 'its sheet Chart is a chart or the like and has no rows'],
  ])('%s is refused', async (sheet, words) => {
    await expect(csvOf(book, sheet)).rejects.toMatchObject({ code: 'XLSX_UNREADABLE', message: words });
  });
});

describe('a workbook that is not read', () => {
  const sound = { sheets: [sheetOf(under(['a', 'b'], '<c><v>1</v></c>'))] };

  test.each([
    [
      'a formula without its value',
      { sheets: [sheetOf(under(['a', 'b'], '<c/><c><f>A1+1</f></c>'))] },
      'XLSX_UNREADABLE',
      'cell B2 of sheet Rows is a formula',
    ],
    [
      'a text that is not there',
      { sheets: [sheetOf(under(['a', 'b'], '<c t="s"><v>7</v></c>'))] },
      'XLSX_CORRUPT',
      'cell A2 of sheet Rows is text 7',
    ],
    [
      'rows in disorder',
      { sheets: [sheetOf('<row r="2"/><row r="2"/>')] },
      'XLSX_CORRUPT',
      'row 2 of sheet Rows follows row 2',
    ],
    [
      'XML that ends in the middle',
      { ...sound, instead: { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData>' } },
      'XLSX_CORRUPT',
      'is no sound XML',
    ],
    [
      'entities of its own',
      { ...sound, instead: { 'xl/workbook.xml': '<!DOCTYPE w [<!ENTITY a "b">]><workbook>&a;</workbook>' } },
      'XLSX_CORRUPT',
      'is no sound XML in UTF-8 (an entity that is none of the five of XML)',
    ],
    [
      'no workbook inside',
      { ...sound, instead: { '_rels/.rels': '<Relationships/>', 'xl/workbook.xml': '<workbook/>' } },
      'XLSX_UNREADABLE',
      'no sheet of cells',
    ],
  ] as const)('%s', async (_, book, code, words) => {
    await expect(csvOf(book)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test('encrypted, old, cut off', async () => {
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    await expect(csvOf(ole)).rejects.toMatchObject({
      code: 'XLSX_UNREADABLE',
      message: expect.stringContaining('old Office'),
    });
    ole.write('EncryptedPackage', 200, 'utf16le');
    await expect(csvOf(ole)).rejects.toMatchObject({
      code: 'XLSX_UNREADABLE',
      message: expect.stringContaining('is encrypted'),
    });
    const whole = workbook(sound);
    await expect(csvOf(whole.subarray(0, whole.length - 30))).rejects.toMatchObject({ code: 'ZIP_CORRUPT' });
  });
});

describe('what is said of a workbook', () => {
  const notesOf = async (book: WrittenBook): Promise<readonly string[]> => {
    const bytes = workbook(book);
    const decoding = xlsx.decode({ sizeBytes: null, chunks: () => pieces(bytes), read: null }, undefined);
    for await (const _ of decoding.chunks);
    return decoding.notes ?? [];
  };
  async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
    yield bytes;
  }

  test('digits that a spreadsheet may have lost, and sheets that were not read', async () => {
    const rows = under(
      ['a', 'b'],
      '<c><v>123456789012345</v></c><c t="s"><v>0</v></c>',
      '<c><v>1234567890123450</v></c><c t="inlineStr"><is><t>1.23E+11</t></is></c>',
      '<c><v>1.2E+19</v></c><c t="s"><v>0</v></c>',
    );
    const other = { name: 'Other', rows: '' };
    expect(
      await notesOf({
        sheets: [sheetOf(rows), other, { ...other, name: 'Old', state: 'hidden' }],
        strings: ['<t>4.5E+15</t>'],
      }),
    ).toStrictEqual([
      'sheet Rows was read; the workbook has Other too (--sheet NAME)',
      'whole numbers of over 15 digits in cells: 2, the first A3; Excel keeps 15, so the digits behind them may be lost',
      'texts like 1.23E+11 in cells: 3, the first B2; a spreadsheet may have shortened numbers to them',
    ]);
    expect(await notesOf({ sheets: [sheetOf(under(['a', 'b'], '<c><v>1</v></c>'))] })).toStrictEqual([]);
  });
});

describe('what is asked of a sheet', () => {
  const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const row = (r: number, ...cells: readonly string[]): string => `<row r="${r}">${cells.join('')}</row>`;
  const titled = [
    row(1, ...['Report', 'of', 'May', '2026', 'all'].map(cell)),
    row(3, cell('id'), cell('amount'), cell('note')),
    row(4, cell('1'), cell('2')),
    row(5, cell('3')),
  ].join('');

  test('rows that are read over are blank lines, and the header behind them says how wide the others are', async () => {
    expect(await csvOf({ sheets: [sheetOf(titled)] }, { skipRows: 2 })).toBe('\n\nid,amount,note\n1,2,\n3,,\n');
    expect(await csvOf({ sheets: [sheetOf(titled)] }, { skipRows: 9 })).toBe('\n\n\n\n\n');
  });

  test('a sheet without a header is as wide as it is said to be, one with two rows of it as its widest', async () => {
    const rows = [row(1, cell('1')), row(2, cell('2'), cell('3'))].join('');
    expect(await csvOf({ sheets: [sheetOf(rows)] }, { columns: 3 })).toBe('1,,\n2,3,\n');
    const twice = [row(1, cell('a')), row(2, cell('b'), cell('c'), cell('d')), row(3, cell('1'))].join('');
    expect(await csvOf({ sheets: [sheetOf(twice)] }, { headerRows: 2 })).toBe('a,\nb,c,d\n1,,\n');
  });

  test('numbers are as their cells show them, days and times as ever', async () => {
    const shown = [
      ['00000', '501', '00501'],
      ['0.00', '1.005', '1.01'],
      ['0.00', '-1.005', '-1.01'],
      ['0.00', '2.675', '2.68'],
      ['0.00', '1.0049', '1.00'],
      ['0%', '0.125', '13%'],
      ['#,##0.00 "EUR"', '-1234.5', '-1,234.50 EUR'],
      ['_-* #,##0.00_-', '3', '3.00'],
      ['000-00-0000', '123456789', '123-45-6789'],
      ['General', '123456789012', '123456789012'],
      ['yyyy', '45413', '2024-05-01'],
      ['"x', '3', '3'],
      ['0.00', '99999999999999', '99999999999999.00'],
      ['0%', '9999999999999', '999999999999900%'],
      ['0.00', '12345678901234.5', '12345678901234.50'],
      ['0.00', '1234567890123.45', '1234567890123.45'],
      ['#,##0', '100000000000000000', '100,000,000,000,000,000'],
      // what Excel fills with ##### is as it is stored
      ['#,##0', '10000000000000000000', '10000000000000000000'],
      ['0.00', '-1e300', '-1e+300'],
    ] as const;
    const cells = shown.map(([, stored], i) => `<c s="${i + 1}"><v>${stored}</v></c>`);
    const book = { sheets: [sheetOf(under(['n', 'x'], ...cells))], formats: shown.map(([code]) => code) };
    expect((await csvOf(book, { displayed: true })).split('\n').slice(1, -1)).toEqual(
      shown.map(([, , text]) => (text.includes(',') ? `"${text}",` : `${text},`)),
    );
    expect((await csvOf(book)).split('\n')[1]).toBe('501,');
  });

  test('is one text, from which it is read again', () => {
    for (const asked of [
      {},
      { sheet: 'Rows' },
      { sheet: '{"sheet":"x"}' },
      { sheet: 'a', skipRows: 2, displayed: true as const },
    ])
      expect(readAsked(writtenAsked(asked))).toEqual(asked);
    expect(writtenAsked({ sheet: 'Rows' })).toBe('Rows');
  });
});
