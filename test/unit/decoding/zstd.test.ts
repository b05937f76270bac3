import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DecodingFault } from '../../../functions/decoding/decoder.ts';
import { unzstd, zstd } from '../../../functions/decoding/zstd.ts';
import { inPieces, lines, seeded } from '../../support/packed.ts';

async function unpack(packed: Buffer, pieceBytes = 64 * 1024): Promise<{ bytes: Buffer; fault: DecodingFault | null }> {
  const chunks: Buffer[] = [];
  let fault: DecodingFault | null = null;
  try {
    for await (const chunk of unzstd(inPieces(packed, pieceBytes)).chunks) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof DecodingFault)) throw error;
    fault = error;
  }
  return { bytes: Buffer.concat(chunks), fault };
}

function frame(text: Buffer, level = 3, hasCheckSum = true): Buffer {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: hasCheckSum ? 1 : 0 };
  return zstdCompressSync(text, { params });
}

function skippable(bytes: Buffer, kind = 0): Buffer {
  const header = Buffer.from([0x50 + kind, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

describe('zstd', () => {
  test.each([1, 2, 3, 7, 1000, 65536])(
    'in pieces of %i bytes: all frames, empty ones and such as are to be skipped too',
    async (pieceBytes) => {
      const random = seeded(pieceBytes);
      const parts = Array.from({ length: 12 }, (_, i) => lines(random, i % 4 === 0 ? 0 : Math.floor(random() * 2_000)));
      const packed = parts.flatMap((part, i) => [frame(part, i, i % 2 === 0), skippable(part.subarray(0, i), i)]);
      const unpacked = await unpack(Buffer.concat(packed), pieceBytes);
      expect(unpacked).toStrictEqual({ bytes: Buffer.concat(parts), fault: null });
    },
  );

  test.each([1, 3, 19, 22])('of level %i: a frame of many blocks, and behind it another', async (level) => {
    const text = Buffer.concat([lines(seeded(level), 900_000), Buffer.alloc(300_000, 0x61)]);
    const { bytes, fault } = await unpack(Buffer.concat([frame(text, level), frame(text, level)]), 10_000);
    expect(fault).toBeNull();
    expect(bytes.equals(Buffer.concat([text, text]))).toBe(true);
  });

  test('a Node that does not unpack it: refused with what to do', async () => {
    const { chunks } = unzstd(inPieces(frame(Buffer.from('id\n1\n')), 100), null);
    const fault = await chunks[Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(DecodingFault);
    expect(fault).toMatchObject({ code: 'ZSTD_UNREADABLE', byte: 0 });
    expect((fault as DecodingFault).message).toContain('Node 22.15 does. Run it on a newer one');
  });

  test('begins with a frame, or with one to be skipped', () => {
    const begins = ['28b52ffd00', '502a4d1800', '5f2a4d1800'].map((hex) => zstd.begins(Buffer.from(hex, 'hex')));
    expect(begins).toEqual([true, true, true]);
    const others = ['28b52ffe00', '602a4d1800', '28b52f', '1f8b0800'].map((hex) =>
      zstd.begins(Buffer.from(hex, 'hex')),
    );
    expect(others).toEqual([false, false, false, false]);
  });

  test('cut off at any byte: refused there, unless a frame ends there', async () => {
    const frames = [frame(lines(seeded(5), 300)), skippable(Buffer.from('skip me')), frame(lines(seeded(6), 200))];
    const packed = Buffer.concat(frames);
    const ends = new Set(frames.map((_, i) => Buffer.concat(frames.slice(0, i + 1)).length));
    for (let at = 1; at < packed.length; at += 1) {
      const { fault } = await unpack(packed.subarray(0, at));
      expect([at, fault?.code ?? 'none', fault?.byte ?? at]).toStrictEqual([
        at,
        ends.has(at) ? 'none' : 'ZSTD_CORRUPT',
        at,
      ]);
    }
  });

  test('any bit flipped: refused with a byte of the file, or a bit without a meaning, and the same text', async () => {
    const text = lines(seeded(7), 400);
    const packed = frame(text);
    let meaningless = 0;
    for (let at = 0; at < packed.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const hurt = Buffer.from(packed);
        hurt[at] = (packed[at] as number) ^ (1 << bit);
        const { bytes, fault } = await unpack(hurt);
        if (fault === null) expect(bytes.equals(text) || bytes.length === 0).toBe(true);
        else expect(fault.byte).toBeLessThanOrEqual(packed.length);
        meaningless += fault === null ? 1 : 0;
      }
    }
    expect(meaningless).toBeLessThan(8);
  });

  test.each([
    ['text', Buffer.from('more lines\n'), 0],
    ['three bytes of a frame', Buffer.from('28b52f', 'hex'), 3],
    ['a frame with a reserved flag', Buffer.from('28b52ffd08000000', 'hex'), 4],
    ['a frame with a dictionary', Buffer.from('28b52ffd0100050000000000', 'hex'), 4],
    ['a block of no kind', Buffer.from('28b52ffd0000070000', 'hex'), 6],
    ['a block that is too long', Buffer.from('28b52ffd00000100ff', 'hex'), 6],
    ['a skippable frame that is cut off', skippable(Buffer.alloc(9)).subarray(0, 12), 12],
  ])('behind the last frame %s: refused with the byte', async (_, after, byte) => {
    const first = frame(lines(seeded(4), 3_000));
    const { fault } = await unpack(Buffer.concat([first, after]));
    expect(fault).toMatchObject({ code: 'ZSTD_CORRUPT', byte: first.length + byte });
  });

  test('a window over 128 MiB is refused before it is made', async () => {
    const { fault } = await unpack(Buffer.from('28b52ffd008a000000000000', 'hex'));
    expect(fault).toMatchObject({ code: 'DECODED_TOO_LARGE', byte: 0 });
    expect(fault?.message).toContain('pack it without --long');
  });

  test('a bomb ends early', async () => {
    const zeros = frame(Buffer.alloc(32 * 1024 * 1024));
    const { bytes, fault } = await unpack(Buffer.concat(Array.from({ length: 100 }, () => zeros)));
    expect(fault?.code).toBe('DECODED_TOO_LARGE');
    expect(bytes.length).toBeLessThanOrEqual(128 * 1024 * 1024);
  });

  test('a reader that stops early stops the reading', async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield* inPieces(frame(lines(seeded(9), 3_000_000)), 10_000);
      } finally {
        isClosed = true;
      }
    }
    for await (const chunk of unzstd(source()).chunks) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(isClosed).toBe(true);
  });
});
