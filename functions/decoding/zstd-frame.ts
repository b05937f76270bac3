import { DecodingFault } from './decoder.ts';
import type { PackedInput } from './packed-input.ts';

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a5;
const mostBlockBytes = 128 * 1024;
/** What zlib is allowed in zstd.ts. */
const mostWindowBytes = 128 * 1024 * 1024;

/** Bytes of a frame, and where the part of the frame that they belong to begins. */
export interface FramePiece {
  readonly bytes: Buffer;
  readonly start: number;
}

/** Something else stands there than zstd has there. */
export function zstdCorrupt(byte: number, words: string): DecodingFault {
  return new DecodingFault('ZSTD_CORRUPT', byte, words);
}

/** The bytes of the frame that begins at the input's next byte, to its last one and no further; none of one that is to be skipped. */
export async function* frameOf(input: PackedInput): AsyncGenerator<FramePiece> {
  const start = input.offset;
  const magic = await bytesOf(input, 4);
  if (magic.readUInt32LE(0) >>> 4 === SKIPPABLE) {
    await skip(input, (await bytesOf(input, 4)).readUInt32LE(0));
    return;
  }
  if (magic.readUInt32LE(0) !== MAGIC) throw zstdCorrupt(start, 'what begins there is no part of a zstd file');
  const { header, hasCheckSum } = await headerOf(input, start);
  yield { bytes: Buffer.concat([magic, header]), start };
  for (let isLast = false; !isLast; ) {
    const block = input.offset;
    const blockHeader = await bytesOf(input, 3);
    const word = blockHeader.readUIntLE(0, 3);
    isLast = (word & 1) === 1;
    const size = word >>> 3;
    const type = (word >> 1) & 3;
    if (type === 3) throw zstdCorrupt(block, 'a block of a kind that zstd does not have begins there');
    if (type !== 1 && size > mostBlockBytes) {
      throw zstdCorrupt(block, `a block of ${size} bytes begins there, and none has more than ${mostBlockBytes}`);
    }
    yield { bytes: blockHeader, start: block };
    for (let left = type === 1 ? 1 : size; left > 0; ) {
      const bytes = await piece(input, left);
      left -= bytes.length;
      yield { bytes, start: block };
    }
  }
  if (hasCheckSum) yield { start: input.offset, bytes: await bytesOf(input, 4) };
}

async function headerOf(input: PackedInput, start: number): Promise<{ header: Buffer; hasCheckSum: boolean }> {
  const at = input.offset;
  const descriptor = await bytesOf(input, 1);
  const flags = descriptor[0] as number;
  if ((flags & 0x08) !== 0) throw zstdCorrupt(at, 'it has a flag that zstd does not have');
  const isSingle = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] as number;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] as number;
  const rest = await bytesOf(input, (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes);
  const dictionary = rest.subarray(isSingle ? 0 : 1, (isSingle ? 0 : 1) + dictionaryBytes);
  if (dictionary.some((byte) => byte !== 0)) {
    throw zstdCorrupt(at, 'it is packed with a dictionary, which no file holds; pack it without one');
  }
  const windowBytes = isSingle ? contentBytes(rest.subarray(dictionaryBytes)) : windowOf(rest[0] as number);
  if (windowBytes > mostWindowBytes) {
    throw new DecodingFault(
      'DECODED_TOO_LARGE',
      start,
      `unpacking it takes a window of ${windowBytes} bytes, over ${mostWindowBytes}; pack it without --long and --ultra`,
    );
  }
  return { header: Buffer.concat([descriptor, rest]), hasCheckSum: (flags & 0x04) !== 0 };
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

function contentBytes(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE(0));
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

/** So many bytes, in a buffer of their own. */
async function bytesOf(input: PackedInput, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let left = count; left > 0; ) {
    const part = await piece(input, left);
    parts.push(part);
    left -= part.length;
  }
  return Buffer.concat(parts);
}

/** What is at hand of so many bytes. */
async function piece(input: PackedInput, most: number): Promise<Buffer> {
  const at = await input.peek();
  if (at === null) throw zstdCorrupt(input.offset, 'it ends there, in the middle: it was cut off');
  const bytes = at.subarray(0, most);
  input.take(bytes.length);
  return bytes;
}

async function skip(input: PackedInput, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; ) left -= (await piece(input, left)).length;
}
