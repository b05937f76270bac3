import { createInflateRaw } from 'node:zlib';
import { corrupt, cutOff } from './gzip-faults.ts';
import type { PackedInput } from './packed-input.ts';
import { watched } from './watched-stream.ts';

/** 256 KiB: what a scan takes at once. */
const chunkSize = 256 * 1024;

/** zlib does not say at which byte of what it was given it failed: in pieces of 16 KiB the place is known that well. */
const pieceBytes = 16 * 1024;

/**
 * Inflates the deflate stream that begins at the input's next byte, and takes its bytes to the last one and no further. zlib
 * works ahead of the consumer by one chunk, in a thread of its own, and then waits.
 */
export async function* inflateMember(input: PackedInput): AsyncGenerator<Buffer, void, undefined> {
  const inflating = watched(createInflateRaw({ chunkSize }));
  let piece = 0;
  let isOver = false;
  try {
    for (;;) {
      const chunk = inflating.stream.read() as Buffer | null;
      if (inflating.error !== null) throw isOver ? cutOff(input) : notDeflate(input, piece, inflating.error);
      if (chunk !== null) {
        yield chunk;
        continue;
      }
      if (inflating.ended || inflating.left > 0) break;
      if (!inflating.hungry) {
        await inflating.something();
        continue;
      }
      input.take(piece);
      piece = 0;
      const bytes = await input.peek();
      if (bytes === null) {
        // it may have ended with the last of them
        isOver = true;
        inflating.end();
        continue;
      }
      piece = Math.min(bytes.length, pieceBytes);
      inflating.feed(bytes.subarray(0, piece));
    }
    input.take(piece - inflating.left);
  } finally {
    inflating.stream.destroy();
  }
}

function notDeflate(input: PackedInput, piece: number, error: Error): Error {
  const words = `its deflate stream is damaged there or in the ${piece} bytes before (${error.message})`;
  return corrupt(input.offset + piece, words);
}
