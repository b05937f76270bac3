import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkBytes } from '../../../functions/objects/byte-ranges.ts';
import { objectUrl, parseObjectUrl } from '../../../functions/core/object-url.ts';
import type { ListedObject, ObjectRef, ObjectStore } from '../../../functions/objects/store.ts';
import { patternBytes, readAll, readUntilError } from './read-all.ts';

/** A store under test: where its objects go, and how one is removed behind its back. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  ref(name: string): ObjectRef;
  remove(ref: ObjectRef): Promise<void>;
  close(): Promise<void>;
}

const csv = 'text/csv';

const hostileNames = [
  'with space.csv',
  ' leading and trailing ',
  'a+b.csv',
  'a%2Bb.csv',
  'a%20b%.csv',
  'what?is=this#thing&more',
  `quo"te'd.csv`,
  'new\nline\ttab.csv',
  'ünïcödé-日本語-🙂.csv',
  'e\u0301 decomposed.csv',
  'back\\slash.csv',
  '<xml>&amp;.csv',
  '(brackets)[1]{2}*!~$.csv',
  'deep/er/and deeper/x.csv',
];

/** What every store promises; run for each of them. */
export function storeConformance(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name}: what every store promises`, () => {
    let tested: StoreUnderTest;
    beforeAll(async () => {
      tested = await open();
    });
    afterAll(() => tested.close());

    reading(() => tested);
    identity(() => tested);
    writing(() => tested);
    listing(() => tested);
  });
}

function reading(tested: () => StoreUnderTest): void {
  it.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes + 7])(
    'gives back %i bytes as they were put, in chunks of at most 1 MiB',
    async (length) => {
      const { store, ref } = tested();
      const bytes = patternBytes(length);
      await store.put(ref(`length-${length}`), bytes, csv);
      const object = await store.head(ref(`length-${length}`));
      expect(object.sizeBytes).toBe(length);
      for await (const chunk of store.read(object, { start: 0, end: length })) {
        expect(chunk.length).toBeGreaterThan(0);
        expect(chunk.length).toBeLessThanOrEqual(chunkBytes);
      }
      expect((await readAll(store, object)).equals(bytes)).toBe(true);
    },
  );

  it('gives exactly [start, end) of any range', async () => {
    const { store, ref } = tested();
    const bytes = patternBytes(2 * chunkBytes + 100);
    await store.put(ref('ranges'), bytes, csv);
    const object = await store.head(ref('ranges'));
    const place = fc.oneof(
      fc.nat(bytes.length),
      fc.constantFrom(0, chunkBytes - 1, chunkBytes, chunkBytes + 1, bytes.length),
    );
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        const range = { start: Math.min(one, other), end: Math.max(one, other) };
        expect((await readAll(store, object, range)).equals(bytes.subarray(range.start, range.end))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a range outside the object as the mistake it is', async () => {
    const { store, ref } = tested();
    await store.put(ref('outside'), patternBytes(10), csv);
    const object = await store.head(ref('outside'));
    for (const range of [
      { start: 0, end: 11 },
      { start: -1, end: 5 },
      { start: 6, end: 5 },
      { start: 0.5, end: 2 },
    ]) {
      await expect(readAll(store, object, range)).rejects.toThrow(RangeError);
    }
  });

  it('ends with the reason of an abort, before it and in the middle', async () => {
    const { store, ref } = tested();
    await store.put(ref('abort'), patternBytes(4 * chunkBytes), csv);
    const object = await store.head(ref('abort'));
    const reason = new Error('deadline of this worker');
    const whole = { start: 0, end: object.sizeBytes };
    await expect(readAll(store, object, whole, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    const controller = new AbortController();
    const chunks = store.read(object, whole, { signal: controller.signal })[Symbol.asyncIterator]();
    await chunks.next();
    controller.abort(reason);
    const { bytes, error } = await readUntilError({ [Symbol.asyncIterator]: () => chunks });
    expect(error).toBe(reason);
    expect(bytes).toHaveLength(0);
  });

  it('can be left early and read again', async () => {
    const { store, ref } = tested();
    const bytes = patternBytes(3 * chunkBytes);
    await store.put(ref('early'), bytes, csv);
    const object = await store.head(ref('early'));
    for await (const chunk of store.read(object, { start: 5, end: bytes.length })) {
      expect(chunk.equals(bytes.subarray(5, 5 + chunk.length))).toBe(true);
      break;
    }
    expect((await readAll(store, object)).equals(bytes)).toBe(true);
  });
}

function identity(tested: () => StoreUnderTest): void {
  it('names the same version as long as nothing changes, and accepts it as the asked one', async () => {
    const { store, ref } = tested();
    await store.put(ref('same'), patternBytes(100), csv);
    const object = await store.head(ref('same'));
    expect(object).toMatchObject({ ...ref('same'), sizeBytes: 100, sequencer: null });
    expect(new Date(object.lastModified).toISOString()).toBe(object.lastModified);
    expect(await store.head({ ...ref('same'), versionId: object.versionId })).toEqual(object);
  });

  it('refuses to head or read a version that was overwritten', async () => {
    const { store, ref } = tested();
    await store.put(ref('overwritten'), patternBytes(100), csv);
    const object = await store.head(ref('overwritten'));
    await store.put(ref('overwritten'), patternBytes(100, 1), csv);
    const expected = { code: 'OBJECT_CHANGED', message: expect.stringContaining(objectUrl(object)) };
    await expect(store.head({ ...ref('overwritten'), versionId: object.versionId })).rejects.toMatchObject(expected);
    const { bytes, error } = await readUntilError(store.read(object, { start: 0, end: 100 }));
    expect(error).toMatchObject(expected);
    expect(bytes).toHaveLength(0);
  });

  it('says that an object is gone, naming it', async () => {
    const { store, ref, remove } = tested();
    const expected = (name: string) => ({
      name: 'LoadRejected',
      code: 'OBJECT_GONE',
      message: expect.stringContaining(objectUrl(ref(name))),
    });
    await expect(store.head(ref('never was'))).rejects.toMatchObject(expected('never was'));
    await store.put(ref('removed'), patternBytes(100), csv);
    const object = await store.head(ref('removed'));
    await remove(ref('removed'));
    await expect(store.head(ref('removed'))).rejects.toMatchObject(expected('removed'));
    await expect(readAll(store, object)).rejects.toMatchObject(expected('removed'));
  });
}

function writing(tested: () => StoreUnderTest): void {
  it.each(hostileNames)('takes the key %j as it is', async (name) => {
    const { store, ref } = tested();
    const bytes = patternBytes(300, name.length);
    const place = await store.put(ref(name), bytes, csv);
    expect(parseObjectUrl(place, '/')).toEqual({ ...ref(name), problem: null });
    const object = await store.head(ref(name));
    expect(object.key).toBe(ref(name).key);
    expect((await readAll(store, object)).equals(bytes)).toBe(true);
  });

  it('keeps hostile keys that look alike apart', async () => {
    const { store, ref } = tested();
    const alike = ['x y', 'x+y', 'x%20y', 'x%2By', 'x%2520y'];
    for (const [seed, name] of alike.entries()) await store.put(ref(name), patternBytes(50, seed), csv);
    for (const [seed, name] of alike.entries()) {
      expect((await readAll(store, await store.head(ref(name)))).equals(patternBytes(50, seed))).toBe(true);
    }
  });

  it('takes a stream of chunks of any size, also none', async () => {
    const { store, ref } = tested();
    const bytes = patternBytes(9 * 1024 * 1024);
    await store.put(ref('stream'), inChunks(bytes, [1, 70_000, chunkBytes, 3]), csv);
    expect((await readAll(store, await store.head(ref('stream')))).equals(bytes)).toBe(true);
    await store.put(ref('empty stream'), inChunks(Buffer.alloc(0), [1]), csv);
    expect((await store.head(ref('empty stream'))).sizeBytes).toBe(0);
  });

  it('shows nothing of a body that failed, and gives its error back as it is', async () => {
    const { store, ref } = tested();
    const failure = new Error('the rejects could not be read');
    const failing = async function* () {
      yield patternBytes(6 * 1024 * 1024);
      throw failure;
    };
    await expect(store.put(ref('failed'), failing(), csv)).rejects.toBe(failure);
    await expect(store.head(ref('failed'))).rejects.toMatchObject({ code: 'OBJECT_GONE' });

    await store.put(ref('kept'), patternBytes(100), csv);
    await expect(store.put(ref('kept'), failing(), csv)).rejects.toBe(failure);
    expect((await readAll(store, await store.head(ref('kept')))).equals(patternBytes(100))).toBe(true);
  });
}

function listing(tested: () => StoreUnderTest): void {
  const listed = async (
    name: string,
    pageObjects?: number,
    after?: string,
  ): Promise<readonly (readonly ListedObject[])[]> => {
    const { store, ref } = tested();
    const { bucket, key: prefix } = ref(name);
    const pages: (readonly ListedObject[])[] = [];
    for await (const page of store.list({
      bucket,
      prefix,
      ...(pageObjects === undefined ? {} : { pageObjects }),
      ...(after === undefined ? {} : { after: ref(after).key }),
    })) {
      pages.push(page);
    }
    return pages;
  };

  it('lists what comes behind a key, in the order of keys', async () => {
    const { store, ref } = tested();
    for (const name of ['c', 'a', 'b-x', 'b']) await store.put(ref(`behind-${name}`), patternBytes(5), csv);
    const behind = (await listed('behind-', 1, 'behind-a')).flat().map(({ key }) => key);
    const names = ['behind-b', 'behind-b-x', 'behind-c'].map((name) => ref(name).key);
    expect(behind).toEqual(names);
    expect((await listed('behind-', 10, 'behind-c')).flat()).toEqual([]);
  });

  it('lists what lies under a prefix, each key as it is, with what identifies it', async () => {
    const { store, ref } = tested();
    for (const [seed, name] of hostileNames.entries())
      await store.put(ref(`list/${name}`), patternBytes(20 + seed), csv);
    await store.put(ref('lists are other folders'), patternBytes(5), csv);
    const objects = (await listed('list/')).flat();
    expect(objects.map(({ key }) => key).toSorted()).toEqual(
      hostileNames.map((name) => ref(`list/${name}`).key).toSorted(),
    );
    for (const object of objects) {
      const { versionId, etag, sizeBytes } = await store.head(object);
      expect(object).toMatchObject({ bucket: ref('x').bucket, etag, sizeBytes });
      expect([null, versionId]).toContain(object.versionId);
      expect(Math.abs(Date.parse(object.lastModified) - Date.now())).toBeLessThan(60_000);
    }
  });

  it('lists page by page, each object once', async () => {
    const { store, ref } = tested();
    const names = ['b', 'a', 'c/d', 'c', 'ü', 'e'].map((name) => `pages/${name}.csv`);
    for (const name of names) await store.put(ref(name), patternBytes(3), csv);
    const pages = await listed('pages/', 2);
    expect(pages.length).toBeGreaterThanOrEqual(3);
    for (const page of pages) expect([1, 2]).toContain(page.length);
    expect(
      pages
        .flat()
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(names.map((name) => ref(name).key).toSorted());
  });

  it('lists one key by its beginning, and nothing where there is nothing', async () => {
    const { store, ref } = tested();
    await store.put(ref('begin/one.csv'), patternBytes(3), csv);
    await store.put(ref('begin/two.csv'), patternBytes(3), csv);
    expect((await listed('begin/o')).flat().map(({ key }) => key)).toEqual([ref('begin/one.csv').key]);
    expect(await listed('no such folder/')).toEqual([]);
  });

  it('removes what was put, and nothing where nothing is', async () => {
    const { store, ref } = tested();
    await store.put(ref('gone/one.csv'), patternBytes(3), csv);
    await store.put(ref('gone/two.csv'), patternBytes(3), csv);
    await store.remove(ref('gone/one.csv'));
    await store.remove(ref('gone/one.csv'));
    expect((await listed('gone/')).flat().map(({ key }) => key)).toEqual([ref('gone/two.csv').key]);
    await expect(store.head(ref('gone/one.csv'))).rejects.toMatchObject({ code: 'OBJECT_GONE' });
  });
}

async function* inChunks(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer, void, undefined> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(start, start + length);
    start += length;
  }
}
