import type { Decoding } from '../decoding/decoder.ts';
import type { DecodingStep } from '../decoding/steps.ts';
import { keepMemoryFlat } from '../objects/flat-memory.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import type { Content } from './content.ts';
import { decodingChain } from './decoding-chain.ts';

/** Where decoding stands: the newest chunk is kept, so that a read may begin in it again. */
interface Cursor {
  readonly decoding: Decoding;
  readonly chunks: AsyncIterator<Buffer>;
  chunk: Buffer;
  /** Offset of the chunk's first byte. */
  start: number;
}

/**
 * What can only be decoded from the start. A read that begins behind the one before it, or in the last chunk of that, goes on
 * from there; any other one decodes from the start and drops what it does not want.
 */
export function decodedContent(store: ObjectStore, object: StoredObject, steps: readonly DecodingStep[]): Content {
  let cursor: Cursor | null = null;
  let length: number | null = null;

  const close = async (): Promise<void> => {
    const open = cursor;
    cursor = null;
    await open?.chunks.return?.();
  };
  const cursorBefore = async (offset: number): Promise<Cursor> => {
    if (cursor !== null && offset >= cursor.start) return cursor;
    await close();
    const decoding = decodingChain(store, object, steps);
    const chunks = keepMemoryFlat(decoding.chunks)[Symbol.asyncIterator]();
    cursor = { decoding, chunks, chunk: Buffer.alloc(0), start: 0 };
    return cursor;
  };
  /** Whether there is a chunk with the byte at this offset, which the cursor then stands at. */
  const reach = async (at: Cursor, offset: number): Promise<boolean> => {
    while (offset >= at.start + at.chunk.length) {
      const next = await at.chunks.next();
      if (next.done === true) {
        length = at.start + at.chunk.length;
        return false;
      }
      at.start += at.chunk.length;
      at.chunk = next.value;
    }
    return true;
  };

  return {
    get length() {
      return length;
    },
    entersAnywhere: false,
    countsRows: false,
    async *read({ start, end }) {
      let offset = start;
      const at = await cursorBefore(start);
      while (offset < end && (await reach(at, offset))) {
        const piece = at.chunk.subarray(offset - at.start, end - at.start);
        offset += piece.length;
        yield piece;
      }
    },
    async endsAt(offset) {
      return !(await reach(await cursorBefore(offset), offset));
    },
    get paddingBytes() {
      return cursor?.decoding.paddingBytes ?? 0;
    },
    get trailer() {
      return cursor?.decoding.trailer ?? null;
    },
    get notes() {
      return cursor?.decoding.notes ?? [];
    },
    close,
  };
}
