import { writeAscii, writePadded, writeWhole } from './digits.ts';
import { atMost, type ValueText, type WriteValue } from './value-text.ts';

/** Parts of a second that a moment is counted in. */
export type Unit = 'MILLIS' | 'MICROS' | 'NANOS';

const perSecond = { MILLIS: 1_000, MICROS: 1_000_000, NANOS: 1_000_000_000 } as const;
const daySeconds = 86_400;
/** Of 1970-01-01 among Julian days, which INT96 has. */
const epochDay = 2_440_588;

const day: WriteValue = (bytes, from, _length, out, at) => {
  const end = writeYearMonthDay(bytes.readInt32LE(from), out, at);
  return writeEra(bytes.readInt32LE(from), out, end);
};

/** Days since 1970-01-01. */
export const days = atMost(24, day);

/** Of 64 bits since 1970-01-01 00:00:00; in UTC they have that offset. All digits of a second that are not 0 are written, at least up to what PostgreSQL keeps. */
export function timestamps(unit: Unit, isUtc: boolean): ValueText {
  const parts = perSecond[unit];
  const divided = nothingDivided();
  const write: WriteValue = (bytes, from, _length, out, at) => {
    divide(divided, bytes, from, parts);
    return writeMoment(divided.whole, divided.rest * (1_000_000_000 / parts), isUtc, out, at);
  };
  return atMost(48, write);
}

/** INT96: nanoseconds of a day and the Julian day, in UTC by who still writes it (Spark, Hive, Impala). */
export function int96(): ValueText {
  const divided = nothingDivided();
  return atMost(48, (bytes, from, _length, out, at) => {
    divide(divided, bytes, from, perSecond.NANOS);
    const seconds = (bytes.readInt32LE(from + 8) - epochDay) * daySeconds + divided.whole;
    return writeMoment(seconds, divided.rest, true, out, at);
  });
}

/** Since midnight, of 32 bits in milliseconds, of 64 bits in smaller parts. */
export function times(unit: Unit): ValueText {
  const parts = perSecond[unit];
  const divided = nothingDivided();
  const write: WriteValue = (bytes, from, _length, out, at) => {
    if (unit === 'MILLIS') {
      const value = bytes.readInt32LE(from);
      divided.whole = Math.floor(value / parts);
      divided.rest = value - divided.whole * parts;
    } else divide(divided, bytes, from, parts);
    return writeTime(divided.whole, divided.rest * (1_000_000_000 / parts), out, at);
  };
  return atMost(32, write);
}

/** Months, days and milliseconds, four bytes each, as PostgreSQL reads intervals. */
export const intervals = atMost(64, (bytes, from, _length, out, at) => {
  let to = writeWhole(bytes.readUInt32LE(from), out, at);
  to = writeAscii(' months ', out, to);
  to = writeWhole(bytes.readUInt32LE(from + 4), out, to);
  to = writeAscii(' days ', out, to);
  to = writeWhole(bytes.readUInt32LE(from + 8), out, to);
  return writeAscii(' milliseconds', out, to);
});

/** A whole number, divided: a quotient below 2^53, and what is left. One a column, so that no value makes an object. */
interface Divided {
  whole: number;
  rest: number;
}

function nothingDivided(): Divided {
  return { whole: 0, rest: 0 };
}

/** What high * 2^32 + low may be for a double to hold it. */
const exactHigh = 2 ** 21;

/**
 * 64 bits with a sign, by a number below 2^30, rounded down: what a double holds at once, more in parts of 16 bits, which doubles hold
 * with their remainders.
 */
function divide(divided: Divided, bytes: Buffer, from: number, by: number): void {
  const high = bytes.readInt32LE(from + 4);
  if (high < exactHigh && high >= -exactHigh) {
    const value = high * 2 ** 32 + bytes.readUInt32LE(from);
    const whole = Math.floor(value / by);
    const rest = value - whole * by;
    // the division may have been rounded up to the next whole number
    divided.whole = rest < 0 ? whole - 1 : whole;
    divided.rest = rest < 0 ? rest + by : rest;
    return;
  }
  let quotient = 0;
  let left = bytes.readInt16LE(from + 6);
  quotient = Math.floor(left / by);
  left -= quotient * by;
  for (let at = from + 4; at >= from; at -= 2) {
    const part = left * 65_536 + bytes.readUInt16LE(at);
    const digit = Math.floor(part / by);
    quotient = quotient * 65_536 + digit;
    left = part - digit * by;
  }
  divided.whole = quotient;
  divided.rest = left;
}

function writeMoment(seconds: number, nanoseconds: number, isUtc: boolean, out: Uint8Array, at: number): number {
  const date = Math.floor(seconds / daySeconds);
  let to = writeYearMonthDay(date, out, at);
  out[to++] = 0x20;
  to = writeTime(seconds - date * daySeconds, nanoseconds, out, to);
  if (isUtc) to = writeAscii('+00', out, to);
  return writeEra(date, out, to);
}

function writeTime(seconds: number, nanoseconds: number, out: Uint8Array, at: number): number {
  // what is not of one day is shown as it is, and judged
  if (seconds < 0) {
    out[at] = 0x2d;
    return nanoseconds === 0
      ? writeTime(-seconds, 0, out, at + 1)
      : writeTime(-seconds - 1, 1_000_000_000 - nanoseconds, out, at + 1);
  }
  const hours = Math.floor(seconds / 3_600);
  const minute = Math.floor(seconds / 60) % 60;
  let to = hours < 100 ? writePadded(hours, 2, out, at) : writeWhole(hours, out, at);
  out[to++] = 0x3a;
  to = writePadded(minute, 2, out, to);
  out[to++] = 0x3a;
  to = writePadded(seconds % 60, 2, out, to);
  if (nanoseconds === 0) return to;
  out[to++] = 0x2e;
  if (nanoseconds % 1_000 === 0) return writePadded(nanoseconds / 1_000, 6, out, to);
  to = writePadded(nanoseconds, 9, out, to);
  while (out[to - 1] === 0x30) to -= 1;
  return to;
}

/** The day's date in the proleptic Gregorian calendar, as PostgreSQL has it; of years before 1 without their era. */
function writeYearMonthDay(sinceEpoch: number, out: Uint8Array, at: number): number {
  const { year, month, day: ofMonth } = civil(sinceEpoch);
  const shownYear = year > 0 ? year : 1 - year;
  let to = shownYear < 10_000 ? writePadded(shownYear, 4, out, at) : writeWhole(shownYear, out, at);
  out[to++] = 0x2d;
  to = writePadded(month, 2, out, to);
  out[to++] = 0x2d;
  return writePadded(ofMonth, 2, out, to);
}

const firstDayOfYearOne = -719_162;

function writeEra(sinceEpoch: number, out: Uint8Array, at: number): number {
  return sinceEpoch < firstDayOfYearOne ? writeAscii(' BC', out, at) : at;
}

/** Of 1970 to 3564: small whole numbers all along. */
const wholeDays = 4 * 146_097;

/** As civil(), in whole numbers of 32 bits. */
function civilOfFew(sinceEpoch: number): { readonly year: number; readonly month: number; readonly day: number } {
  const z = (sinceEpoch + 719_468) | 0;
  const era = (z / 146_097) | 0;
  const ofEra = (z - era * 146_097) | 0;
  const yearOfEra = ((ofEra - ((ofEra / 1_460) | 0) + ((ofEra / 36_524) | 0) - ((ofEra / 146_096) | 0)) / 365) | 0;
  const ofYear = (ofEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0))) | 0;
  const shifted = ((5 * ofYear + 2) / 153) | 0;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = (yearOfEra + era * 400 + (month <= 2 ? 1 : 0)) | 0;
  return { year, month, day: (ofYear - (((153 * shifted + 2) / 5) | 0) + 1) | 0 };
}

/** H. Hinnant, chrono-compatible low-level date algorithms: civil_from_days. */
function civil(sinceEpoch: number): { readonly year: number; readonly month: number; readonly day: number } {
  if (sinceEpoch >= 0 && sinceEpoch < wholeDays) return civilOfFew(sinceEpoch);
  const z = sinceEpoch + 719_468;
  const era = Math.floor(z / 146_097);
  const ofEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}
