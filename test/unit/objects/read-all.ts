import type { ByteRange, ObjectStore, StoredObject } from '../../../functions/objects/store.ts';

/** Reads a range (the whole object by default) into memory. */
export async function readAll(
  store: ObjectStore,
  object: StoredObject,
  range: ByteRange = { start: 0, end: object.sizeBytes },
  options: { signal?: AbortSignal } = {},
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(object, range, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads until the end or an error; answers what came before it, and the error (null where there was none). */
export async function readUntilError(
  chunks: AsyncIterable<Buffer>,
): Promise<{ readonly bytes: Buffer; readonly error: unknown }> {
  const received: Buffer[] = [];
  try {
    for await (const chunk of chunks) received.push(chunk);
    return { bytes: Buffer.concat(received), error: null };
  } catch (error) {
    return { bytes: Buffer.concat(received), error };
  }
}

/** Bytes of which every place tells where it is, so that a shifted or repeated piece cannot go unnoticed. */
export function patternBytes(length: number, seed = 0): Buffer {
  const bytes = Buffer.alloc(length);
  for (let place = 0; place < length; place += 1)
    bytes[place] = (place * 31 + (place >>> 8) * 17 + (place >>> 16) * 7 + seed) & 0xff;
  return bytes;
}
