import { writeAscii, writeWhole } from './digits.ts';
import type { ValueText, WriteValue } from './value-text.ts';

const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const EXACT = 2n ** 53n;

/** Decimals of that many digits after the dot, all of them written, out of a whole number of any physical type. */
export function decimals(physical: 'INT32' | 'INT64' | 'bytes', scale: number): ValueText {
  const unscaled = wholes[physical];
  const write: WriteValue = (bytes, from, length, out, at) => {
    let to = at;
    const value = unscaled(bytes, from, length);
    const isNegative = value < 0;
    if (isNegative) out[to++] = MINUS;
    const first = to;
    const absolute = isNegative ? -value : value;
    to = typeof absolute === 'number' ? writeWhole(absolute, out, to) : writeAscii(String(absolute), out, to);
    return scale === 0 ? to : pointed(out, first, to, scale);
  };
  // a byte has 2.41 digits
  return { write, most: (length) => Math.max(20, Math.ceil(2.41 * length) + 1) + scale + 3 };
}

/** Puts the dot before the last `scale` of the digits out[first, end), with zeros before them where they are too few. */
function pointed(out: Buffer, first: number, end: number, scale: number): number {
  const missing = Math.max(0, scale + 1 - (end - first));
  if (missing > 0) {
    out.copyWithin(first + missing, first, end);
    out.fill(ZERO, first, first + missing);
  }
  const last = end + missing;
  out.copyWithin(last - scale + 1, last - scale, last);
  out[last - scale] = DOT;
  return last + 1;
}

const wholes = {
  INT32: (bytes: Buffer, from: number): number | bigint => bytes.readInt32LE(from),
  INT64(bytes: Buffer, from: number): number | bigint {
    return narrow(bytes.readBigInt64LE(from));
  },
  bytes(bytes: Buffer, from: number, length: number): number | bigint {
    if (length === 0) return 0;
    if (length <= 6) return bytes.readIntBE(from, length);
    const end = from + length;
    let head = length % 8;
    let value =
      head === 0
        ? bytes.readBigInt64BE(from)
        : BigInt(head <= 6 ? bytes.readIntBE(from, head) : sevenBytes(bytes, from));
    if (head === 0) head = 8;
    for (let at = from + head; at < end; at += 8) value = (value << 64n) | bytes.readBigUInt64BE(at);
    return narrow(value);
  },
};

function sevenBytes(bytes: Buffer, from: number): bigint {
  return (BigInt(bytes.readInt8(from)) << 48n) | BigInt(bytes.readUIntBE(from + 1, 6));
}

function narrow(value: bigint): number | bigint {
  return value < EXACT && value > -EXACT ? Number(value) : value;
}
