/** Plain dates and times: YYYY-MM-DD, HH:MM:SS[.ffffff] and both together. All take [start, end) of `bytes`. */

const ZERO = 0x30;
const DASH = 0x2d;
const COLON = 0x3a;
const DOT = 0x2e;
const PLUS = 0x2b;
const BLANK = 0x20;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;
const DATE_BYTES = 10;
const TIME_BYTES = 8;

/** A real calendar date of the years 0001 to 9999. */
export function isDate(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === DATE_BYTES && startsWithDate(bytes, start);
}

/** HH:MM:SS with at most six digits of a second; 24:00:00 and second 60 are not plain. */
export function isTime(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= TIME_BYTES && startsWithTime(bytes, start) && fractionEnd(bytes, start + TIME_BYTES, end) === end
  );
}

/** A date, `T` or a blank, a time; an offset only where it is zero: any other would be dropped silently. */
export function isTimestamp(bytes: Uint8Array, start: number, end: number): boolean {
  const zone = zoneStart(bytes, start, end);
  return zone !== -1 && (zone === end || zoneMinutes(bytes, zone, end) === 0);
}

/** As a timestamp, with any offset that PostgreSQL takes: up to 15:59 either way. */
export function isTimestamptz(bytes: Uint8Array, start: number, end: number): boolean {
  const zone = zoneStart(bytes, start, end);
  return zone !== -1 && (zone === end || zoneMinutes(bytes, zone, end) !== -1);
}

/** Whether a plain timestamptz has no offset: the date alone is not plain, so that it is at least a date and a time. */
export function lacksZone(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start === DATE_BYTES + 1 + TIME_BYTES) return true;
  // an offset of `+02` or `+02:00` begins behind the time, and a fraction has no sign
  return bytes[end - 1] !== UPPER_Z && !isSign(bytes[end - 3] as number) && !isSign(bytes[end - 6] as number);
}

function isSign(byte: number): boolean {
  return byte === PLUS || byte === DASH;
}

function startsWithDate(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH) return false;
  const century = twoDigits(bytes, at);
  const yearOfCentury = twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  if (century === -1 || yearOfCentury === -1 || month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return century + yearOfCentury > 0;
  const year = century * 100 + yearOfCentury;
  return year > 0 && day <= daysOfMonth(year, month);
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function startsWithTime(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return false;
  const hour = twoDigits(bytes, at);
  const minute = twoDigits(bytes, at + 3);
  const second = twoDigits(bytes, at + 6);
  return hour !== -1 && hour <= 23 && minute !== -1 && minute <= 59 && second !== -1 && second <= 59;
}

/** Where date and time end and an offset may follow; -1 where they are not plain. */
function zoneStart(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < DATE_BYTES + 1 + TIME_BYTES) return -1;
  const between = bytes[start + DATE_BYTES];
  if (between !== UPPER_T && between !== BLANK) return -1;
  if (!startsWithDate(bytes, start) || !startsWithTime(bytes, start + DATE_BYTES + 1)) return -1;
  return fractionEnd(bytes, start + DATE_BYTES + 1 + TIME_BYTES, end);
}

/** End of an optional fraction of one to six digits; -1 where it has none or more. */
function fractionEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start === end || bytes[start] !== DOT) return start;
  let i = start + 1;
  while (i < end && isDigit(bytes[i] as number)) i += 1;
  const digits = i - start - 1;
  return digits >= 1 && digits <= 6 ? i : -1;
}

/** Size of the offset `Z`, `+HH` or `+HH:MM` in minutes, whatever its sign; -1 where it is none of these. */
function zoneMinutes(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  if (sign === UPPER_Z) return end - start === 1 ? 0 : -1;
  if (sign !== PLUS && sign !== DASH) return -1;
  const length = end - start;
  if (length !== 3 && (length !== 6 || bytes[start + 3] !== COLON)) return -1;
  const hours = twoDigits(bytes, start + 1);
  const minutes = length === 3 ? 0 : twoDigits(bytes, start + 4);
  return hours === -1 || hours > 15 || minutes === -1 || minutes > 59 ? -1 : hours * 60 + minutes;
}

/** The number that two digits are; -1 where they are not digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
