import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DecodingFault } from '../../../../functions/decoding/decoder.ts';
import { openTable } from '../../../../functions/decoding/parquet/table.ts';
import { rowRanges } from '../../../../functions/extract/row-slices.ts';
import { lyingFiles } from '../../../support/lying-parquet.ts';
import { rangedSource } from '../../../support/made-tables.ts';
import { readThrift, writeThrift } from '../../../support/thrift.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/parquet/${name}.parquet`, import.meta.url));

/** What is wrong with a table as a lying footer makes it; null: it is refused with a fault, or can be planned and read. */
async function troubleOf(bytes: Buffer): Promise<string | null> {
  try {
    const table = await openTable(rangedSource(bytes));
    const { rows, bytes: unpacked, parts } = table;
    const figures = [rows, unpacked, ...parts.flatMap((part) => [part.rows, part.bytes])];
    if (!figures.every((figure) => figure >= 0 && figure <= 2 ** 62)) return `it has ${figures.join(', ')}`;
    const ranges = rowRanges(parts, 1_000);
    if (!ranges.every(({ rangeStart, rangeEnd }) => Number.isSafeInteger(rangeStart) && rangeStart < rangeEnd))
      return `it is cut into ${JSON.stringify(ranges).slice(0, 200)}`;
    let read = 0;
    for await (const chunk of table.read({ start: 0, end: Math.min(rows, 1_000) })) read += chunk.length;
    return read >= 0 ? null : 'nothing was read';
  } catch (error) {
    if (!(error instanceof DecodingFault)) return String(error);
    const { code, message } = error;
    if (!code.startsWith('PARQUET_')) return `${code} ${message}`;
    return /NaN\b|undefined|TypeError|\[object/.test(message) ? message : null;
  }
}

it('a footer is written as it was read', () => {
  const whole = fixture('types');
  const length = whole.readUInt32LE(whole.length - 8);
  const footer = whole.subarray(whole.length - 8 - length, whole.length - 8);
  expect(writeThrift(readThrift(footer))).toStrictEqual(footer);
});

it.each(['many-snappy'])(
  'a footer that lies in one number, field or list is refused with words, or read: %s',
  async (name) => {
    const lies = lyingFiles(fixture(name));
    expect(lies.length).toBeGreaterThan(500);
    // what is missing of the file and of its first column, and every thirtieth of the rest: the hostile files have all by turns
    const trouble: string[] = [];
    for (const [i, { name: lie, bytes }] of lies.entries()) {
      if (i % 30 !== 0 && !/^\.(?:[13]|4\[0\]\.(?:[23]|1\[0\].*)) is missing$/.test(lie)) continue;
      const found = await troubleOf(bytes);
      if (found !== null) trouble.push(`${lie}: ${found}`);
    }
    expect(trouble).toStrictEqual([]);
  },
);
