import { type Head, headOf } from '../content/head.ts';
import { withContent } from '../content/open-content.ts';
import { unpackerOf } from '../decoding/all.ts';
import type { DecodingStep } from '../decoding/steps.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';

/** Of the content's first bytes this many are searched for the header: 10,000 columns of 100 characters. */
const headBytes = 1024 * 1024;

/** How an object is decoded, and the first bytes of what it holds. */
export interface ObjectHead {
  /** Outermost first; null: not at all. */
  readonly decoding: readonly DecodingStep[] | null;
  readonly head: Head;
}

/** Told by the object's first bytes, never by its name. Throws LoadRejected where it does not unpack that far. */
export async function readObjectHead(store: ObjectStore, object: StoredObject): Promise<ObjectHead> {
  const headThrough = (decoding: ObjectHead['decoding']): Promise<Head> =>
    withContent(store, { object, decoding }, (content) => headOf(content, headBytes));
  const head = await headThrough(null);
  const unpacker = unpackerOf(head.bytes);
  if (unpacker === null) return { decoding: null, head };
  const decoding = [{ kind: unpacker.kind }];
  return { decoding, head: await headThrough(decoding) };
}
