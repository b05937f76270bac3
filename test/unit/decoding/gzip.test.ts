import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DecodingFault } from '../../../functions/decoding/decoder.ts';
import { gunzip } from '../../../functions/decoding/gzip.ts';
import { inPieces, lines, seeded } from '../../support/packed.ts';

interface Unpacked {
  readonly bytes: Buffer;
  readonly paddingBytes: number;
  readonly fault: DecodingFault | null;
}

async function unpack(packed: Buffer, pieceBytes = 64 * 1024): Promise<Unpacked> {
  const decoding = gunzip(inPieces(packed, pieceBytes));
  const chunks: Buffer[] = [];
  let fault: DecodingFault | null = null;
  try {
    for await (const chunk of decoding.chunks) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof DecodingFault)) throw error;
    fault = error;
  }
  return { bytes: Buffer.concat(chunks), paddingBytes: decoding.paddingBytes, fault };
}

/** A member with every field that a header may have. */
function memberWithHeader(text: Buffer): Buffer {
  const flags = 0x02 + 0x04 + 0x08 + 0x10;
  const fields = [Buffer.from([3, 0, 1, 2, 3]), Buffer.from('data.csv\0'), Buffer.from('a comment\0')];
  const header = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3]), ...fields]);
  const trailer = Buffer.alloc(10);
  trailer.writeUInt16LE(crc32(header) & 0xffff, 0);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(text), 0);
  end.writeUInt32LE(text.length, 4);
  return Buffer.concat([header, trailer.subarray(0, 2), deflateRawSync(text), end]);
}

describe('gzip', () => {
  test.each([1, 2, 3, 7, 10, 1000, 65536])('in pieces of %i bytes: all members, empty ones too', async (pieceBytes) => {
    const random = seeded(pieceBytes);
    const parts = Array.from({ length: 20 }, (_, i) => lines(random, i % 4 === 0 ? 0 : Math.floor(random() * 2_000)));
    const packed = parts.map((part, i) => gzipSync(part, { level: i % 10 }));
    const unpacked = await unpack(Buffer.concat(packed), pieceBytes);
    expect(unpacked).toStrictEqual({ bytes: Buffer.concat(parts), paddingBytes: 0, fault: null });
  });

  test('a hundred members of 100 kB', async () => {
    const parts = Array.from({ length: 100 }, (_, i) => lines(seeded(i), 100_000));
    const { bytes, fault } = await unpack(Buffer.concat(parts.map((part) => gzipSync(part))));
    expect(fault).toBeNull();
    expect(bytes.equals(Buffer.concat(parts))).toBe(true);
  });

  test.each([1, 5, 1000])('a header with all fields that it may have, in pieces of %i bytes', async (pieceBytes) => {
    const text = lines(seeded(1), 500);
    const packed = Buffer.concat([memberWithHeader(text), memberWithHeader(text)]);
    const { bytes, fault } = await unpack(packed, pieceBytes);
    expect(fault).toBeNull();
    expect(bytes.toString()).toBe(text.toString().repeat(2));
  });

  test.each([1, 13, 65536])('zeros after the last member are padding, in pieces of %i bytes', async (pieceBytes) => {
    const text = lines(seeded(2), 5_000);
    const packed = Buffer.concat([gzipSync(text), gzipSync(text), Buffer.alloc(512)]);
    const { bytes, paddingBytes, fault } = await unpack(packed, pieceBytes);
    expect({ length: bytes.length, paddingBytes, fault }).toStrictEqual({
      length: 10_000,
      paddingBytes: 512,
      fault: null,
    });
  });

  test.each([1, 13, 65536])(
    'zeros between members are refused where they end, in pieces of %i bytes',
    async (pieceBytes) => {
      const member = gzipSync(lines(seeded(3), 5_000));
      const { fault } = await unpack(Buffer.concat([member, Buffer.alloc(512), member]), pieceBytes);
      expect(fault).toMatchObject({ code: 'GZIP_CORRUPT', byte: member.length + 512 });
      expect(fault?.message).toBe(`512 zeros follow a part that ended at byte ${member.length}, and then more`);
    },
  );

  test.each([
    ['text', Buffer.from('more lines\n'), 0],
    ['one byte that begins a member', Buffer.from([0x1f]), 1],
    ['a member of another method', Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 2],
    ['a member with reserved flags', Buffer.from([0x1f, 0x8b, 8, 0x20, 0, 0, 0, 0, 0, 0, 0, 0]), 3],
    ['half a header', gzipSync('x').subarray(0, 9), 9],
    ['zeros and a text', Buffer.from('\0\0\0x'), 3],
  ])('after the last member %s: refused with the byte', async (_, after, byte) => {
    const member = gzipSync(lines(seeded(4), 3_000));
    const { fault } = await unpack(Buffer.concat([member, after]));
    expect(fault).toMatchObject({ code: 'GZIP_CORRUPT', byte: member.length + byte });
  });

  test('cut off at any byte: refused there, unless a member ends there', async () => {
    const members = [gzipSync(lines(seeded(5), 300)), gzipSync(''), gzipSync(lines(seeded(6), 200))];
    const packed = Buffer.concat(members);
    const ends = new Set(members.map((_, i) => Buffer.concat(members.slice(0, i + 1)).length));
    for (let at = 1; at < packed.length; at += 1) {
      const { fault } = await unpack(packed.subarray(0, at));
      expect([at, fault?.byte ?? 'none']).toStrictEqual([at, ends.has(at) ? 'none' : at]);
    }
  });

  test('any bit flipped: refused with a byte of the file, or a bit without a meaning, and the same text', async () => {
    const text = lines(seeded(7), 400);
    const packed = gzipSync(text);
    let meaningless = 0;
    for (let at = 0; at < packed.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const hurt = Buffer.from(packed);
        hurt[at] = (packed[at] as number) ^ (1 << bit);
        const { bytes, fault } = await unpack(hurt);
        // time and system in the header say nothing, nor do the bits after the deflate stream's last one
        if (fault === null) expect(bytes.equals(text)).toBe(true);
        else expect(fault.byte).toBeLessThanOrEqual(packed.length);
        meaningless += fault === null ? 1 : 0;
      }
    }
    expect(meaningless).toBeLessThan(80);
  });

  test('a check sum or a length that is not that of the text: refused at its byte', async () => {
    const packed = gzipSync(lines(seeded(8), 1_000));
    for (const back of [8, 4]) {
      const hurt = Buffer.from(packed);
      hurt[packed.length - back] = (packed[packed.length - back] as number) ^ 1;
      expect((await unpack(hurt)).fault?.byte).toBe(packed.length - back);
    }
  });

  test('a bomb ends early', async () => {
    const zeros = gzipSync(Buffer.alloc(32 * 1024 * 1024));
    const { bytes, fault } = await unpack(Buffer.concat(Array.from({ length: 100 }, () => zeros)));
    expect(fault?.code).toBe('DECODED_TOO_LARGE');
    expect(fault?.message).toMatch(/^its first \d+ bytes unpack to more than \d+, over 250 times as many/);
    expect(bytes.length).toBe(128 * 1024 * 1024);
  });

  test('a reader that stops early stops the reading', async () => {
    const text = lines(seeded(9), 3_000_000);
    let isClosed = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield* inPieces(gzipSync(text), 10_000);
      } finally {
        isClosed = true;
      }
    }
    for await (const chunk of gunzip(source()).chunks) {
      expect(chunk.equals(text.subarray(0, chunk.length))).toBe(true);
      break;
    }
    expect(isClosed).toBe(true);
  });

  test('a source that fails fails as it did', async () => {
    const packed = gzipSync(lines(seeded(10), 100_000));
    async function* source(): AsyncGenerator<Buffer> {
      yield packed.subarray(0, 5_000);
      throw new Error('the network is gone');
    }
    const reading = async (): Promise<void> => {
      for await (const chunk of gunzip(source()).chunks) expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(reading()).rejects.toThrow('the network is gone');
  });
});
