import type { DecodingSource } from '../decoder.ts';

/** A source that is read by ranges. */
export interface RangedSource extends DecodingSource {
  readonly sizeBytes: number;
  readonly read: NonNullable<DecodingSource['read']>;
}

/** What comes out of another decoder has no ranges and stands in memory: 48 MiB of a worker's 150 MB. */
const mostHeldBytes = 48 * 1024 * 1024;

/** The source by ranges: those of the object, or of memory where another decoder makes it. @param tooLarge the fault to throw, with the limit. */
export async function ranged(source: DecodingSource, tooLarge: (limit: number) => Error): Promise<RangedSource> {
  const { sizeBytes, read } = source;
  if (read !== null && sizeBytes !== null) return { ...source, sizeBytes, read };
  const bytes = await held(source.chunks(), tooLarge);
  return {
    sizeBytes: bytes.length,
    chunks: () => pieces(bytes),
    read: ({ start, end }) => pieces(bytes.subarray(start, end)),
  };
}

/**
 * Bytes [start, end) of a source, all of them in one piece.
 * @param room where they may be written, if it is large enough: what is made anew each time outlives young garbage
 */
export async function readRange(
  { read }: RangedSource,
  { start, end }: { readonly start: number; readonly end: number },
  room: Buffer = Buffer.alloc(0),
): Promise<Buffer> {
  const bytes = room.length >= end - start ? room.subarray(0, end - start) : Buffer.allocUnsafeSlow(end - start);
  let at = 0;
  for await (const chunk of read({ start, end })) at += chunk.copy(bytes, at);
  if (at !== end - start) throw new Error(`bytes ${start} to ${end} were asked for, ${at} came`);
  return bytes;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}

async function held(chunks: AsyncIterable<Buffer>, tooLarge: (limit: number) => Error): Promise<Buffer> {
  const kept: Buffer[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > mostHeldBytes) throw tooLarge(mostHeldBytes);
    kept.push(Buffer.from(chunk));
  }
  return Buffer.concat(kept);
}
