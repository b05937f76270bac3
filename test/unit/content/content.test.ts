import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { headOf } from '../../../functions/content/head.ts';
import type { Content } from '../../../functions/content/content.ts';
import { contentOf, withContent } from '../../../functions/content/open-content.ts';
import type { ObjectStore, StoredObject } from '../../../functions/objects/store.ts';
import { inPieces, lines, seeded } from '../../support/packed.ts';

const text = lines(seeded(1), 2_000_000);

/** A store of one object, that counts how often it is read from its start, and whether it is let go. */
function storeOf(bytes: Buffer): { store: ObjectStore; object: StoredObject; begun: () => number; open: () => number } {
  const notAsked = (): never => {
    throw new Error('only read() is asked');
  };
  let begun = 0;
  let open = 0;
  const store: ObjectStore = {
    head: notAsked,
    list: notAsked,
    put: notAsked,
    remove: notAsked,
    async *read(_object, { start, end }) {
      begun += 1;
      open += 1;
      try {
        yield* inPieces(bytes.subarray(start, end), 50_000);
      } finally {
        open -= 1;
      }
    },
  };
  const object: StoredObject = {
    bucket: 'file://',
    key: '/data.csv.gz',
    versionId: '1',
    etag: null,
    sizeBytes: bytes.length,
    sequencer: null,
    lastModified: '',
  };
  return { store, object, begun: () => begun, open: () => open };
}

async function read(content: Content, start: number, end: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content.read({ start, end })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each(['gzip', null] as const)('an object packed with %s', (kind) => {
  const decoding = kind === null ? null : [{ kind }];
  const packed = decoding === null ? text : gzipSync(text);

  test('reads any range, in any order', async () => {
    const { store, object } = storeOf(packed);
    const random = seeded(2);
    await withContent(store, { object, decoding }, async (content) => {
      for (let i = 0; i < 30; i += 1) {
        const [start = 0, end = 0] = [random(), random()]
          .map((x) => Math.floor(x * text.length))
          .toSorted((a, b) => a - b);
        expect((await read(content, start, end)).equals(text.subarray(start, end))).toBe(true);
      }
    });
  });

  test('a range past the end is what there is of it', async () => {
    const { store, object, open } = storeOf(packed);
    await withContent(store, { object, decoding }, async (content) => {
      expect((await read(content, text.length - 10, text.length + 500)).length).toBe(10);
      expect((await read(content, text.length, text.length + 500)).length).toBe(0);
      expect(content.length).toBe(text.length);
      expect(await content.endsAt(text.length)).toBe(true);
      expect(await content.endsAt(text.length - 1)).toBe(false);
    });
    expect(open()).toBe(0);
  });

  test.each([10, text.length - 1, text.length, text.length + 1])(
    'its first %i bytes, and whether they are all',
    async (most) => {
      const { store, object } = storeOf(packed);
      const head = await withContent(store, { object, decoding }, (content) => headOf(content, most));
      expect(head.bytes.equals(text.subarray(0, most))).toBe(true);
      expect(head.isAll).toBe(most >= text.length);
    },
  );
});

describe('an object that is packed', () => {
  test('is decoded once for reads that go forward, a little overlap included', async () => {
    const { store, object, begun, open } = storeOf(gzipSync(text));
    await withContent(store, { object, decoding: [{ kind: 'gzip' }] }, async (content) => {
      for (let start = 0; start < text.length; start += 99_999) {
        expect((await read(content, start, start + 50_000)).equals(text.subarray(start, start + 50_000))).toBe(true);
        for await (const piece of content.read({ start: start + 49_999, end: text.length })) {
          expect(piece.equals(text.subarray(start + 49_999, start + 49_999 + piece.length))).toBe(true);
          if (piece.length > 0) break;
        }
      }
    });
    expect([begun(), open()]).toStrictEqual([1, 0]);
  });

  test('is decoded again for a read that goes back', async () => {
    const { store, object, begun } = storeOf(gzipSync(text));
    await withContent(store, { object, decoding: [{ kind: 'gzip' }] }, async (content) => {
      await read(content, 1_900_000, 1_900_010);
      expect(await read(content, 0, 10)).toStrictEqual(text.subarray(0, 10));
    });
    expect(begun()).toBe(2);
  });

  test('says which packed byte is wrong, and of what', async () => {
    const { store, object } = storeOf(gzipSync(text).subarray(0, 400_000));
    const content = contentOf(store, { object, decoding: [{ kind: 'gzip' }] });
    await expect(read(content, 0, text.length)).rejects.toMatchObject({
      name: 'LoadRejected',
      code: 'GZIP_CORRUPT',
      message: expect.stringMatching(
        /^\/data\.csv\.gz: at byte 400000 of 400000 \(packed\) the gzip is not whole: it ends there/,
      ),
    });
    await content.close();
  });

  test('without a read nothing is opened', async () => {
    const { store, object, begun } = storeOf(gzipSync(text));
    await withContent(store, { object, decoding: [{ kind: 'gzip' }] }, async ({ length }) => expect(length).toBeNull());
    expect(begun()).toBe(0);
  });
});
