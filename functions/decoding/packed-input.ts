/** Packed bytes, read forward, with a place: what a header, a deflate stream and a trailer are taken from in turn. */
export interface PackedInput {
  /** The place of the next byte. */
  readonly offset: number;
  /** What is at hand and not taken yet, at least one byte; null at the end. Nothing is copied. */
  peek(): Promise<Buffer | null>;
  /** Takes so many of the bytes that peek answered. */
  take(bytes: number): void;
  /** Takes one byte; null at the end. */
  byte(): Promise<number | null>;
  /** Reads no more; the source is let go. */
  close(): Promise<void>;
}

/** Reads chunk after chunk, one at a time. @param start place of the first byte */
export function packedInput(chunks: AsyncIterable<Buffer>, start = 0): PackedInput {
  const source = chunks[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let offset = start;
  let ended = false;
  const peek = async (): Promise<Buffer | null> => {
    while (rest.length === 0 && !ended) {
      const next = await source.next();
      if (next.done === true) ended = true;
      else rest = next.value;
    }
    return rest.length === 0 ? null : rest;
  };
  const take = (bytes: number): void => {
    rest = rest.subarray(bytes);
    offset += bytes;
  };
  return {
    get offset() {
      return offset;
    },
    peek,
    take,
    async byte() {
      const at = await peek();
      if (at === null) return null;
      const value = at[0] as number;
      take(1);
      return value;
    },
    async close() {
      await source.return?.();
    },
  };
}
