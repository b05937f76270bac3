import { type Head, headOf } from '../content/head.ts';
import { contentOf, withContent } from '../content/open-content.ts';
import { decoderOf } from '../decoding/all.ts';
import type { Decoder } from '../decoding/decoder.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';

/** Of the content's first bytes this many are searched for the header: 10,000 columns of 100 characters. */
const headBytes = 1024 * 1024;

/** How an object is packed, and the first bytes of what it holds. */
export interface ObjectHead {
  readonly decoding: Decoder['kind'] | null;
  readonly head: Head;
}

/** Told by the object's first bytes, never by its name. Throws LoadRejected where it does not unpack that far. */
export async function readObjectHead(store: ObjectStore, object: StoredObject): Promise<ObjectHead> {
  const head = await headOf(contentOf(store, { object, decoding: null }), headBytes);
  const decoding = decoderOf(head.bytes)?.kind ?? null;
  if (decoding === null) return { decoding, head };
  const unpacked = await withContent(store, { object, decoding }, (content) => headOf(content, headBytes));
  return { decoding, head: unpacked };
}
