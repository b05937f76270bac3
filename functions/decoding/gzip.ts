import { crc32 } from 'node:zlib';
import { requireMeant } from './bomb.ts';
import type { Decoding, Unpacker } from './decoder.ts';
import { corrupt, cutOff } from './gzip-faults.ts';
import { readGzipHeader } from './gzip-header.ts';
import { inflateMember } from './inflate-member.ts';
import { type PackedInput, packedInput } from './packed-input.ts';

/** A table in text packs 3 to 30 times, one of nearly equal rows up to 200 times; deflate's end is 1,032. */
export const deflateTimes = 250;

/**
 * gzip (RFC 1952), one member or many. Header and trailer of each are read here and only the deflate stream is zlib's: its own
 * reader of gzip ends in silence at the first zero byte after a member, whatever follows, and tells nobody where a member ended.
 */
export const gzip: Unpacker = {
  kind: 'gzip',
  begins: (head) => head[0] === 0x1f && head[1] === 0x8b,
  decode: ({ chunks }) => gunzip(chunks()),
};

/** The same of bytes that come one after the other. */
export function gunzip(packed: AsyncIterable<Buffer>): Decoding {
  const decoding = { chunks: emptyChunks(), paddingBytes: 0 };
  decoding.chunks = members(packed, decoding);
  return decoding;
}

async function* emptyChunks(): AsyncGenerator<Buffer> {}

async function* members(packed: AsyncIterable<Buffer>, told: { paddingBytes: number }): AsyncGenerator<Buffer> {
  const input = packedInput(packed);
  let decodedBytes = 0;
  try {
    do {
      await readGzipHeader(input);
      let crc = 0;
      let size = 0;
      for await (const chunk of inflateMember(input)) {
        crc = crc32(chunk, crc);
        size += chunk.length;
        decodedBytes += chunk.length;
        requireMeant(decodedBytes, input.offset, deflateTimes);
        yield chunk;
      }
      await requireTrailer(input, crc, size);
    } while (!(await endsHere(input, told)));
  } finally {
    await input.close();
  }
}

/** CRC-32 and length modulo 2^32 of what the member held, each in four bytes, the lowest first. */
async function requireTrailer(input: PackedInput, crc: number, size: number): Promise<void> {
  const start = input.offset;
  const trailer = Buffer.alloc(8);
  for (let i = 0; i < trailer.length; i += 1) {
    const byte = await input.byte();
    if (byte === null) throw cutOff(input);
    trailer[i] = byte;
  }
  if (trailer.readUInt32LE(0) !== crc) {
    throw corrupt(start, 'what was unpacked before it does not have the check sum (CRC-32) that stands there');
  }
  if (trailer.readUInt32LE(4) !== size % 2 ** 32) {
    throw corrupt(start + 4, 'what was unpacked before it does not have the length that stands there');
  }
}

/** After a member: whether nothing or only zeros follow. What follows and is neither zeros to the end nor a member is a fault. */
async function endsHere(input: PackedInput, told: { paddingBytes: number }): Promise<boolean> {
  const start = input.offset;
  for (let bytes = await input.peek(); bytes !== null; bytes = await input.peek()) {
    const other = bytes.findIndex((byte) => byte !== 0);
    input.take(other === -1 ? bytes.length : other);
    if (other === -1) continue;
    if (input.offset === start) return false;
    throw corrupt(
      input.offset,
      `${input.offset - start} zeros follow a part that ended at byte ${start}, and then more`,
    );
  }
  told.paddingBytes = input.offset - start;
  return true;
}
