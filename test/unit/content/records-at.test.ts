import { describe, expect, test } from 'vitest';
import { contentOf } from '../../../functions/content/open-content.ts';
import { recordsAt } from '../../../functions/content/records-at.ts';
import { delimited } from '../../../functions/formats/delimited/format.ts';
import type { ObjectStore, StoredObject } from '../../../functions/objects/store.ts';

const START = 500;
const START_LINE = 10;

/** An object whose slice begins at START; counts the chunks of 1,000 bytes that are read. Whatever else is asked throws. */
function objectOf(lines: readonly string[]): {
  store: ObjectStore;
  object: StoredObject;
  offsets: number[];
  chunks: () => number;
} {
  const slice = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const offsets: number[] = [];
  for (let i = 0, at = START; i < lines.length; i += 1) {
    offsets.push(at);
    at += Buffer.byteLength(lines[i] ?? '') + 1;
  }
  let chunks = 0;
  const notAsked = (): never => {
    throw new Error('only read() is asked');
  };
  return {
    store: {
      head: notAsked,
      list: notAsked,
      put: notAsked,
      remove: notAsked,
      async *read(_object, { start, end }) {
        for (let at = start - START; at < end - START; at += 1000) {
          chunks += 1;
          yield slice.subarray(at, Math.min(at + 1000, end - START));
        }
      },
    },
    object: {
      bucket: 'file://',
      key: '/slice.csv',
      versionId: '1',
      etag: null,
      sizeBytes: START + slice.length,
      sequencer: null,
      lastModified: '2024-01-01T00:00:00.000Z',
    },
    offsets,
    chunks: () => chunks,
  };
}

async function pagesOf(of: ReturnType<typeof objectOf>, wanted: readonly number[], maxRawBytes = 100) {
  const settings = {
    format: delimited({ kind: 'csv', delimiter: ',' }, 'lf'),
    range: { start: START, end: of.object.sizeBytes },
    startLine: START_LINE,
    wanted,
    maxRawBytes,
  };
  const pages = [];
  for await (const page of recordsAt(contentOf(of.store, { object: of.object, decoding: null }), settings))
    pages.push(page);
  return pages;
}

describe('records of a slice read again', () => {
  const lines = Array.from({ length: 25_000 }, (_, i) => `${i},"a\nb"`);

  test('come with line, length and bytes, all of them in order, 10,000 a page', async () => {
    const of = objectOf(lines);
    const pages = await pagesOf(of, of.offsets);
    expect(pages.map((page) => page.length)).toEqual([10_000, 10_000, 5_000]);
    expect(pages.flat().map(({ raw, ...place }) => ({ ...place, raw: raw.toString() }))).toEqual(
      lines.map((line, i) => ({
        byteOffset: of.offsets[i],
        byteLength: line.length,
        line: START_LINE + 2 * i,
        raw: line,
      })),
    );
  });

  test('fill a page with 8 MiB of their bytes, so that large ones stay in memory no longer than few', async () => {
    const of = objectOf(Array.from({ length: 10 }, () => 'x'.repeat(1024 * 1024)));
    const pages = await pagesOf(of, of.offsets, 1024 * 1024);
    expect(pages.map((page) => page.length)).toEqual([8, 2]);
  });

  test('are read no further than the last one that is wanted', async () => {
    const of = objectOf(lines);
    const [page = []] = await pagesOf(of, of.offsets.slice(0, 3));
    expect(page.map(({ byteOffset }) => byteOffset)).toEqual(of.offsets.slice(0, 3));
    expect(of.chunks()).toBe(1);
  });

  test('cost no request where none is wanted', async () => {
    const of = objectOf(lines);
    expect(await pagesOf(of, [])).toEqual([]);
    expect(of.chunks()).toBe(0);
  });

  test('fail where the object holds no record at a place: it is not the one that was staged', async () => {
    await expect(pagesOf(objectOf(lines), [START + 1])).rejects.toThrow('no record starts at byte 501');
  });
});
