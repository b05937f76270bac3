import { writeAscii } from './digits.ts';
import { atMost, type WriteValue } from './value-text.ts';

const double: WriteValue = (bytes, from, _length, out, at) => writeAscii(shown(bytes.readDoubleLE(from)), out, at);

const single: WriteValue = (bytes, from, _length, out, at) => writeAscii(shownSingle(bytes.readFloatLE(from)), out, at);

/** A half has 11 bits: the double that it is has few digits and all of them. */
const half: WriteValue = (bytes, from, _length, out, at) => writeAscii(shown(halfAt(bytes, from)), out, at);

/** Numbers in binary, as the shortest text that reads back as the same; NaN and Infinity are PostgreSQL's words too. */
export const floats = { double: atMost(25, double), single: atMost(25, single), half: atMost(25, half) };

function shown(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function shownSingle(value: number): string {
  // toPrecision() drops the sign of -0
  if (value === 0) return shown(value);
  if (Math.abs(value) < leastNormal) return fewDigits(value);
  if (!Number.isFinite(value) || Math.fround(Number.parseFloat(value.toPrecision(6))) !== value)
    return nineDigits(value);
  return shown(Number(value.toPrecision(6)));
}

/** Below it singles have fewer bits the smaller they are, down to one. */
const leastNormal = 2 ** -126;

function fewDigits(value: number): string {
  for (let digits = 1; digits < 7; digits += 1) {
    const read = Number(value.toPrecision(digits));
    if (Math.fround(read) === value) return shown(read);
  }
  return nineDigits(value);
}

/** 9 digits always suffice (IEEE 754). */
function nineDigits(value: number): string {
  for (const digits of [7, 8]) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return shown(Number(text));
  }
  return shown(Number(value.toPrecision(9)));
}

function halfAt(bytes: Buffer, from: number): number {
  const bits = bytes.readUInt16LE(from);
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 25) * (0x400 + fraction);
}
