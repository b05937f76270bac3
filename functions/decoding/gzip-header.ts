import { crc32 } from 'node:zlib';
import { corrupt, cutOff } from './gzip-faults.ts';
import type { PackedInput } from './packed-input.ts';

/** Flags of RFC 1952, 2.3.1; the upper three are reserved and have to be zero. */
const FHCRC = 0x02;
const FEXTRA = 0x04;
const FNAME = 0x08;
const FCOMMENT = 0x10;
const RESERVED = 0xe0;

const DEFLATE = 8;

/** Reads a member's header to its end. Name, time and comment of the file that was packed are nobody's business here. */
export async function readGzipHeader(input: PackedInput): Promise<void> {
  const start = input.offset;
  let crc = 0;
  const next = async (): Promise<number> => {
    const byte = await input.byte();
    if (byte === null) throw cutOff(input);
    crc = crc32(Buffer.of(byte), crc);
    return byte;
  };
  const skip = async (bytes: number): Promise<void> => {
    for (let i = 0; i < bytes; i += 1) await next();
  };
  const skipText = async (): Promise<void> => {
    while ((await next()) !== 0);
  };
  if ((await next()) !== 0x1f || (await next()) !== 0x8b) throw noMember(start);
  if ((await next()) !== DEFLATE) throw corrupt(start + 2, 'its method is not deflate, the only one that gzip has');
  const flags = await next();
  if ((flags & RESERVED) !== 0) throw corrupt(start + 3, 'it has flags that gzip does not have');
  await skip(6);
  if ((flags & FEXTRA) !== 0) await skip((await next()) + 256 * (await next()));
  if ((flags & FNAME) !== 0) await skipText();
  if ((flags & FCOMMENT) !== 0) await skipText();
  if ((flags & FHCRC) === 0) return;
  const wanted = crc & 0xffff;
  const at = input.offset;
  if ((await next()) + 256 * (await next()) !== wanted)
    throw corrupt(at, 'its header does not have the check sum there');
}

function noMember(start: number) {
  return corrupt(start, 'what begins there is no part of a gzip file');
}
