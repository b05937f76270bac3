import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parquet } from '../../../../functions/decoding/parquet/parquet.ts';
import { openTable } from '../../../../functions/decoding/parquet/table.ts';
import { rangedSource, rowsOfCsv, storedBytes } from '../../../support/made-tables.ts';

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

  test.each(Object.keys(expected))('%s, cut into rows anywhere', async (name) => {
    const table = await openTable(rangedSource(readFileSync(new URL(`${name}.parquet`, folder))));
    const read = async (start: number, end: number): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      for await (const chunk of table.read({ start, end })) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    };
    const all = await read(0, table.rows);
    for (const cut of [1, 7, 97]) {
      const pieces: Buffer[] = [];
      for (let row = 0; row < table.rows; row += cut) pieces.push(await read(row, Math.min(row + cut, table.rows)));
      expect(Buffer.concat(pieces).equals(all)).toBe(true);
    }
  });
});
