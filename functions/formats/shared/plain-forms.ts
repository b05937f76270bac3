import type { ContractColumn, PlainForm } from '../../core/contract.ts';
import { isDate, isTime, isTimestamp, isTimestamptz, lacksZone } from './plain-moments.ts';

/** Plain forms as small numbers, so that the scan keeps them in bytes and switches on them; TEXT is 0 and never asked. TIMESTAMPTZ alone can be of the form and still be odd. */
export const TEXT = 0;
const INT2 = 1;
const INT4 = 2;
const INT8 = 3;
const NUMERIC = 4;
const FLOAT8 = 5;
const BOOLEAN = 6;
const DATE = 7;
const TIME = 8;
const TIMESTAMP = 9;
export const TIMESTAMPTZ = 10;
const UUID = 11;
const OFFSET_MOMENT = 12;

/** `offset moment`: a timestamptz with its offset, in a column that has a zone of its own, which COPY does not read in. */
export type ScannedForm = PlainForm | 'offset moment';

/** How a cell of the column looks that is certain to convert; what is ignored may be anything. */
export function scannedForm(column: ContractColumn | null): ScannedForm {
  if (column === null) return 'text';
  return column.plainForm === 'timestamptz' && column.timeZone !== undefined ? 'offset moment' : column.plainForm;
}

const codes: Readonly<Record<ScannedForm, number>> = {
  text: TEXT,
  int2: INT2,
  int4: INT4,
  int8: INT8,
  numeric: NUMERIC,
  float8: FLOAT8,
  boolean: BOOLEAN,
  date: DATE,
  time: TIME,
  timestamp: TIMESTAMP,
  timestamptz: TIMESTAMPTZ,
  uuid: UUID,
  'offset moment': OFFSET_MOMENT,
};

/** One code a file column, in file order. */
export function formCodes(forms: readonly ScannedForm[]): Uint8Array {
  return Uint8Array.from(forms, (form) => codes[form]);
}

/**
 * Whether the cell [start, end) certainly converts to the form's type and means what it says. Never true for what
 * PostgreSQL takes out of leniency (` 7 `, `1_000`, `today`, `yes`), and false for some that convert (19 digits into an
 * int8): those are judged by PostgreSQL itself. An empty cell and one with a quote in it have no form but text.
 */
export function isPlain(code: number, bytes: Uint8Array, start: number, end: number): boolean {
  switch (code) {
    case TEXT:
      return true;
    case INT2:
      return isInteger(bytes, start, end, 4);
    case INT4:
      return isInteger(bytes, start, end, 9);
    case INT8:
      return isInteger(bytes, start, end, 18);
    case NUMERIC:
      return decimalEnd(bytes, start, end, MAX_NUMERIC_BYTES) === end;
    case FLOAT8:
      return isFloat(bytes, start, end);
    case BOOLEAN:
      return isBoolean(bytes, start, end);
    case DATE:
      return isDate(bytes, start, end);
    case TIME:
      return isTime(bytes, start, end);
    case TIMESTAMP:
      return isTimestamp(bytes, start, end);
    case TIMESTAMPTZ:
      return isTimestamptz(bytes, start, end);
    case UUID:
      return isUuid(bytes, start, end);
    case OFFSET_MOMENT:
      return isTimestamptz(bytes, start, end) && !lacksZone(bytes, start, end);
    default:
      throw new RangeError(`no plain form has code ${code}`);
  }
}

/** PostgreSQL's numeric holds 131,072 digits before and 16,383 after the dot; nobody means more than a thousand. */
const MAX_NUMERIC_BYTES = 1000;
/**
 * With at most 200 digits and a two-digit exponent a value is 0 or within 1e-299 and 1e+299, inside float8's normal
 * range (2.3e-308 to 1.8e308): it can neither overflow nor underflow.
 */
const MAX_FLOAT_BYTES = 200;

/** The largest numbers of digits that fit whatever they are: 9999, 999999999, 999999999999999999. */
function isInteger(bytes: Uint8Array, start: number, end: number, maxDigits: number): boolean {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  return end > first && end - first <= maxDigits && digitsEnd(bytes, first, end) === end;
}

function isFloat(bytes: Uint8Array, start: number, end: number): boolean {
  const mantissaEnd = decimalEnd(bytes, start, end, MAX_FLOAT_BYTES);
  if (mantissaEnd === -1 || mantissaEnd === end) return mantissaEnd === end;
  if (((bytes[mantissaEnd] as number) | 0x20) !== 0x65) return false;
  const sign = bytes[mantissaEnd + 1];
  const first = mantissaEnd + (sign === 0x2b || sign === 0x2d ? 2 : 1);
  return end > first && end - first <= 2 && digitsEnd(bytes, first, end) === end;
}

/** End of `-?digits[.digits]` of at most maxBytes bytes; -1 where there is none. */
function decimalEnd(bytes: Uint8Array, start: number, end: number, maxBytes: number): number {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  let i = digitsEnd(bytes, first, end);
  if (i === first) return -1;
  if (i < end && bytes[i] === 0x2e) {
    const fraction = i + 1;
    i = digitsEnd(bytes, fraction, end);
    if (i === fraction) return -1;
  }
  return i - start <= maxBytes ? i : -1;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39) i += 1;
  return i;
}

/** `true`, `false`, or what PostgreSQL writes for them, `t` and `f`, in any case. */
function isBoolean(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start === 1)
    return ((bytes[start] as number) | 0x20) === 0x74 || ((bytes[start] as number) | 0x20) === 0x66;
  if (end - start === 4) return spells(bytes, start, TRUE);
  return end - start === 5 && spells(bytes, start, FALSE);
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

function spells(bytes: Uint8Array, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i += 1) {
    // bit 0x20 folds the case of a letter and makes no other byte a lower-case letter but the letter's own upper case
    if (((bytes[start + i] as number) | 0x20) !== word[i]) return false;
  }
  return true;
}

/** 8-4-4-4-12 hexadecimal digits; braces and other groupings are not plain. */
function isUuid(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let i = 0; i < 36; i += 1) {
    const byte = bytes[start + i] as number;
    const isDash = i === 8 || i === 13 || i === 18 || i === 23;
    if (isDash ? byte !== 0x2d : !isHex(byte)) return false;
  }
  return true;
}

function isHex(byte: number): boolean {
  const folded = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (folded >= 0x61 && folded <= 0x66);
}
