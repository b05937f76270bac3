import { constants, createZstdDecompress } from 'node:zlib';
import { requireMeant } from './bomb.ts';
import type { Decoding, Unpacker } from './decoder.ts';
import { type PackedInput, packedInput } from './packed-input.ts';
import { watched } from './watched-stream.ts';
import { type FramePiece, frameOf, zstdCorrupt } from './zstd-frame.ts';

/** A counter beside constants was packed 104 times; rows that are all equal 10,000 times, which is a bomb's way and no table. */
const zstdTimes = 1_000;

/** 128 MiB, as zstd itself takes without being told to: what a frame is unpacked with at most. */
const mostWindowLog = 27;

/** 256 KiB: what a scan takes at once. */
const chunkSize = 256 * 1024;

/**
 * zstd (RFC 8878): frames one behind the other, and such as are to be skipped. Where each begins and ends is read here, and each
 * has a stream of zlib to itself: that stops behind the first frame of a chunk in some versions of Node. It proves check sums.
 */
export const zstd: Unpacker = {
  kind: 'zstd',
  begins: (head) =>
    head.length >= 4 && (head.readUInt32LE(0) === 0xfd2fb528 || head.readUInt32LE(0) >>> 4 === 0x184d2a5),
  decode: ({ chunks }) => unzstd(chunks()),
};

/** The same of bytes that come one after the other. */
export function unzstd(packed: AsyncIterable<Buffer>): Decoding {
  return { chunks: frames(packed), paddingBytes: 0 };
}

async function* frames(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = packedInput(packed);
  let decodedBytes = 0;
  try {
    while ((await input.peek()) !== null) {
      for await (const chunk of unpacked(input)) {
        decodedBytes += chunk.length;
        requireMeant(decodedBytes, input.offset, zstdTimes);
        yield chunk;
      }
    }
  } finally {
    await input.close();
  }
}

/** One frame: its pieces are fed one by one, so that a fault is known to be in one of its blocks. */
async function* unpacked(input: PackedInput): AsyncGenerator<Buffer> {
  const pieces = frameOf(input);
  let next = await pieces.next();
  if (next.done === true) return;
  const params = { [constants.ZSTD_d_windowLogMax]: mostWindowLog };
  const unpacking = watched(createZstdDecompress({ chunkSize, params }));
  let piece: FramePiece = next.value;
  let isFed = false;
  try {
    for (;;) {
      const chunk = unpacking.stream.read() as Buffer | null;
      if (unpacking.error !== null) {
        throw zstdCorrupt(piece.start, `the part of it that begins there is damaged (${unpacking.error.message})`);
      }
      if (chunk !== null) {
        yield chunk;
        continue;
      }
      if (unpacking.ended) return;
      if (isFed || !unpacking.hungry) {
        await unpacking.something();
        continue;
      }
      if (next.done === true) {
        isFed = true;
        unpacking.end();
        continue;
      }
      piece = next.value;
      unpacking.feed(piece.bytes);
      next = await pieces.next();
    }
  } finally {
    unpacking.stream.destroy();
  }
}
