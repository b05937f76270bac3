import { expect, test } from 'vitest';
import { laterBytes } from '../../../functions/content/later-bytes.ts';
import type { ByteRange, ObjectStore, StoredObject } from '../../../functions/objects/store.ts';

const first = 1024 * 1024;
const place = 32 * 1024;

/** What is read of an object of so many bytes, and what was answered. */
async function readOf(
  sizeBytes: number,
): Promise<{ ranges: ByteRange[]; later: Awaited<ReturnType<typeof laterBytes>> }> {
  const ranges: ByteRange[] = [];
  const store: Pick<ObjectStore, 'read'> = {
    async *read(_, range) {
      ranges.push(range);
      yield Buffer.alloc(range.end - range.start, 'x');
    },
  };
  const later = await laterBytes(store as ObjectStore, { sizeBytes } as StoredObject, first);
  return { ranges, later };
}

test.each([first, first + 1, first + 4 * place - 1])('an object of %i bytes costs no request more', async (size) => {
  expect(await readOf(size)).toEqual({ ranges: [], later: [] });
});

test.each([first + 4 * place, 10 * first, 1e12])('of an object of %i bytes three places are read', async (size) => {
  const { ranges, later } = await readOf(size);
  expect(ranges.map(({ start, end }) => end - start)).toEqual([place, place, place]);
  const starts = ranges.map(({ start }) => start);
  expect(starts.every((start, i) => start >= (i === 0 ? first : (starts[i - 1] ?? 0) + place))).toBe(true);
  expect(later.map(({ offset, isEnd }) => [offset, isEnd])).toEqual(starts.map((start, i) => [start, i === 2]));
  expect(ranges.at(-1)?.end).toBe(size);
});
