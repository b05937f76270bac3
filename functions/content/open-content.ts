import { textsAsLines } from '../decoding/json/sequence.ts';
import { keepsPlaces, rowsCounted } from '../decoding/steps.ts';
import { keepMemoryFlat } from '../objects/flat-memory.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import type { Content, PackedObject } from './content.ts';
import { decodedContent } from './decoded-content.ts';
import { rowContent } from './row-content.ts';

/** Opens nothing before the first read; whoever opens it closes it. */
export function contentOf(store: ObjectStore, { object, decoding, bodyEnd }: PackedObject): Content {
  const length = bodyEnd ?? object.sizeBytes;
  if (decoding === null) return plainContent(store, object, length);
  if (keepsPlaces(decoding)) {
    const plain = plainContent(store, object, length);
    return { ...plain, read: (range) => keepMemoryFlat(textsAsLines(plain.read(range))) };
  }
  const [step] = decoding;
  const rows = rowsCounted(decoding);
  return step === undefined || rows === null
    ? decodedContent(store, object, decoding)
    : rowContent(store, object, { ...step, rows });
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
    countsRows: false,
    read: ({ start, end }) => store.read(object, { start, end: Math.min(end, length) }),
    endsAt: async (offset) => offset >= length,
    paddingBytes: 0,
    trailer: null,
    notes: [],
    close: async () => undefined,
  };
}
