import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';
import { undecodable } from '../../core/decoding/undecodable.ts';
import type { Charset } from './names.ts';
import { type Table, tableOf } from './tables.ts';
import { append, emptyOutput, type Output, reserve, taken, type Transcoder } from './transcoder.ts';

/** Of encodings whose characters are ASCII, or bytes over 0x7F with what follows them. */
export function byteTranscoder(charset: Charset): Transcoder {
  const table = tableOf(charset);
  const output = emptyOutput();
  const hasFours = charset === 'gb18030';
  let rest: Buffer = Buffer.alloc(0);
  /** Of the next byte in the source. */
  let place = 0;
  const run = (bytes: Buffer, isEnd: boolean): Buffer => {
    const end = transcode(bytes, { table, output, place, hasFours, isEnd });
    place += end;
    rest = Buffer.from(bytes.subarray(end));
    return taken(output);
  };
  return {
    push(piece) {
      if (rest.length === 0 && isAscii(piece)) {
        place += piece.length;
        return Buffer.from(piece);
      }
      if (table.isLatin && isLatin(piece)) {
        place += piece.length;
        return latinInUtf8(piece, output);
      }
      return run(rest.length === 0 ? piece : Buffer.concat([rest, piece]), false);
    },
    end: () => run(rest, true),
  };
}

/** Whether no byte is one of 0x80 to 0x9F, in which encodings of ISO 8859-1's kind differ: four bytes at once. */
function isLatin(bytes: Buffer): boolean {
  const words = bytes.length & ~3;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < words; i += 4) {
    const word = view.getInt32(i, true);
    // bit 7 of a byte without its bits 6 and 5
    if ((word & 0x80808080 & ~((word << 1) | (word << 2))) !== 0) return false;
  }
  for (let i = words; i < bytes.length; i += 1) if (((bytes[i] as number) & 0xe0) === 0x80) return false;
  return true;
}

/** V8's own conversion of a text of one byte a character: 20 times as fast as a loop. */
function latinInUtf8(bytes: Buffer, output: Output): Buffer {
  reserve(output, 2 * bytes.length);
  output.length = output.bytes.write(bytes.toString('latin1'), 0, 'utf8');
  return taken(output);
}

interface Run {
  readonly table: Table;
  readonly output: Output;
  readonly place: number;
  readonly hasFours: boolean;
  /** Nothing follows the bytes. */
  readonly isEnd: boolean;
}

/** Answers where it stopped: at the end, or at a character that is not whole yet. No closure in it: its loop is that of each byte. */
function transcode(bytes: Buffer, { table, output, place, hasFours, isEnd }: Run): number {
  const { utf8, singles, pairs, leads } = table;
  const { length } = bytes;
  reserve(output, 3 * length);
  let out = output.bytes;
  let written = output.length;
  let i = 0;
  while (i < length) {
    const byte = bytes[i] as number;
    if (byte < 0x80) {
      out[written] = byte;
      written += 1;
      i += 1;
      continue;
    }
    let long: Uint8Array | null = null;
    let entry = singles[byte] as number;
    let size = 1;
    if (entry === 0 && leads[byte] === 1) {
      if (i + 1 === length && !isEnd) break;
      const trail = bytes[i + 1] ?? 0;
      if (hasFours && trail >= 0x30 && trail <= 0x39) {
        if (i + 4 > length && !isEnd) break;
        long = fourBytes(bytes.subarray(i, i + 4));
        size = long === null ? 1 : 4;
      } else {
        entry = pairs[byte * 256 + trail] as number;
        // what is no pair may end a cell or a line all the same
        size = entry !== 0 || trail >= 0x80 ? 2 : 1;
      }
    }
    if (entry === 0) {
      // longer than the bytes that it is of: room for the rest is made anew
      output.length = written;
      append(output, long ?? undecodable(place + i, bytes.subarray(i, i + size)));
      reserve(output, 3 * (length - i));
      out = output.bytes;
      written = output.length;
    } else {
      const begin = entry >>> 4;
      const end = begin + (entry & 15);
      for (let k = begin; k < end; k += 1) {
        out[written] = utf8[k] as number;
        written += 1;
      }
    }
    i += size;
  }
  output.length = written;
  return i;
}

/** The character of four bytes in GB18030, as UTF-8; null: there is none. */
function fourBytes(bytes: Buffer): Buffer | null {
  const known = fours.get(bytes.toString('latin1'));
  if (known !== undefined) return known;
  const text = bytes.length === 4 ? iconv.decode(bytes, 'gb18030') : '';
  const isOne = [...text].length === 1 && (text !== '\ufffd' || bytes.toString('hex') === '8431a437');
  const utf8 = isOne ? Buffer.from(text) : null;
  if (fours.size < 10_000) fours.set(bytes.toString('latin1'), utf8);
  return utf8;
}

const fours = new Map<string, Buffer | null>();
