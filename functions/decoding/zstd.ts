import * as zlib from 'node:zlib';
import { requireMeant } from './bomb.ts';
import { type Decoding, DecodingFault, type Unpacker } from './decoder.ts';
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

/** What is taken of zlib: null before Node 22.15, which unpacks no zstd. */
type Zstd = Pick<typeof zlib, 'createZstdDecompress'> | null;

const ofThisNode: Zstd = 'createZstdDecompress' in zlib ? zlib : null;

/** The same of bytes that come one after the other. @param node what unpacks them */
export function unzstd(packed: AsyncIterable<Buffer>, node: Zstd = ofThisNode): Decoding {
  return { chunks: frames(packed, node), paddingBytes: 0 };
}

async function* frames(packed: AsyncIterable<Buffer>, node: Zstd): AsyncGenerator<Buffer> {
  if (node === null) {
    const words = `Node ${process.version}, which runs this, does not unpack zstd; Node 22.15 does. Run it on a newer one, or unpack the file first (zstd -d)`;
    throw new DecodingFault('ZSTD_UNREADABLE', 0, words);
  }
  const input = packedInput(packed);
  let decodedBytes = 0;
  try {
    while ((await input.peek()) !== null) {
      for await (const chunk of unpacked(input, node)) {
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
async function* unpacked(input: PackedInput, node: NonNullable<Zstd>): AsyncGenerator<Buffer> {
  const pieces = frameOf(input);
  let next = await pieces.next();
  if (next.done === true) return;
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: mostWindowLog };
  const unpacking = watched(node.createZstdDecompress({ chunkSize, params }));
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
