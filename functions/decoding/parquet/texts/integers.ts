import { writeAscii, writeWhole } from './digits.ts';
import { atMost, type ValueText, type WriteValue } from './value-text.ts';

const MINUS = 0x2d;
const WORD = 2 ** 32;
/** What hi * 2^32 + lo may be for a double to hold it. */
const exactHigh = 2 ** 21;

const int32: WriteValue = (bytes, from, _length, out, at) => {
  const value = bytes.readInt32LE(from);
  if (value >= 0) return writeWhole(value, out, at);
  out[at] = MINUS;
  return writeWhole(-value, out, at + 1);
};

const uint32: WriteValue = (bytes, from, _length, out, at) => writeWhole(bytes.readUInt32LE(from), out, at);

const int64: WriteValue = (bytes, from, _length, out, at) => {
  const high = bytes.readInt32LE(from + 4);
  if (high < exactHigh && high >= -exactHigh) {
    const value = high * WORD + bytes.readUInt32LE(from);
    if (value >= 0) return writeWhole(value, out, at);
    out[at] = MINUS;
    return writeWhole(-value, out, at + 1);
  }
  return writeAscii(String(bytes.readBigInt64LE(from)), out, at);
};

const uint64: WriteValue = (bytes, from, _length, out, at) => {
  const high = bytes.readUInt32LE(from + 4);
  if (high < exactHigh) return writeWhole(high * WORD + bytes.readUInt32LE(from), out, at);
  return writeAscii(String(bytes.readBigUInt64LE(from)), out, at);
};

/** Whole numbers of 32 and 64 bits, with a sign and without. */
export const integers = {
  int32: atMost(11, int32),
  uint32: atMost(10, uint32),
  int64: atMost(20, int64),
  uint64: atMost(20, uint64),
} as const satisfies Readonly<Record<string, ValueText>>;

const boolean: WriteValue = (bytes, from, _length, out, at) =>
  writeAscii(bytes[from] === 1 ? 'true' : 'false', out, at);

/** One byte a value: 1 or 0. */
export const booleans = atMost(5, boolean);
