import type { ObjectStore, StoredObject } from '../objects/store.ts';
import type { LaterBytes } from '../sniff/sample.ts';

/** Some dozens to hundreds of records a place. */
const placeBytes = 32 * 1024;

/**
 * Bytes from the first and second third and the end of an object whose first bytes were read, all at once: what a dialect that
 * only shows later is told by. None where little stands behind those bytes: no more requests for a small object.
 */
export async function laterBytes(
  store: ObjectStore,
  object: StoredObject,
  firstBytes: number,
): Promise<readonly LaterBytes[]> {
  const { sizeBytes } = object;
  if (sizeBytes - firstBytes < 4 * placeBytes) return [];
  const between = sizeBytes - placeBytes - firstBytes;
  const places = [
    firstBytes + Math.floor(between / 3),
    firstBytes + Math.floor((2 * between) / 3),
    sizeBytes - placeBytes,
  ];
  return await Promise.all(
    places.map(async (offset) => {
      const chunks: Buffer[] = [];
      for await (const chunk of store.read(object, { start: offset, end: offset + placeBytes }))
        chunks.push(Buffer.from(chunk));
      return { bytes: Buffer.concat(chunks), offset, isEnd: offset + placeBytes === sizeBytes };
    }),
  );
}
