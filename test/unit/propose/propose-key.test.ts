import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proposeKey, type ReadAgain } from '../../../functions/propose/keys/propose-key.ts';
import { ColumnStatistics } from '../../../functions/propose/columns/column-statistics.ts';
import { RowHashes } from '../../../functions/propose/keys/row-hashes.ts';
import { UniqueColumns } from '../../../functions/propose/keys/unique-columns.ts';
import { ObservedTable } from '../../../functions/propose/observed-table.ts';

type Rows = readonly (readonly (string | null)[])[];

const bytesOf = (row: readonly (string | null)[]): readonly (Buffer | null)[] =>
  row.map((cell) => (cell === null ? null : Buffer.from(cell)));

async function keyOf(names: readonly string[], rows: Rows): Promise<readonly string[]> {
  const table = new ObservedTable(names);
  for (const row of rows) table.observe(bytesOf(row));
  const { columns } = await proposeKey(table, async function* () {});
  return columns.map((i) => names[i] ?? '');
}

const numbered = (rows: number, cells: (i: number) => readonly (string | null)[]): Rows =>
  Array.from({ length: rows }, (_, i) => cells(i));

test('the leftmost column with another value in each record', async () => {
  expect(
    await keyOf(
      ['nr', 'name', 'x'],
      numbered(300, (i) => [`${i}`, `n${i}`, 'x']),
    ),
  ).toEqual(['nr']);
});

test('one that is called like a key before one that is not', async () => {
  expect(
    await keyOf(
      ['name', 'Customer No'],
      numbered(300, (i) => [`n${i}`, `${i}`]),
    ),
  ).toEqual(['Customer No']);
});

test('a measure last', async () => {
  expect(
    await keyOf(
      ['amount', 'code'],
      numbered(300, (i) => [`${i}.5`, `c${i}`]),
    ),
  ).toEqual(['code']);
  expect(
    await keyOf(
      ['amount'],
      numbered(300, (i) => [`${i}.5`]),
    ),
  ).toEqual(['amount']);
});

test('none with a NULL', async () => {
  expect(
    await keyOf(
      ['id', 'name'],
      numbered(300, (i) => [i === 7 ? null : `${i}`, `n${i}`]),
    ),
  ).toEqual(['name']);
});

test('the smallest set where no column is one by itself', async () => {
  const rows = numbered(600, (i) => [`2024-01-${10 + Math.floor(i / 40)}`, 'x', `s${i % 40}`, `${i % 7}`]);
  expect(await keyOf(['day', 'kind', 'shop', 'qty'], rows)).toEqual(['day', 'shop']);
});

test('none where records are the same', async () => {
  expect(
    await keyOf(
      ['a', 'b'],
      numbered(300, (i) => [`${i % 20}`, `${i % 3}`]),
    ),
  ).toEqual([]);
});

test('none for what PostgreSQL takes for one value', async () => {
  expect(await keyOf(['n'], [['1.5'], ['1.50']])).toEqual([]);
  expect(await keyOf(['at'], [['2024-01-02T03:04:05Z'], ['2024-01-02 05:04:05+02:00']])).toEqual([]);
  const uuid = '3f2504e0-4f89-11d3-9a0c-0305e82c3301';
  expect(await keyOf(['u'], [[uuid], [uuid.toUpperCase()]])).toEqual([]);
});

/** As where only the first `kept` records fit in memory, and columns of more than `most` hashes are put off. */
async function keyOfLarge(
  names: readonly string[],
  rows: Rows,
  { kept, most }: { kept: number; most: number },
): Promise<readonly string[]> {
  const statistics = names.map(() => new ColumnStatistics());
  const hashes = new RowHashes(names.length, kept);
  const singles = new UniqueColumns(
    names.map((_, i) => [i]),
    most,
  );
  for (const row of rows.map(bytesOf)) {
    statistics.forEach((column, i) => column.observe(row[i] ?? null));
    singles.observe(hashes.observe(row, (column) => singles.isOpen(column)));
  }
  const again: ReadAgain = async function* () {
    yield* rows.map(bytesOf);
  };
  const { columns } = await proposeKey({ names, statistics, hashes, singles }, again);
  return columns.map((i) => names[i] ?? '');
}

test('of a file larger than memory the same key', async () => {
  const cell = fc.constantFrom('1', '2', '3', 'a', 'b');
  const rows = fc.array(fc.tuple(cell, cell, cell, fc.nat(30).map(String)), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 8 }), async (some, kept) => {
      const names = ['a', 'b', 'c', 'd'];
      const small = await keyOf(names, some);
      const large = await keyOfLarge(names, some, { kept, most: 20 });
      const isUnique = (key: readonly string[]): boolean =>
        new Set(some.map((row) => JSON.stringify(key.map((name) => row[names.indexOf(name)])))).size === some.length;
      // eight sets are asked of the whole file: it may find a larger one, never a wrong one
      expect(small.length === 0 || isUnique(small)).toBe(true);
      expect(large.length === 0 || isUnique(large)).toBe(true);
      expect(small.length === 1).toBe(large.length === 1);
    }),
  );
});
