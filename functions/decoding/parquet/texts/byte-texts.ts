import { mostCellBytes, writeTextCell } from '../../shared/table-text.ts';
import { atMost, type ValueText, type WriteValue } from './value-text.ts';

const hexDigits = Buffer.from('0123456789abcdef');

/** Text as a cell, between quotes where it has to be. */
export const texts: ValueText = {
  most: mostCellBytes,
  write: (bytes, from, length, out, at) => writeTextCell(bytes, from, from + length, out, at),
};

/** Any bytes as PostgreSQL reads bytea: `\x00ff`. */
export const hex: ValueText = {
  most: (length) => 2 * length + 2,
  write(bytes, from, length, out, at) {
    out[at] = 0x5c;
    out[at + 1] = 0x78;
    return writeHex(bytes, from, length, out, at + 2);
  },
};

const uuid: WriteValue = (bytes, from, _length, out, at) => {
  let to = at;
  let start = from;
  for (const length of [4, 2, 2, 2, 6]) {
    if (start > from) out[to++] = 0x2d;
    to = writeHex(bytes, start, length, out, to);
    start += length;
  }
  return to;
};

/** Sixteen bytes. */
export const uuids = atMost(36, uuid);

function writeHex(bytes: Buffer, from: number, length: number, out: Buffer, at: number): number {
  let to = at;
  for (let i = from; i < from + length; i += 1) {
    const byte = bytes[i] as number;
    out[to++] = hexDigits[byte >> 4] as number;
    out[to++] = hexDigits[byte & 15] as number;
  }
  return to;
}
