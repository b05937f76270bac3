import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parquet } from '../../../../functions/decoding/parquet/parquet.ts';
import { rowsOfCsv, storedBytes } from '../../../support/made-tables.ts';

const folder = new URL('../../../fixtures/parquet/', import.meta.url);
/** What a file holds, or the name of one that holds the same. */
type Expected = { readonly names: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] } | string;
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Readonly<
  Record<string, Expected>
>;

describe('Parquet as pyarrow writes it is read cell by cell', () => {
  test.each(Object.keys(expected))('%s', async (name) => {
    const bytes = readFileSync(new URL(`${name}.parquet`, folder));
    const told = expected[name] as Expected;
    const { names, rows } = (typeof told === 'string' ? expected[told] : told) as Exclude<Expected, string>;
    const isSingle = names.length === 1;
    for (const ranged of [true, false]) {
      const [header, ...cells] = rowsOfCsv(await storedBytes(parquet, bytes, ranged));
      expect(header).toStrictEqual(isSingle ? [...names, null] : names);
      expect(cells).toStrictEqual(isSingle ? rows.map((row) => [...row, null]) : rows);
    }
  });
});
