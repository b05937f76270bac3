import { crc32 } from 'node:zlib';
import { requireMeant } from '../bomb.ts';
import { type DecodingSource, DecodingFault } from '../decoder.ts';
import { deflateTimes } from '../gzip.ts';
import { inflateMember } from '../inflate-member.ts';
import { type PackedInput, packedInput } from '../packed-input.ts';
import { openArchive } from './directory.ts';
import { zipCorrupt } from './faults.ts';

const STORED = 0;

/** The bytes of one file of an archive, unpacked; data, check sum and length are proven at the end. */
export async function* member(source: DecodingSource, name: string): AsyncGenerator<Buffer> {
  const { read } = source;
  if (read === null) throw new Error('an archive is read by ranges');
  const { entry, dataStart } = await found(source, name);
  const end = dataStart + entry.compressedSize;
  if (end > (source.sizeBytes ?? 0)) throw zipCorrupt(dataStart, 'the data of the file goes on behind the end of it');
  const input = packedInput(read({ start: dataStart, end }), dataStart);
  let crc = 0;
  let size = 0;
  try {
    for await (const chunk of entry.compressionMethod === STORED ? stored(input) : inflated(input)) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      requireMeant(size, input.offset - dataStart, deflateTimes);
      yield chunk;
    }
    if (input.offset !== end) throw zipCorrupt(input.offset, `${end - input.offset} bytes follow the end of its data`);
    if (crc !== entry.crc32) throw zipCorrupt(end, 'what was unpacked before it does not have its check sum (CRC-32)');
    if (size !== entry.uncompressedSize) throw zipCorrupt(end, 'what was unpacked before it does not have its length');
  } finally {
    await input.close();
  }
}

async function found(source: DecodingSource, name: string) {
  const archive = await openArchive(source);
  try {
    for await (const entry of archive.entries()) {
      if (entry.fileName === name) return { entry, dataStart: await archive.dataStart(entry) };
    }
  } finally {
    archive.close();
  }
  throw new DecodingFault('ZIP_MEMBER', 0, 'the file that was chosen in it is not there any more');
}

async function* stored(input: PackedInput): AsyncGenerator<Buffer> {
  for (let bytes = await input.peek(); bytes !== null; bytes = await input.peek()) {
    input.take(bytes.length);
    yield bytes;
  }
}

/** The same stream as in gzip. */
async function* inflated(input: PackedInput): AsyncGenerator<Buffer> {
  try {
    yield* inflateMember(input);
  } catch (error) {
    throw error instanceof DecodingFault ? zipCorrupt(error.byte, error.message) : error;
  }
}
