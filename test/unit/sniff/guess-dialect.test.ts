import { describe, expect, test } from 'vitest';
import { describedTable } from '../../../functions/sniff/alone/described.ts';
import { type Guess, guessDialect } from '../../../functions/sniff/alone/guess-dialect.ts';

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
    const found = guess('Report\n\nid,name\n1,Nut\n2,Bolt\n3,\n');
    if (found.kind !== 'found') throw new Error('it is in doubt');
    expect(describedTable(found.table)).toEqual({ skipRows: 2, header: ['id', 'name'], whole: 3, records: 3 });
    const bare = guess('1,Nut\n2,Bolt\n');
    if (bare.kind !== 'found') throw new Error('it is in doubt');
    expect(describedTable(bare.table)).toEqual({ skipRows: 0, header: null, whole: 2, records: 2 });
  });
});
