import { describe, expect, test } from 'vitest';
import type { PlainForm } from '../../../../functions/core/contract.ts';
import { cellTexts } from '../../../../functions/formats/delimited/cells.ts';
import { createScanner, type ScanSettings } from '../../../../functions/formats/delimited/scanner.ts';
import { scanSlice, wholeObject } from './scan-all.ts';

const twoTexts: readonly PlainForm[] = ['text', 'text'];

function scan(text: string | Buffer, settings: Partial<ScanSettings> = {}): ReturnType<typeof scanSlice> {
  const object = Buffer.from(text as string);
  return scanSlice(object, wholeObject(object, { forms: twoTexts, ...settings }));
}

describe('the typed half', () => {
  const examples: readonly (readonly [what: string, object: string, typed: string, blankLines: number])[] = [
    ['LF and CRLF, mixed as they come', 'a,b\nc,d\r\ne,f', '1,0,a,b\n2,4,c,d\n3,9,e,f\n', 0],
    ['blank lines', '\n\r\na,b\n\r\n\nc,d\n\n', '1,3,a,b\n2,10,c,d\n', 5],
    ['line ends between quotes, untouched', '"a\r\nb","c\rd"\n', '1,0,"a\r\nb","c\rd"\n', 0],
    ['escaped quotes, untouched', '"a""b",""""\n', '1,0,"a""b",""""\n', 0],
    ['empty and quoted empty', ',""\n', '1,0,,""\n', 0],
    ['blanks, which are data', ' a , b\n', '1,0, a , b\n', 0],
    ['backslashes, which are data', '\\.,\\\n', '1,0,\\.,\\\n', 0],
    ['a BOM in the middle, which is data', '\ufeffa,b\n', '1,0,\u00ef\u00bb\u00bfa,b\n', 0],
  ];
  test.each(examples)('takes %s', (_what, object, typed, blankLines) => {
    const { counts, raw, ...scanned } = scan(object);
    expect(scanned.typed).toBe(typed);
    expect(raw).toEqual([]);
    expect(counts).toMatchObject({ blankLines, endOffset: Buffer.byteLength(object), openQuote: null });
  });

  test('ends records with CR, and with CRLF beside it, where the header ends with CR', () => {
    const { typed, counts, raw } = scan('a,b\rc,d\r\n\r"e\nf",g', { lineEnd: 'cr' });
    expect(typed).toBe('1,0,a,b\n2,4,c,d\n3,10,"e\nf",g\n');
    expect(raw).toEqual([]);
    expect(counts).toMatchObject({ blankLines: 1, lines: 3 });
  });

  test('holds cells that another byte encloses, and `"` as data', () => {
    const object = "'a,b','it''s'\n'two\nlines',5\" x\nc,d'e\n";
    const { typed, raw } = scan(object, { quote: 0x27 });
    expect(typed).toBe("1,0,'a,b','it''s'\n2,14,'two\nlines',5\" x\n");
    expect(raw).toMatchObject([{ fault: 'STRAY_QUOTE', line: 4 }]);
    expect(cellTexts(Buffer.from(object.slice(0, 13)), { delimiter: 0x2c, quoting: 'declared', quote: 0x27 })).toEqual([
      'a,b',
      "it's",
    ]);
  });

  test('captures cells with the escape that COPY is told of', () => {
    const captured = [{ position: 1, key: '"b"' }];
    const { typed } = scan('a,"x\\"y"\n', { escape: 0x5c, captured });
    expect(typed).toBe(String.raw`1,0,a,"x\"y","{\"b\":\"x\\\"y\"}"` + '\n');
  });

  test('takes the escape for one before a quote or itself between quotes, and for data anywhere else', () => {
    const object = '"a\\"b","c\\\\"\n"d\\n",e\\"\nf\\,"g\\\\\\""\n"x""y",z\n';
    const grammar = { delimiter: 0x2c, quoting: 'declared', escape: 0x5c } as const;
    const { typed, raw } = scan(object, grammar);
    expect(typed).toBe('1,0,"a\\"b","c\\\\"\n3,23,f\\,"g\\\\\\""\n');
    expect(raw.map(({ fault, line }) => [fault, line])).toEqual([
      ['STRAY_QUOTE', 2],
      ['STRAY_QUOTE', 4],
    ]);
    const cells = object.split('\n').map((record) => cellTexts(Buffer.from(record), grammar));
    expect(cells.slice(0, 3)).toEqual([
      ['a"b', 'c\\'],
      ['d\\n', 'e\\"'],
      ['f\\', 'g\\"'],
    ]);
  });

  test('passes over comments as over blank lines, however long, and over none between quotes or inside a line', () => {
    const object = `# one, "\na,"b\n#c"\n"#d",e\nf,#g\n#${'h'.repeat(2000)}\0\xff\ni,j\r\n#`;
    const { typed, raw, counts } = scan(Buffer.from(object, 'latin1'), { comment: Buffer.from('#') });
    expect(typed).toBe('1,9,a,"b\n#c"\n2,18,"#d",e\n3,25,f,#g\n4,2034,i,j\n');
    expect(raw).toEqual([]);
    expect(counts).toMatchObject({ records: 4, blankLines: 3, lines: 7, endOffset: object.length });
  });

  test('gives COPY one byte between cells where the file has several, and goes raw with that byte outside quotes', () => {
    const object = 'a|||b\n"x||y"||:|\n||\n"p\u001fq"||\\N\nr\u001f||s\n"t"|u||v\n';
    const grammar = { delimiter: 0x7c, delimiterRest: Buffer.from('|'), nulls: [Buffer.from('\\N')] };
    const { typed, raw } = scan(object, grammar);
    const rows = ['1 0 a |b', '2 6 "x||y" :|', '3 17  ', '4 20 "p\u001fq" '];
    expect(typed).toBe(rows.map((row) => `${row.replaceAll(' ', '\u001f')}\n`).join(''));
    expect(raw.map(({ fault, cells }) => [fault, cells?.map(String)])).toEqual([
      [null, ['r\u001f', 's']],
      ['STRAY_QUOTE', undefined],
    ]);
  });

  test('holds quotes as data where they are, and goes raw with the byte that stands for them in COPY', () => {
    const { typed, raw } = scan('"a,b"\n",""\nc,d"e\n\u0001f,g\n', { quoting: 'none' });
    expect(typed).toBe('1,0,"a,b"\n2,6,",""\n3,11,c,d"e\n');
    expect(raw).toMatchObject([{ recordNo: 4, fault: null }]);
    expect(raw[0]?.cells?.map(String)).toEqual(['\u0001f', 'g']);
  });

  test('is separated by the delimiter of the file', () => {
    expect(scan('a,b\tc\n', { delimiter: 0x09 }).typed).toBe('1\t0\ta,b\tc\n');
  });

  test('carries absolute offsets beyond 2^32, and record numbers of any length', () => {
    const startOffset = 5_000_000_000_123;
    const object = Buffer.from('a,b\n'.repeat(100_001));
    const scanner = createScanner(
      wholeObject(object, { forms: twoTexts, startOffset, endOffset: Number.MAX_SAFE_INTEGER }),
    );
    const typed = Buffer.concat([...scanner.push(object).typed, ...scanner.end().typed])
      .toString()
      .split('\n');
    expect(typed.slice(0, -1)).toEqual(
      Array.from({ length: 100_001 }, (_, i) => `${i + 1},${startOffset + 4 * i},a,b`),
    );
  });

  test('comes in chunks of at most 256 kB of whole records', () => {
    const object = Buffer.from('some text,and some more\n'.repeat(50_000));
    const scanner = createScanner(wholeObject(object, { forms: twoTexts }));
    const chunks = [...scanner.push(object).typed, ...scanner.end().typed];
    expect(chunks.length).toBeGreaterThan(5);
    for (const chunk of chunks) {
      expect(chunk.length).toBeLessThanOrEqual(262_144);
      expect(chunk.at(-1)).toBe(0x0a);
    }
  });

  test('is empty where all records are wanted raw', () => {
    const { typed, raw } = scan('a,b\nc,d\n', { allRaw: true });
    expect(typed).toBe('');
    expect(raw.map(({ fault, cells }) => [fault, cells?.map(String)])).toEqual([
      [null, ['a', 'b']],
      [null, ['c', 'd']],
    ]);
  });
});

describe('the raw half', () => {
  const faults: readonly (readonly [fault: string, detail: RegExp, object: string | Buffer])[] = [
    ['FIELD_COUNT', /^1 cell where the header has 2; the record is cut off/, 'a\n'],
    ['FIELD_COUNT', /^3 cells where the header has 2; a cell that holds the delimiter/, 'a,b,c'],
    ['STRAY_QUOTE', /^a quote inside cell 2, or text after its closing quote$/, 'a,b"c\r\n'],
    [
      'STRAY_QUOTE',
      /cell 1.*; where a backslash makes .* --escape '\\' \(in a dataset escape: '\\\\'\)$/,
      '"say \\"hi\\"",c\n',
    ],
    ['STRAY_QUOTE', /cell 1/, '"a"b,c\n'],
    ['STRAY_QUOTE', /cell 1/, '"a" ,c\n'],
    ['STRAY_QUOTE', /cell 1/, ' "a",c\n'],
    ['STRAY_QUOTE', /cell 1/, '1,5" pipe,x\n'.replace('1,', '')],
    ['BARE_CR', /^a carriage return \(CR\) alone in cell 2, outside quotes/, 'a,b\rc\n'],
    ['BARE_CR', /cell 1/, '\ra,b\r\n'],
    ['BARE_CR', /cell 2/, 'a,b\r\r\n'],
    ['BARE_CR', /cell 1/, '"a"\r,b\n'],
    ['BARE_CR', /cell 2/, 'a,b\rc"d,e\n'],
    ['NUL_BYTE', /the first is byte 3 of the record/, 'a,\0b\0\n'],
    ['INVALID_UTF8', /^not UTF-8 at byte 5 of the record \(0xE9\)$/, Buffer.from('a,\xc3\xa9\xe9\n', 'latin1')],
    ['INVALID_UTF8', /byte 3 /, Buffer.from('a,\xed\xa0\x80\n', 'latin1')],
    ['RECORD_TOO_LONG', /^1001 bytes where the limit is 1000$/, `a,${'b'.repeat(999)}\n`],
  ];
  test.each(faults)('takes %s (%s)', (fault, detail, object) => {
    const followed = Buffer.concat([
      Buffer.from(object as string),
      Buffer.from(String(object).endsWith('\n') ? 'x,y\n' : '\nx,y\n'),
    ]);
    const { raw, typed, counts } = scan(followed);
    expect(raw).toMatchObject([
      { recordNo: 1, line: 1, byteOffset: 0, fault, faultDetail: expect.stringMatching(detail), cells: null },
    ]);
    expect(typed).toBe(`2,${followed.length - 4},x,y\n`);
    expect(counts).toMatchObject({ records: 2, typed: 1, raw: 1, lines: 2 });
  });

  test('a CR alone splits no record, also at the end of an object that was cut inside its CRLF', () => {
    const { raw, typed } = scan('1,first part\rsecond part\n2,x\r\n3,y\r');
    expect(typed).toBe('2,25,2,x\n');
    expect(raw.map(({ fault, line, raw: bytes }) => [fault, line, String(bytes)])).toEqual([
      ['BARE_CR', 1, '1,first part\rsecond part'],
      ['BARE_CR', 3, '3,y\r'],
    ]);
  });

  test('a LF alone splits no record of an object whose lines end with CR', () => {
    const { raw, typed } = scan('1,first\nsecond\r2,x\r', { lineEnd: 'cr' });
    expect(typed).toBe('2,15,2,x\n');
    expect(raw).toMatchObject([
      { fault: 'BARE_LF', line: 1, faultDetail: expect.stringMatching(/^a line feed \(LF\) alone in cell 2/) },
    ]);
  });

  test('a quoted cell that may be several records is a fault where nobody declared quotes', () => {
    const object = '1\t"Alpha\n2\tBeta"\n3\t"two\nlines"\n4\t"a tab\t"\n5\t"x" y\n';
    const settings = { delimiter: 0x09, quoting: 'assumed' } as const;
    const { raw, typed } = scan(object, settings);
    expect(typed).toBe('2\t17\t3\t"two\nlines"\n3\t31\t4\t"a tab\t"\n');
    expect(raw.map(({ fault, faultDetail }) => [fault, /--quote none/.test(String(faultDetail))])).toEqual([
      ['QUOTED_LINES', true],
      ['STRAY_QUOTE', true],
    ]);
    expect(scan(object, { ...settings, quoting: 'declared' }).raw).toMatchObject([{ fault: 'STRAY_QUOTE' }]);
  });

  test.each([
    ['as it stands', 'id,a note\n'],
    ['with quotes', '"id",a note\r\n'],
    ['behind a BOM', '\ufeffid,"a note"\n'],
    ['quoted, behind a BOM', '\ufeff"id","a note"\n'],
  ])('the header again is a fault, %s', (_, again) => {
    const object = `1,x\n${again}2,id\nid,a notes\nid,a not\nID,a note\n`;
    const { raw, counts } = scan(object, { header: ['id', 'a note'] });
    expect(raw.map(({ fault, recordNo }) => [fault, recordNo])).toEqual([['REPEATED_HEADER', 2]]);
    expect(counts.records).toBe(6);
  });

  test.each([
    ['kept where its names are values of columns none of which is text', ['int4', 'date'], ['7', '2024-02-29'], 1],
    ['a fault where one of them is none', ['int4', 'date'], ['7', 'day'], 0],
    ['a fault where one column is text', ['int4', 'text'], ['7', '2024-02-29'], 0],
    ['a fault where a name is a word for NULL', ['int4', 'text'], ['NA', 'day'], 0],
  ] as const)('the header again is %s', (_, forms, header, typed) => {
    const { raw, counts } = scan(`${header.join(',')}\n`, { forms, header, nulls: [Buffer.from('NA')] });
    expect(counts.typed).toBe(typed);
    expect(raw.map(({ fault }) => fault)).toEqual(typed === 1 ? [] : ['REPEATED_HEADER']);
  });

  test('the header again is told by its names, whatever stands in them', () => {
    const again = '"a,b","c ""d""","e\nf"\n';
    const { raw } = scan(again, { forms: ['text', 'text', 'text'], header: ['a,b', 'c "d"', 'e\nf'] });
    expect(raw).toMatchObject([{ fault: 'REPEATED_HEADER' }]);
  });

  test('a stray quote swallows nothing but the rest of its cell', () => {
    const { raw, typed } = scan('5" pipe,"x\ny"\na,b\n"q"r"s\nc,d\n');
    expect(raw.map(({ line, raw: bytes }) => [line, String(bytes)])).toEqual([
      [1, '5" pipe,"x\ny"'],
      [4, '"q"r"s'],
    ]);
    expect(typed).toBe('2,14,a,b\n4,25,c,d\n');
  });

  test('what is not plain comes with its cells unescaped', () => {
    const { raw } = scan('"x ""y""\n",oops,\n"",1,2\n', { forms: ['text', 'int4', 'int4'] });
    expect(raw).toHaveLength(1);
    expect(raw[0]).toMatchObject({ fault: null, faultDetail: null, line: 1 });
    expect(raw[0]?.cells?.map((cell) => cell?.toString() ?? null)).toEqual(['x "y"\n', 'oops', null]);
  });

  test.each([
    ['a quoted empty cell', '""'],
    ['escaped quotes', '"1""2"'],
    ['blanks', ' 1'],
  ])('%s is not plain for a number', (_what, cell) => {
    expect(scan(`${cell},x\n`, { forms: ['int4', 'text'] }).counts).toMatchObject({ typed: 0, raw: 1 });
  });

  test('keeps at most maxRawBytes', () => {
    const { raw } = scan('abcdef\n', { maxRawBytes: 4 });
    expect(raw).toMatchObject([{ byteLength: 6, raw: Buffer.from('abcd') }]);
  });
});

describe('a slice', () => {
  const object = Buffer.from('a,b\r\nc,d\r\n\r\ne,f\r\n');

  test('owns the records that start in it, with their line ends', () => {
    const { typed, counts } = scanSlice(
      object,
      wholeObject(object, { forms: twoTexts, startOffset: 5, endOffset: 9 }),
      [9],
    );
    expect(typed).toBe('1,5,c,d\n');
    expect(counts).toMatchObject({ startOffset: 5, endOffset: 10, lines: 1, blankLines: 0 });
  });

  test('takes a LF that its last CR may need before it is done', () => {
    const scanner = createScanner(wholeObject(object, { forms: twoTexts, endOffset: 4 }));
    scanner.push(object.subarray(0, 4));
    expect(scanner.done).toBe(false);
    expect(scanner.push(object.subarray(4, 9)).typed).toHaveLength(1);
    expect(scanner.done).toBe(true);
    expect(scanner.counts().endOffset).toBe(5);
  });

  test('of blank lines alone owns those', () => {
    const { counts } = scanSlice(object, wholeObject(object, { forms: twoTexts, startOffset: 10, endOffset: 12 }));
    expect(counts).toMatchObject({ records: 0, blankLines: 1, startOffset: 10, endOffset: 12 });
  });

  test('in which nothing starts owns nothing', () => {
    const { counts } = scanSlice(object, wholeObject(object, { forms: twoTexts, startOffset: 12, endOffset: 11 }));
    expect(counts).toMatchObject({ records: 0, startOffset: null, endOffset: null });
  });
});

describe('an open record', () => {
  test('tells how long it is, so that a wrong guess can be given up', () => {
    const scanner = createScanner(wholeObject(Buffer.alloc(0), { forms: twoTexts, endOffset: 3 }));
    scanner.push(Buffer.from('a,"b\n'));
    scanner.push(Buffer.from('c\n'));
    expect(scanner.openRecordBytes).toBe(7);
    expect(scanner.done).toBe(false);
    scanner.push(Buffer.from('"\n'));
    expect(scanner.openRecordBytes).toBe(0);
    expect(scanner.done).toBe(true);
  });

  test('whose quote is never closed is counted out, and its quote is named', () => {
    const { counts, typed, raw } = scan('a,b\n"c\nd","e\nf');
    expect(typed).toBe('1,0,a,b\n');
    expect(raw).toEqual([]);
    expect(counts).toMatchObject({ records: 1, endOffset: 4, lines: 1, openQuote: { offset: 10, line: 3 } });
  });

  test('that is too long costs no memory, and the next one is read', () => {
    const settings = wholeObject(Buffer.alloc(0), {
      forms: twoTexts,
      endOffset: 10,
      maxRecordBytes: 1000,
      maxRawBytes: 5,
    });
    const scanner = createScanner(settings);
    const piece = Buffer.from(`"${'long\n'.repeat(20_000)}`);
    scanner.push(piece);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 500; i += 1) scanner.push(piece.subarray(1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    const { raw } = scanner.push(Buffer.from('",x\nnot ours,y\n'));
    expect(raw).toMatchObject([
      { fault: 'RECORD_TOO_LONG', byteLength: 50_100_004, line: 1, raw: Buffer.from('"long') },
    ]);
    expect(scanner.counts()).toMatchObject({ records: 1, lines: 501 * 20_000 + 1, endOffset: 50_100_005 });
  });
});

test.each([0, 0x0a, 0x0d, 0x22, 0x31, 0x61, 0x80, 1.5])('byte %d cannot separate cells', (delimiter) => {
  expect(() => createScanner(wholeObject(Buffer.alloc(0), { forms: twoTexts, delimiter }))).toThrow(RangeError);
});

describe('a record parsed for a person', () => {
  test.each<[what: string, raw: string | Buffer, cells: (string | null)[]]>([
    ['empty and quoted empty cells', ',"",', [null, '', null]],
    ['escaped quotes', '"a ""b""",c', ['a "b"', 'c']],
    ['line ends between quotes', '"a\r\n,b",c', ['a\r\n,b', 'c']],
    ['stray quotes, as they stand', '5" pipe,"a"b,"c""d"e', ['5" pipe', '"a"b', '"c""d"e']],
    ['a quote that the cut left open', 'a,"b, c', ['a', '"b, c']],
    ['a lone quote', '"', ['"']],
    ['nothing', '', [null]],
    ['bytes that are not UTF-8', Buffer.from('a\xff,b', 'latin1'), ['a\ufffd', 'b']],
  ])('keeps %s', (_what, raw, cells) => {
    expect(cellTexts(Buffer.from(raw as string), { delimiter: 0x2c, quoting: 'declared' })).toEqual(cells);
  });
});
