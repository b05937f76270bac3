import type { ObjectStore, StoredObject } from '../objects/store.ts';

/** Past the slice's end a record has to be finished, mostly a short one: read little at first, more if it goes on. */
const firstTailBytes = 64 * 1024;
const maxTailBytes = 8 * 1024 * 1024;

/** The slice's bytes from its first record on, and then as many more as its last record needs. */
export async function* sliceBytes(reading: {
  readonly load: { readonly object: StoredObject };
  readonly row: { readonly rangeEnd: number };
  readonly start: number;
  readonly scanner: { readonly done: boolean };
  readonly store: ObjectStore;
}): AsyncGenerator<Buffer> {
  const { load, row, start, scanner, store } = reading;
  const { object } = load;
  yield* store.read(object, { start, end: row.rangeEnd });
  let tailBytes = firstTailBytes;
  for (let at = row.rangeEnd; !scanner.done && at < object.sizeBytes; ) {
    const end = Math.min(at + tailBytes, object.sizeBytes);
    yield* store.read(object, { start: at, end });
    at = end;
    tailBytes = Math.min(tailBytes * 2, maxTailBytes);
  }
}
