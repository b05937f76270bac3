import { expect, test } from 'vitest';
import { readAhead } from '../../../functions/objects/read-ahead.ts';
import type { ObjectStore, StoredObject } from '../../../functions/objects/store.ts';

const mib = 1024 * 1024;

function objectOf(key: string, sizeBytes: number): StoredObject {
  return { bucket: 'b', key, versionId: '1', etag: null, sizeBytes, sequencer: null, lastModified: '' };
}

/** Gives the bytes of the key, again and again; tells what was asked for, and what was stopped. */
function storeOf(failing: string | null = null): {
  readonly store: ObjectStore;
  readonly asked: string[];
  readonly stopped: string[];
} {
  const asked: string[] = [];
  const stopped: string[] = [];
  const notAsked = (): never => {
    throw new Error('only read() is asked');
  };
  const store: ObjectStore = {
    ...{ head: notAsked, list: notAsked, put: notAsked, remove: notAsked },
    async *read({ key }, { start, end }, { signal } = {}) {
      asked.push(`${key} ${start}-${end}`);
      if (key === 'hangs' && signal !== undefined) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        stopped.push(key);
      }
      signal?.throwIfAborted();
      if (key === failing) throw new Error(`${key} is gone`);
      const bytes = Buffer.alloc(end - start, key);
      const half = Math.ceil(bytes.length / 2);
      yield bytes.subarray(0, half);
      if (half < bytes.length) yield bytes.subarray(half);
    },
  };
  return { store, asked, stopped };
}

async function read(store: ObjectStore, object: StoredObject, start = 0, end = object.sizeBytes): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(object, { start, end })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('small objects are asked for eight ahead, once and whole, and any range of one is given', async () => {
  const objects = Array.from({ length: 20 }, (_, i) => objectOf(String.fromCharCode(97 + i), 4));
  const { store, asked } = storeOf();
  const ahead = readAhead(store, objects);
  for (const [i, object] of objects.entries()) {
    expect(await read(ahead.store, object, 1, 3)).toBe(object.key.repeat(2));
    expect(await read(ahead.store, object)).toBe(object.key.repeat(4));
    expect(asked).toHaveLength(Math.min(20, i + 8));
  }
  expect(asked).toEqual(objects.map(({ key }) => `${key} 0-4`));
  await ahead.end();
});

test('a large object, an empty one and one of no list are read as they are asked for', async () => {
  const [small, large, empty, other] = [objectOf('s', 1), objectOf('l', mib + 1), objectOf('e', 0), objectOf('o', 2)];
  const { store, asked } = storeOf();
  const ahead = readAhead(store, [small, large, empty]);
  await read(ahead.store, small);
  expect(asked).toEqual(['s 0-1']);
  expect(await read(ahead.store, large, 5, 7)).toBe('ll');
  expect(await read(ahead.store, other)).toBe('oo');
  expect(asked).toEqual(['s 0-1', 'l 5-7', 'o 0-2']);
  await ahead.end();
});

test('a failure is told where its object is read, and none before or behind it', async () => {
  const objects = ['a', 'b', 'c'].map((key) => objectOf(key, 1));
  const [a, b, c] = objects as [StoredObject, StoredObject, StoredObject];
  const ahead = readAhead(storeOf('b').store, objects);
  expect(await read(ahead.store, a)).toBe('a');
  await expect(read(ahead.store, b)).rejects.toThrow('b is gone');
  expect(await read(ahead.store, c)).toBe('c');
  await ahead.end();
});

test('what is under way is stopped where reading ends early, and waited for', async () => {
  const objects = [objectOf('a', 1), objectOf('hangs', 1)];
  const { store, stopped } = storeOf();
  const ahead = readAhead(store, objects);
  await read(ahead.store, objects[0] as StoredObject);
  expect(stopped).toEqual([]);
  await ahead.end();
  expect(stopped).toEqual(['hangs']);
});

test('so is one that was passed over, and is asked for still', async () => {
  const objects = Array.from({ length: 12 }, (_, i) => objectOf(i === 1 ? 'hangs' : String(i), 1));
  const { store, stopped } = storeOf();
  const ahead = readAhead(store, objects);
  // its records are none, so nobody reads it
  for (const object of objects) if (object.key !== 'hangs') await read(ahead.store, object);
  expect(stopped).toEqual([]);
  await ahead.end();
  expect(stopped).toEqual(['hangs']);
});
