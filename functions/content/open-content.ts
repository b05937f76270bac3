import type { ObjectStore, StoredObject } from '../objects/store.ts';
import type { Content, PackedObject } from './content.ts';
import { decodedContent } from './decoded-content.ts';

/** Opens nothing before the first read; whoever opens it closes it. */
export function contentOf(store: ObjectStore, { object, decoding, bodyEnd }: PackedObject): Content {
  return decoding === null
    ? plainContent(store, object, bodyEnd ?? object.sizeBytes)
    : decodedContent(store, object, decoding);
}

/** The content for as long as `use` runs. */
export async function withContent<T>(
  store: ObjectStore,
  packed: PackedObject,
  use: (content: Content) => Promise<T>,
): Promise<T> {
  const content = contentOf(store, packed);
  try {
    return await use(content);
  } finally {
    await content.close();
  }
}

function plainContent(store: ObjectStore, object: StoredObject, length: number): Content {
  return {
    length,
    entersAnywhere: true,
    read: ({ start, end }) => store.read(object, { start, end: Math.min(end, length) }),
    endsAt: async (offset) => offset >= length,
    paddingBytes: 0,
    trailer: null,
    notes: [],
    close: async () => undefined,
  };
}
