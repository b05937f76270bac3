import { describe, expect, test } from 'vitest';
import { columnNames } from '../../../functions/sniff/alone/column-names.ts';
import { describedTable } from '../../../functions/sniff/alone/described.ts';
import { type Guess, guessDialect } from '../../../functions/sniff/alone/guess-dialect.ts';
import type { Table } from '../../../functions/sniff/alone/table-of.ts';

function guess(text: string, isAll = true): Guess {
  return guessDialect({ bytes: Buffer.from(text), isAll });
}

describe('a dialect by the bytes alone', () => {
  test.each([
    ['commas', 'id,name\n1,Nut\n2,"Bolt, small"\n', { delimiter: ',' }],
    ['semicolons, with commas in numbers', 'id;price\n1;2,5\n2;3,75\n', { delimiter: ';' }],
    ['tabs', 'id\tname\n1\tNut and bolt\n', { delimiter: '\t' }],
    ['bars', '1|Nut|x\n2|Bolt|y\n', { delimiter: '|' }],
    ['apostrophes around cells', "'1','Nut, \"x\"'\n'2','Bolt'\n", { delimiter: ',', quote: "'" }],
    ['times and blanks', 'at,what\n12:30:00,a b\n12:31:00,c d\n', { delimiter: ',' }],
    ['one column', 'name\nNut\nBolt\n', { delimiter: ',' }],
    ['a comma and a blank before quotes', 'id, name\n1, "Nut, small"\n2, "Bolt"\n', { delimiter: ', ' }],
    ['a comma and a blank inside of quotes', 'id,name\n1,"Nut, ""small"""\n2,"Bolt"\n', { delimiter: ',' }],
    ['lines that end with CR', 'a;b\r1;2\r3;4\r', { delimiter: ';' }],
  ])('%s', (_, text, format) => {
    expect(guess(text)).toMatchObject({ kind: 'found', table: { format } });
  });

  test.each([
    ['two delimiters that fit alike', '1;a,2\n2;b,3\n'],
    ['blanks alone', '1 2 3\n4 5 6\n7 8 9\n'],
    ['prose', 'Dear all,\nhere is the file; it comes late.\nBye\n'],
    ['a quote that never closes', '"a,b\n1,2\n'],
    ['nothing', ''],
  ])('%s is a doubt', (_, text) => {
    expect(guess(text).kind).toBe('doubtful');
  });

  test.each([
    ['~', 'id,name~1,Nut~2,"Bo~lt"~3,Cog~', '~', { delimiter: ',' }],
    ['RS, with line ends in cells', 'id;note\x1e1;a\nb\x1e2;c\x1e', '\x1e', { delimiter: ';' }],
    ['bars, behind a line of something else', 'Report|id,name|1,Nut|2,Bolt|3,Cog', '|', null],
    ['a hash without one at the end', 'id;name#1;Nut#2;Bolt#3;Cog\n', '#', { delimiter: ';' }],
  ])('records that end with %s', (_, text, recordEnd, format) => {
    const typed = guessDialect({ bytes: Buffer.from(text), isAll: true }, recordEnd);
    expect(typed.kind === 'found' ? typed.table.format.recordEnd : null).toBe(recordEnd);
    if (format !== null)
      expect(guess(text)).toMatchObject({ kind: 'found', table: { format: { ...format, recordEnd } } });
    else expect(described(text, recordEnd)).toMatchObject({ skipRows: 1, header: ['id', 'name'], linesBefore: 2 });
  });

  test.each([
    ['a file of lines', 'id,name\n1,a~b\n2,c~d\n3,e~f\n', { delimiter: ',' }],
    ['a header alone', 'id,a~b~c~d', { delimiter: ',' }],
  ])('a line end ends the records of %s', (_, text, format) => {
    const told = guess(text);
    expect(told).toMatchObject({ kind: 'found', table: { format } });
    expect(told.kind === 'found' ? told.table.format.recordEnd : '').toBeUndefined();
  });

  test('a sample that ends in mid-record is judged by what is whole', () => {
    expect(guess('a,b\n1,2\n3,"4', false)).toMatchObject({
      kind: 'found',
      table: {
        rows: [
          ['a', 'b'],
          ['1', '2'],
        ],
      },
    });
  });

  test('lines before the table and its header are told', () => {
    expect(described('Report\n\nid,name\n1,Nut\n2,Bolt\n3,\n')).toMatchObject({
      skipRows: 2,
      header: ['id', 'name'],
      isOwn: true,
      whole: 3,
      records: 3,
    });
    expect(described('1,Nut\n2,Bolt\n')).toMatchObject({ skipRows: 0, header: null, whole: 2, records: 2 });
  });

  test('a title as wide as the table is passed over', () => {
    const text = 'Spend,,,\r\n,,,\r\nPaid,To,Amount,\r\n2026-01-02,Nut,2.5,\r\n2026-01-03,Bolt,3,\r\n';
    expect(described(text)).toMatchObject({
      skipRows: 2,
      header: ['Paid', 'To', 'Amount', ''],
      isOwn: true,
      records: 2,
    });
  });

  test('a sparse first record of texts is none', () => {
    expect(described('a,,,\nb,c,d,e\nf,g,h,i\n')).toMatchObject({ skipRows: 0, header: null, records: 3 });
  });

  test.each([
    ['names that are there twice', 'x,x,n\n1,2,a\n3,4,b\n', ['x', 'x', 'n']],
    ['a column without a name that holds values', 'x,,n\n1,2,a\n3,4,b\n', ['x', '', 'n']],
  ])('%s are a header that no load can take', (_, text, header) => {
    expect(described(text)).toMatchObject({ skipRows: 0, header, isOwn: false, linesBefore: 1, records: 2 });
  });

  test('a quote in what is passed over that closes in a later line is a doubt', () => {
    const text = 'id,name,"at\n1,Nut,"2026"\n2,"Bolt",2027\n3,"Pin",2028\n';
    expect(described(text)).toMatchObject({ isDoubtful: true });
    expect(described('id,na"me,at\n1,Nut,2026\n2,Bolt,2027\n')).toMatchObject({ isDoubtful: false });
  });
});

test('columns are called as in the file, where a table can have such names', () => {
  const long = 'ü'.repeat(40);
  expect(columnNames(['id', ' ', 'ID', long, `${long}x`, 'id_2'])).toEqual([
    'id',
    'col_1',
    'ID_2',
    'ü'.repeat(31),
    `${'ü'.repeat(30)}_2`,
    'id_2_2',
  ]);
});

function described(text: string, recordEnd?: string): ReturnType<typeof describedTable> {
  const found = guessDialect({ bytes: Buffer.from(text), isAll: true }, recordEnd);
  return describedTable(found.kind === 'found' ? found.table : (found.tables[0] as Table));
}
