import { LoadRejected } from '../protocol/errors.ts';
import { type Decoder, type Decoding, DecodingFault } from '../decoding/decoder.ts';
import { keepMemoryFlat } from '../objects/flat-memory.ts';
import { shownObject } from '../core/object-url.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import type { Content } from './content.ts';

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
export function decodedContent(store: ObjectStore, object: StoredObject, decoder: Decoder): Content {
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
    const decoding = decoder.decode(store.read(object, { start: 0, end: object.sizeBytes }));
    const chunks = keepMemoryFlat(decoding.chunks)[Symbol.asyncIterator]();
    cursor = { decoding, chunks, chunk: Buffer.alloc(0), start: 0 };
    return cursor;
  };
  /** Whether there is a chunk with the byte at this offset, which the cursor then stands at. */
  const reach = async (at: Cursor, offset: number): Promise<boolean> => {
    while (offset >= at.start + at.chunk.length) {
      const next = await at.chunks.next().catch((error: unknown) => {
        throw refusal(object, error);
      });
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
    close,
  };
}

function refusal(object: StoredObject, error: unknown): unknown {
  if (!(error instanceof DecodingFault)) return error;
  const place = `${shownObject(object)}: at byte ${error.byte} of ${object.sizeBytes} (packed)`;
  return new LoadRejected(error.code, `${place} ${told[error.code](error.message)}`, { cause: error });
}

const told: Readonly<Record<DecodingFault['code'], (words: string) => string>> = {
  GZIP_CORRUPT: (words) =>
    `the gzip is not whole: ${words}. Nothing of it was loaded; fetch or pack the file again (gzip -t < FILE proves one) and load that`,
  DECODED_TOO_LARGE: (words) =>
    `unpacking was stopped: ${words}. Nothing of it was loaded; where it is meant all the same, unpack it (gunzip < FILE > NEW_FILE) and load the file inside`,
};
