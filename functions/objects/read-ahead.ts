import type { ObjectStore, StoredObject } from './store.ts';

/** Requests under way at once: at 30 ms each some 250 objects a second. */
const objectsAhead = 8;
/** Of larger ones the first bytes are there soon enough; so 8 MiB at most are kept. */
const mostBytes = 1024 * 1024;

/** A store that is ahead of its reader. */
export interface AheadStore {
  readonly store: ObjectStore;
  /** Nothing is under way any more; to be awaited, however reading ended. */
  readonly end: () => Promise<void>;
}

/**
 * A store for whoever reads these objects to their ends, one after the other: small ones are asked for before it is their turn. What cannot be read
 * is told when it is read.
 */
export function readAhead(store: ObjectStore, objects: readonly StoredObject[]): AheadStore {
  const ahead = new Map<StoredObject, Promise<Buffer>>();
  /** Those too that were passed over, since nothing but a header is in them. */
  const underWay = new Set<Promise<unknown>>();
  const places = new Map(objects.map((object, place) => [object, place]));
  const stop = new AbortController();
  let asked = 0;
  const askUpTo = (end: number): void => {
    for (; asked < Math.min(end, objects.length); asked += 1) {
      const object = objects[asked];
      if (object === undefined || object.sizeBytes > mostBytes || object.sizeBytes === 0) continue;
      const whole = wholeOf(store, object, stop.signal);
      const told = whole.catch(() => undefined).finally(() => underWay.delete(told));
      underWay.add(told);
      ahead.set(object, whole);
    }
  };
  return {
    store: {
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
    },
    async end() {
      stop.abort();
      await Promise.all(underWay);
    },
  };
}

async function wholeOf(store: ObjectStore, object: StoredObject, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(object, { start: 0, end: object.sizeBytes }, { signal })) chunks.push(chunk);
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}
