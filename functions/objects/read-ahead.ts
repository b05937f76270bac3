import type { ByteRange, ObjectStore, StoredObject } from './store.ts';

/** Requests under way at once: at 30 ms each some 250 objects a second. */
const objectsAhead = 8;
/** Of larger ones the first bytes are there soon enough; so 8 MiB at most are kept. */
const mostBytes = 1024 * 1024;

/**
 * A store for whoever reads these objects to their ends, one after the other: small ones are asked for before it is their turn. What cannot be read
 * is told when it is read.
 */
export function readAhead(store: ObjectStore, objects: readonly StoredObject[]): ObjectStore {
  const ahead = new Map<StoredObject, Promise<Buffer>>();
  const places = new Map(objects.map((object, place) => [object, place]));
  let asked = 0;
  const askUpTo = (end: number): void => {
    for (; asked < Math.min(end, objects.length); asked += 1) {
      const object = objects[asked];
      if (object === undefined || object.sizeBytes > mostBytes || object.sizeBytes === 0) continue;
      const whole = wholeOf(store, object);
      whole.catch(() => undefined);
      ahead.set(object, whole);
    }
  };
  return {
    head: async (ref, options) => await store.head(ref, options),
    list: (listing) => store.list(listing),
    put: async (ref, body, contentType) => await store.put(ref, body, contentType),
    remove: async (ref) => await store.remove(ref),
    async *read(object, range, options) {
      const place = places.get(object);
      if (place !== undefined) {
        askUpTo(place + objectsAhead);
        for (const passed of objects.slice(Math.max(0, place - objectsAhead), place)) ahead.delete(passed);
      }
      const whole = ahead.get(object);
      if (whole === undefined) yield* store.read(object, range, options);
      else yield (await whole).subarray(range.start, range.end);
    },
  };
}

async function wholeOf(store: ObjectStore, object: StoredObject): Promise<Buffer> {
  const range: ByteRange = { start: 0, end: object.sizeBytes };
  const chunks: Buffer[] = [];
  // a chunk may be read over once the next one is asked for
  for await (const chunk of store.read(object, range)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
