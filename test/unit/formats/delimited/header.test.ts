import { describe, expect, test } from 'vitest';
import { readHeader } from '../../../../functions/formats/delimited/header/header.ts';
import { foldHeader } from '../../../../functions/formats/shared/column-names.ts';

const COMMA = { delimiter: 0x2c, quoting: 'declared' } as const;

describe('the header', () => {
  const headers: readonly (readonly [
    what: string,
    head: string | Buffer,
    names: string[],
    bodyOffset: number,
    bodyLine: number,
    lineEnd?: 'cr',
  ])[] = [
    ['LF', 'a,b\n1,2\n', ['a', 'b'], 4, 2],
    ['CRLF', 'a,b\r\n1,2\r\n', ['a', 'b'], 5, 2],
    ['CR', 'a,b\r1,2\r', ['a', 'b'], 4, 2, 'cr'],
    ['CR, before lines that end with LF', 'a,b\r1,2\n', ['a', 'b'], 4, 2, 'cr'],
    ['LF, before a line with CR', 'a,b\n1\r2\n', ['a', 'b'], 4, 2],
    ['no line end', 'a,b', ['a', 'b'], 3, 1],
    ['CR at the end', 'a,b\r', ['a', 'b'], 4, 2, 'cr'],
    ['CR between the quotes of a name', '"a\rb",c\n', ['a\rb', 'c'], 8, 2],
    ['a BOM', '\ufeffa,b\n1,2', ['a', 'b'], 7, 2],
    ['a BOM before a quote', '\ufeff"a",b\n', ['a', 'b'], 9, 2],
    ['blank lines before it', '\n\r\n\ra,b\n', ['a', 'b'], 8, 5],
    ['quoted names', '"first, name","say ""x""",c\n', ['first, name', 'say "x"', 'c'], 28, 2],
    ['a name of two lines', '"a\r\nb",c\nx', ['a\r\nb', 'c'], 9, 3],
    ['empty names', 'a,,""\n', ['a', '', ''], 6, 2],
    ['blanks, which are kept', ' a , b\n', [' a ', ' b'], 7, 2],
    ['one column', 'a\n', ['a'], 2, 2],
    ['broken UTF-8 behind it', Buffer.from('a\n\xff', 'latin1'), ['a'], 2, 2],
  ];
  test.each(headers)('with %s', (_what, head, names, bodyOffset, bodyLine, lineEnd = 'lf') => {
    const header = { names, bodyOffset, bodyLine, lineEnd };
    expect(readHeader(Buffer.from(head as string), COMMA, true)).toEqual(header);
  });

  test.each([
    ['a title, and a quote that never closes', 'made, by "Ann\r\n\na,b\n1,2\n', 2, ['a', 'b'], 20, 4],
    ['lines that end with CR', 'x\ry\ra,b\r', 2, ['a', 'b'], 8, 4],
    ['blank lines behind them', 'x\n\n\na,b\n', 1, ['a', 'b'], 8, 5],
  ])('behind lines to skip: %s', (_what, head, skipRows, names, bodyOffset, bodyLine) => {
    const read = readHeader(Buffer.from(head), { ...COMMA, skipRows }, true);
    expect(read).toMatchObject({ names, bodyOffset, bodyLine });
  });

  test.each([
    [
      'parts below each other',
      'id,,,amount\n,name,first note,"net ,x"\r\n1,2\n',
      ['id', 'name', 'first note', 'amount net ,x'],
      39,
      3,
    ],
    ['rows of other lengths', 'a,b\r\nx,,y\r\n', ['a x', 'b', 'y'], 11, 3],
    ['a blank line is a row', 'a,b\n\n1,2\n', ['a', 'b'], 5, 3],
    ['quoted lines, CR alone', 'a,"b\rc"\rx,y\r', ['a x', 'b\rc y'], 12, 4],
    ['the last one ends the object', 'a\nb', ['a b'], 3, 2],
  ])('of two rows: %s', (_what, head, names, bodyOffset, bodyLine) => {
    const read = readHeader(Buffer.from(head), { ...COMMA, headerRows: { rows: 2, join: ' ' } }, true);
    expect(read).toMatchObject({ names, bodyOffset, bodyLine });
  });

  test('of more rows than the object has is none', () => {
    const grammar = { ...COMMA, headerRows: { rows: 3, join: ' ' } };
    expect(readHeader(Buffer.from('a\nb\n'), grammar, true)).toMatchObject({ problem: 'EMPTY' });
    expect(readHeader(Buffer.from('a\nb\n'), grammar, false)).toMatchObject({ problem: 'TOO_LONG' });
  });

  test('is declared: records begin where it would stand, and the first one has a cell for each name', () => {
    const grammar = { ...COMMA, names: ['a', 'b'], skipRows: 1 };
    const read = (head: string, isAll = true): unknown => readHeader(Buffer.from(head), grammar, isAll);
    expect(read('title\r\n\r\n1,"2,\n3"\r\n')).toMatchObject({
      names: ['a', 'b'],
      bodyOffset: 9,
      bodyLine: 3,
      lineEnd: 'lf',
    });
    expect(read('x\r1,2\r')).toMatchObject({ bodyOffset: 2, bodyLine: 2, lineEnd: 'cr' });
    expect(read('x\n1,2,3\n')).toMatchObject({
      problem: 'COLUMNS',
      message: expect.stringContaining('(line 2) has 3 cells where 2 columns are named'),
    });
    const inRows = (head: string, rows: object): unknown => readHeader(Buffer.from(head), { ...grammar, rows }, true);
    expect(inRows('x\n1\n', { padsShort: true })).toMatchObject({ names: ['a', 'b'], bodyOffset: 2 });
    expect(inRows('x\n1,2,3\n', { cutsLong: true })).toMatchObject({ names: ['a', 'b'], bodyOffset: 2 });
    expect(inRows('x\n1,2,3\n', { padsShort: true })).toMatchObject({ problem: 'COLUMNS' });
    expect(inRows('x\n1\n', { cutsLong: true })).toMatchObject({ problem: 'COLUMNS' });
    expect(read('x\n1"\n')).toMatchObject({ names: ['a', 'b'] });
    expect(read('x\n1', false)).toMatchObject({ bodyOffset: 2 });
    expect(read('x\n')).toMatchObject({ problem: 'EMPTY' });
    const ended = { ...COMMA, names: ['a', 'b'], hasTrailer: true };
    expect(readHeader(Buffer.alloc(0), ended, true)).toEqual({
      names: ['a', 'b'],
      bodyOffset: 0,
      bodyLine: 1,
      lineEnd: 'lf',
    });
  });

  test('behind comments and blank lines', () => {
    const head = Buffer.from('\ufeff# made, by "Ann\r\n\n#a,b\ra,#b\n1,2\n');
    const read = readHeader(head, { ...COMMA, comment: Buffer.from('#') }, true);
    expect(read).toMatchObject({ names: ['a', '#b'], bodyOffset: 31, bodyLine: 5, lineEnd: 'lf' });
    const rows = Buffer.from('#\na,b\n# c,d\n#\ne,f\n#1,2\n');
    expect(
      readHeader(rows, { ...COMMA, comment: Buffer.from('#'), headerRows: { rows: 2, join: '.' } }, true),
    ).toMatchObject({ names: ['a.e', 'b.f'], bodyOffset: 18, bodyLine: 6 });
  });

  test('with tabs between the names', () => {
    expect(readHeader(Buffer.from('a,x\tb\n'), { delimiter: 0x09, quoting: 'assumed' }, true)).toMatchObject({
      names: ['a,x', 'b'],
    });
  });

  const problems: readonly (readonly [problem: string, what: string, head: Buffer, objectEnds: boolean])[] = [
    ['EMPTY', 'no bytes', Buffer.alloc(0), true],
    ['EMPTY', 'a BOM alone', Buffer.from('\ufeff'), true],
    ['EMPTY', 'blank lines alone', Buffer.from('\n\r\n'), true],
    ['TOO_LONG', 'blank lines without end', Buffer.from('\n\r\n'), false],
    ['TOO_LONG', 'no line end', Buffer.from('a,b'), false],
    ['TOO_LONG', 'a CR that a LF may follow', Buffer.from('a,b\r'), false],
    ['TOO_LONG', 'an open quote', Buffer.from('"a,b\n'), false],
    ['UNTERMINATED_QUOTE', 'an open quote', Buffer.from('\n"a,b\n1,2\n'), true],
    ['NUL_BYTE', 'UTF-16 without a mark', Buffer.from('a,b\n', 'utf16le'), true],
    ['INVALID_UTF8', 'Latin-1', Buffer.from('gr\xf6\xdfe\n', 'latin1'), true],
    ['STRAY_QUOTE', 'a quote inside a name', Buffer.from('a,b"c\n'), true],
    ['STRAY_QUOTE', 'text after a closing quote', Buffer.from('a,"b"c\n'), true],
  ];
  test.each(problems)('is refused: %s, for %s', (problem, _what, head, objectEnds) => {
    expect(readHeader(head, COMMA, objectEnds)).toMatchObject({ problem });
  });

  test.each(['5" disk\tnote\n', '"disk\tnote\n'])('between tabs, a quote that troubles may be data: %j', (head) => {
    const assumed = { delimiter: 9, quoting: 'assumed' } as const;
    expect(readHeader(Buffer.from(head), assumed, true)).toMatchObject({
      message: expect.stringContaining('load it with --quote none'),
    });
    expect(readHeader(Buffer.from(head), { delimiter: 9, quoting: 'none' }, true)).toHaveProperty('names');
  });

  const zip = (name: string): string =>
    `504b03041400060008000000${'00'.repeat(18)}${Buffer.from(name).toString('hex')}`;
  const others: readonly (readonly [what: string, hex: string])[] = [
    ['packed with xz', 'fd377a585a000004'],
    ['packed with bzip2', '425a683931415926535908'],
    ['a tar archive', Buffer.from(`orders.csv${'\0'.repeat(247)}ustar\x0000`, 'latin1').toString('hex')],
    ['an Excel workbook (.xlsx)', zip('[Content_Types].xml')],
    ['a spreadsheet or another document', zip('orders.csv')],
    ['an old Office file', 'd0cf11e0a1b11ae10000'],
    ['a Parquet file', '5041523115041500'],
    ['an Avro file', '4f626a0104'],
    ['a dump of pg_dump', '5047444d5001'],
    ['written by COPY', '5047434f50590aff0d0a00'],
    ['a PDF document', Buffer.from('%PDF-1.7\n').toString('hex')],
    ['a web page', Buffer.from('\ufeff\n<!DOCTYPE html><html>').toString('hex')],
    ['a web page', Buffer.from('<HTML lang="en">').toString('hex')],
    ['XML', Buffer.from('<?xml version="1.0"?>\n').toString('hex')],
    ['JSON', Buffer.from('[\n  {"id": 1},').toString('hex')],
    ['JSON', Buffer.from('{"id": 1}\n{"id": 2}\n').toString('hex')],
  ];
  test.each(others)('is refused for a file that is %s, %s', (what, hex) => {
    expect(readHeader(Buffer.from(hex, 'hex'), COMMA, false)).toMatchObject({
      problem: 'OTHER_FORMAT',
      message: expect.stringContaining(`the file is ${what}`),
    });
  });

  const lookalikes = ['PAR1,PAR2', 'PK,name', 'BZh9,x', 'MZ90,x', '<id>,{name}', '{id},[x]', 'Obj,ARROW1', '%PDF,x'];
  test.each(lookalikes)('is read where names only look like another format: %s', (head) => {
    expect(readHeader(Buffer.from(`${head}\n1,2\n`), COMMA, true)).toHaveProperty('names', head.split(','));
  });

  test('says of NUL bytes whether they look like UTF-16', () => {
    const messageOf = (head: Buffer): unknown => (readHeader(head, COMMA, true) as { message?: string }).message;
    expect(messageOf(Buffer.from('a,b\n', 'utf16le'))).toContain('as in UTF-16');
    expect(messageOf(Buffer.from('a,b\n', 'utf16le').swap16())).toContain('as in UTF-16');
    expect(messageOf(Buffer.from('a\0b,c\n'))).toContain('is this a CSV file');
  });

  test('is refused in words that say where', () => {
    const messageOf = (head: string): unknown => readHeader(Buffer.from(head), COMMA, true);
    expect(messageOf('\n\n"a\nb,c')).toMatchObject({
      message:
        'a quote that opens in the header on line 3 is never closed; close it, or double it where it is part of a name',
    });
    expect(messageOf('a,"b"c\n')).toMatchObject({
      message: expect.stringMatching(/^name 2 of the header \(line 1\) has a quote inside/),
    });
  });
});

test.each([
  ['Order ID', ' order id\t'],
  ['Größe', 'gro\u0308ße'],
  ['É', 'é'],
  ['\ufeffid', 'ID'],
])('%s and %s fold to the same name', (one, other) => {
  expect(foldHeader(one)).toBe(foldHeader(other));
});

test('names that differ otherwise stay different', () => {
  expect(foldHeader('a b')).not.toBe(foldHeader('ab'));
  expect(foldHeader('é')).not.toBe(foldHeader('e'));
});
