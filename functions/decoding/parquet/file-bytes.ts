import type { DecodingSource } from '../decoder.ts';
import { unreadable } from './faults.ts';

/** A file that is read by ranges. */
export interface FileBytes {
  readonly sizeBytes: number;
  /** Bytes [start, end), all of them. */
  readonly read: (start: number, end: number) => Promise<Buffer>;
}

/** What comes out of another decoder has no ranges and stands in memory: 48 MiB of a worker's 150 MB. */
const mostHeldBytes = 48 * 1024 * 1024;

/** The bytes by ranges of the object, or of memory where another decoder makes them. */
export async function fileBytes({ sizeBytes, chunks, read }: DecodingSource): Promise<FileBytes> {
  if (read === null || sizeBytes === null) return held(await heldBytes(chunks()));
  return {
    sizeBytes,
    async read(start, end) {
      const pieces: Buffer[] = [];
      for await (const piece of read({ start, end })) pieces.push(Buffer.from(piece));
      const bytes = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      if (bytes.length !== end - start)
        throw new Error(`bytes ${start} to ${end} were asked for, ${bytes.length} came`);
      return bytes;
    },
  };
}

function held(bytes: Buffer): FileBytes {
  return { sizeBytes: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

async function heldBytes(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > mostHeldBytes) {
      throw unreadable(
        mostHeldBytes,
        `it is packed and unpacks to more than ${mostHeldBytes} bytes; its end is read first, so a larger one is loaded as it is: unpack it`,
      );
    }
    kept.push(Buffer.from(chunk));
  }
  return Buffer.concat(kept);
}
