import { expect, test } from 'vitest';
import { readReading } from '../../../cli/typed/reading/reading-options.ts';
import { dataset as define, refusal } from '../compile/build.ts';

function read(
  values: Record<string, string>,
  flags: string[] = [],
  lists: Record<string, string[]> = {},
): { reading: unknown; problems: readonly string[] } {
  const problems: string[] = [];
  const { reading } = readReading({ values, flags: new Set(flags), lists }, problems);
  return { reading, problems };
}

test('what stands around records is typed as a dataset has it', () => {
  const typed = {
    columns: String.raw`id,Day\, UTC,,note`,
    'trailer-rows': '2',
    'blank-rows': 'keep',
    'short-rows': 'pad',
    'long-rows': 'cut',
    'repeated-headers': 'skip',
  };
  expect(read(typed, ['no-header'])).toEqual({
    reading: {
      header: ['id', 'Day, UTC', '', 'note'],
      trailerRows: 2,
      blankRows: 'keep',
      shortRows: 'pad',
      longRows: 'cut',
      repeatedHeaders: 'skip',
    },
    problems: [],
  });
  expect(read({ 'header-rows': '2', 'header-join': '.' }).reading).toEqual({ headerRows: 2, headerJoin: '.' });
});

test('what is wrong with it is told, all at once', () => {
  const { problems } = read({ 'trailer-rows': '-1', 'blank-rows': 'drop', 'short-rows': 'cut', 'header-rows': 'x' }, [
    'no-header',
  ]);
  expect(problems.toSorted()).toEqual([
    '--blank-rows: "drop" is none; it is skip, reject, keep',
    '--header-rows: "x" is not a whole number, 1 or more',
    '--no-header needs --columns a,b,c: the names of all columns of the file, in their order',
    '--short-rows: "cut" is none; it is reject, pad',
    '--trailer-rows: "-1" is not a whole number, 0 or more',
  ]);
  expect(read({ columns: 'a,b' }).problems).toEqual([
    '--columns names the columns of a file without a header: add --no-header',
  ]);
});

test('where the trailer has totals is typed as a dataset has it', () => {
  const cells = { 'trailer-sum': ['amount=3', 'a=b=4', 'amount = 3'] };
  expect(read({ 'trailer-rows': '2', 'trailer-line': '2', 'trailer-records': '2' }, [], cells)).toEqual({
    reading: { trailerRows: 2, trailerTotals: { line: 2, records: 2, sums: { amount: 3, 'a=b': 4 } } },
    problems: [],
  });
  const noPlace =
    'is no cell, counted from 1; of lines of fixed width it may be characters, first and last (4-9), and of JSON lines it is keys (totals.count)';
  const wrong = { 'trailer-sum': ['3', 'a=0', 'b=1', 'b=4-9'] };
  expect(read({ 'trailer-line': '0', 'trailer-records': '0' }, [], wrong).problems).toEqual([
    '--trailer-line: "0" is not a whole number, 1 or more',
    `--trailer-records: "0" ${noPlace}`,
    `--trailer-sum: "3" is not COLUMN=CELL, like --trailer-sum amount=3: its place ${noPlace}`,
    `--trailer-sum: "a=0" is not COLUMN=CELL, like --trailer-sum amount=3: its place ${noPlace}`,
    '--trailer-sum: b is said to be in 1 and in 4-9; give it once',
  ]);
  expect(read({ 'trailer-records': '4-9' }, [], { 'trailer-sum': ['a=totals.a'] }).reading).toEqual({
    trailerTotals: { records: '4-9', sums: { a: 'totals.a' } },
  });
  expect(read({ 'trailer-rows': '1', 'trailer-line': '1' }).problems).toEqual([
    '--trailer-line says where to look: add --trailer-records CELL, or --trailer-sum COLUMN=CELL',
  ]);
});

test('a dataset that says it against itself is refused', () => {
  const beyond = refusal(() => define({ trailerRows: 1, trailerTotals: { line: 2, records: 1 } }));
  expect(beyond).toContain('trailerRows: is 1, and line 2 of them has the totals');
  expect(refusal(() => define({ trailerRows: 1, trailerTotals: {} }))).toContain('trailerTotals: says nothing');
  const told = refusal(() => define({ header: ['id'], headerRows: 2 }));
  expect(told).toContain('headerRows: does not go with header');
  expect(refusal(() => define({ headerJoin: '-' }))).toContain('headerJoin: is for a header of several rows');
  expect(refusal(() => define({ format: 'ndjson', blankRows: 'keep' }))).toContain('blankRows: is for delimited text');
});

test('a trailer is where lines are records, and its totals are where such a line has places', () => {
  const told = (declared: object): string => refusal(() => define({ trailerRows: 1, ...declared }));
  expect(told({ format: 'json' })).toContain('JSON lines: a document of JSON ends with its bracket');
  expect(told({ format: 'parquet' })).toContain('a Parquet file holds records alone');
  expect(told({ format: 'xlsx' })).toContain('rows below the table of a sheet are records');
  expect(told({ trailerTotals: { records: '4-9' } })).toContain('trailerTotals.records: is "4-9", which is no cell');
  const fixed = { format: 'fixed' as const, fixed: [{ name: 'id', width: 4 }] };
  for (const records of [2, '4-9'])
    expect(define({ trailerRows: 1, trailerTotals: { records }, ...fixed })).toBeDefined();
  for (const records of ['9-4', '0-4', 'count'])
    expect(told({ trailerTotals: { records }, ...fixed })).toContain('first and last, like "4-9"');
  const lines = { format: 'ndjson' as const, trailerTotals: { sums: { amount: 'totals.amount' } } };
  expect(define({ trailerRows: 1, ...lines })).toBeDefined();
  expect(refusal(() => define(lines))).toContain('trailerRows: is 0, and line 1 of them has the totals');
  for (const amount of [3, '$', 'a[0]'])
    expect(told({ format: 'ndjson', trailerTotals: { sums: { amount } } })).toContain('trailerTotals.sums.amount: is');
  expect(told({ trailerTotals: { records: 0 } })).toContain('trailerTotals.records: must be at least 1');
});

test('what ends a record is typed with escapes, and is no line end alone', () => {
  const end = (typed: string): unknown => read({ 'record-end': typed }).reading;
  expect(end(String.raw`|\n`)).toEqual({ recordEnd: '|\n' });
  expect(end(String.raw`\x1e`)).toEqual({ recordEnd: '\u001e' });
  expect(end(String.raw`;;\r\n`)).toEqual({ recordEnd: ';;\r\n' });
  expect(end(String.raw`\\~\d`)).toEqual({ recordEnd: String.raw`\~\d` });
  for (const none of ['', String.raw`\n`, String.raw`\r`, '"', String.raw`\x00`, 'x'.repeat(21)]) {
    expect(read({ 'record-end': none }).problems).toMatchObject([expect.stringContaining('--record-end: ')]);
  }
});

test('a record end that is something else as well is refused', () => {
  const told = (declared: object): string => refusal(() => define(declared));
  expect(told({ recordEnd: '~', delimiter: '~|' })).toContain('recordEnd: is the delimiter, or a part of it');
  expect(told({ recordEnd: "'\n", quote: "'" })).toContain('recordEnd: holds the quote');
  expect(told({ recordEnd: '~', comment: '#~' })).toContain('comment: holds what ends records');
  expect(told({ recordEnd: '~', null: ['a~'] })).toContain('null.0: holds what ends records');
  expect(told({ recordEnd: '\n' })).toContain('recordEnd: must be 1 to 20 characters');
  expect(told({ recordEnd: '~', format: 'ndjson' })).toContain('a record of JSON ends with its line');
  expect(told({ recordEnd: '~', format: 'xlsx' })).toContain('format xlsx is no text');
  expect(define({ recordEnd: '|\n', delimiter: '|' }).recordEnd).toBe('|\n');
});

test('a name that stands twice among those of the columns is refused before any file is looked at', () => {
  const twice = refusal(() => define({ header: ['id', 'a', ' id', 'A'] }));
  expect(twice).toContain('header.2: names "id" a second time, column 3 as column 1');
  expect(twice).not.toContain('header.3');
  const fixed = [1, 2, 3].map((width) => ({ name: width === 2 ? 'x' : 'id', width }));
  expect(refusal(() => define({ format: 'fixed', fixed }))).toContain('fixed.2.name: names "id" a second time');
  expect(define({ header: ['id', '', '', 'id'], columns: { ignorePositions: [4] } })).toBeDefined();
});
