import { describe, expect, test } from 'vitest';
import { placeRecords } from '../../functions/validate/place.ts';

const lines = Array.from({ length: 6000 }, (_, i) => `${i},"a\nb"`);
const slice = Buffer.from(lines.map((line) => `${line}\n`).join(''));
const START = 500;
const offsets: number[] = [];
for (let i = 0, at = START; i < lines.length; i += 1) {
  offsets.push(at);
  at += (lines[i]?.length ?? 0) + 1;
}

describe('finding typed rejects again', () => {
  let chunksRead = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < slice.length; at += 1000) {
      chunksRead += 1;
      yield slice.subarray(at, at + 1000);
    }
  }
  const place = async (wanted: readonly number[]): Promise<number[][]> => {
    chunksRead = 0;
    const pages: number[][] = [];
    const input = { bytes: chunks(), startOffset: START, startLine: 10, delimiter: 0x2c, maxRawBytes: 100, wanted };
    for await (const page of placeRecords(input)) {
      for (const { byteOffset, byteLength, line, raw } of page) {
        const i = offsets.indexOf(byteOffset);
        expect({ byteLength, line, raw: raw.toString() }).toEqual({
          byteLength: lines[i]?.length,
          line: 10 + 2 * i,
          raw: lines[i],
        });
      }
      pages.push(page.map(({ byteOffset }) => byteOffset));
    }
    return pages;
  };

  test('answers all of them in order, in pages that bound the memory', async () => {
    const pages = await place(offsets);
    expect(pages.map((page) => page.length)).toEqual([2000, 2000, 2000]);
    expect(pages.flat()).toEqual(offsets);
  });

  test('reads no further than the last one', async () => {
    expect(await place(offsets.slice(0, 3))).toEqual([offsets.slice(0, 3)]);
    expect(chunksRead).toBe(1);
    expect(await place([])).toEqual([]);
    expect(chunksRead).toBe(0);
  });

  test('fails where the object does not hold a record at a place: it is not the one that was staged', async () => {
    await expect(place([START + 1])).rejects.toThrow('no record starts at byte 501');
  });
});
