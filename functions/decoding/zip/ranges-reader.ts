import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { DecodingSource } from '../decoder.ts';

/** yauzl asks for a few bytes at a time, and each read of a store may be a request: 256 KiB are a directory of 2,000 files. */
const windowBytes = 256 * 1024;

/** What yauzl reads an archive by. */
export interface RangesReader {
  readonly reader: RandomAccessReader;
  /** What the source threw, which is no fault of the archive; null: nothing. */
  readonly trouble: Error | null;
}

/** A class, since yauzl wants one of its own. */
class Ranges extends RandomAccessReader {
  readonly #read: ReadRange;
  constructor(read: ReadRange) {
    super();
    this.#read = read;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(only(this.#read, start, end), { objectMode: false });
  }
}

type ReadRange = (start: number, end: number) => Promise<Buffer>;

async function* only(read: ReadRange, start: number, end: number): AsyncGenerator<Buffer> {
  const bytes = await read(start, end);
  if (bytes.length < end - start) throw new Error('it ends in the middle');
  yield bytes;
}

/** Of the ranges of a source, by windows. */
export function rangesReader(read: NonNullable<DecodingSource['read']>, sizeBytes: number): RangesReader {
  let trouble: Error | null = null;
  let window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  const readFrom = async (start: number, end: number): Promise<Buffer> => {
    const isHere = start >= window.start && end <= window.start + window.bytes.length;
    if (!isHere) {
      const chunks: Buffer[] = [];
      const range = { start: Math.min(start, sizeBytes), end: Math.min(Math.max(end, start + windowBytes), sizeBytes) };
      try {
        for await (const chunk of read(range)) chunks.push(chunk);
      } catch (error) {
        trouble = error instanceof Error ? error : new Error(String(error));
        throw trouble;
      }
      window = { start: range.start, bytes: Buffer.concat(chunks) };
    }
    return window.bytes.subarray(start - window.start, end - window.start);
  };
  return {
    reader: new Ranges(readFrom),
    get trouble() {
      return trouble;
    },
  };
}
