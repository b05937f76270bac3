import { writeAscii, writePadded, writeWhole } from './digits.ts';
import { atMost, type WriteValue } from './value-text.ts';

const double: WriteValue = (bytes, from, _length, out, at) => {
  const value = bytes.readDoubleLE(from);
  const end = writeShort(value, out, at);
  return end === -1 ? writeAscii(shown(value), out, at) : end;
};

/** No two decimals of 15 digits are the same double (IEEE 754: 53 bits), so one that reads back as the value is the shortest. */
const digits15 = 1e15;

/** Amounts and measures: a value of at most 15 digits, two, four or six of them behind the dot; -1 where it is none. */
function writeShort(value: number, out: Uint8Array, at: number): number {
  for (let places = 2, power = 100; places <= 6; places += 2, power *= 100) {
    const whole = Math.round(value * power);
    if (whole / power !== value) continue;
    if (whole === 0 || whole >= digits15 || whole <= -digits15) return -1;
    return writeDecimal(whole, places, power, out, at);
  }
  return -1;
}

/** whole / power, power = 10^places, without zeros at its end. */
function writeDecimal(whole: number, places: number, power: number, out: Uint8Array, at: number): number {
  let to = at;
  if (whole < 0) out[to++] = 0x2d;
  const positive = Math.abs(whole);
  const units = Math.floor(positive / power);
  to = writeWhole(units, out, to);
  const fraction = positive - units * power;
  if (fraction === 0) return to;
  out[to++] = 0x2e;
  to = writePadded(fraction, places, out, to);
  while (out[to - 1] === 0x30) to -= 1;
  return to;
}

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
