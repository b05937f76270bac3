import { isTimestamptz } from '../../formats/shared/plain-moments.ts';
import { isOfForm } from './cell-form.ts';

/**
 * 53 bits of a cell, of which the same value always has the same: a number without the zeros that end its fraction, a moment as
 * what it is in UTC, a word of truth and a UUID in lower case. Other values have another one but for chance (cyrb53 by bryc, public
 * domain), so what is told by it errs to one side: two cells may look the same that are not, never the other way round.
 */
export function cellHash(cell: Buffer): number {
  return hashOf(comparable(cell));
}

/** The hash of several cells together, told from that of the same ones otherwise put together. */
export function joinedHash(one: number, other: number): number {
  const high = Math.floor(one / 4_294_967_296);
  const low = one >>> 0;
  let first = Math.imul(0xdeadbeef ^ low, 2_654_435_761) ^ high;
  let second = Math.imul(0x41c6ce57 ^ high, 1_597_334_677) ^ low;
  first = Math.imul(first ^ (other >>> 0), 2_654_435_761);
  second = Math.imul(second ^ Math.floor(other / 4_294_967_296), 1_597_334_677);
  first = Math.imul(first ^ (second >>> 15), 2_246_822_507);
  second = Math.imul(second ^ (other >>> 0) ^ (first >>> 13), 3_266_489_909);
  return folded(first, second);
}

function hashOf(bytes: Uint8Array): number {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 2_654_435_761);
    second = Math.imul(second ^ byte, 1_597_334_677);
  }
  return folded(first, second);
}

function folded(one: number, other: number): number {
  let first = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(other ^ (other >>> 13), 3_266_489_909);
  const second = Math.imul(other ^ (other >>> 16), 2_246_822_507) ^ Math.imul(first ^ (first >>> 13), 3_266_489_909);
  first ^= second >>> 16;
  return 4_294_967_296 * (second & 0x1fffff) + (first >>> 0);
}

const DOT = 0x2e;
const ZERO = 0x30;

function comparable(cell: Buffer): Uint8Array {
  const first = cell[0];
  if (first === undefined) return cell;
  const isNumeric = first === 0x2d || (first >= ZERO && first <= ZERO + 9);
  if (isNumeric && cell.includes(DOT) && isOfForm('numeric', cell)) return withoutZeros(cell);
  if (isNumeric && isTimestamptz(cell, 0, cell.length)) return Buffer.from(inUtc(cell.toString('latin1')));
  const length = cell.length;
  const isWord = (length === 4 || length === 5) && isOfForm('boolean', cell);
  return isWord || (length === 36 && isOfForm('uuid', cell))
    ? Buffer.from(cell.toString('latin1').toLowerCase())
    : cell;
}

function withoutZeros(number: Buffer): Uint8Array {
  let end = number.length;
  while (number[end - 1] === ZERO) end -= 1;
  return number.subarray(0, number[end - 1] === DOT ? end - 1 : end);
}

/** `YYYY-MM-DD HH:MM:SS[.ffffff][offset]`, plain; without an offset as it stands. */
function inUtc(moment: string): string {
  const rest = moment.slice(19);
  const digits = rest.startsWith('.') ? (/^\d+/.exec(rest.slice(1))?.[0] ?? '') : '';
  const [fraction, offset] = [digits, digits === '' ? rest : rest.slice(1 + digits.length)];
  const micros = fraction.padEnd(6, '0');
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d)(?::(\d\d))?$/.exec(offset) ?? [];
  const away = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  const at = Date.parse(`${moment.slice(0, 10)}T${moment.slice(11, 19)}Z`) - away;
  return `${at}.${micros}${offset === '' ? '' : 'Z'}`;
}

/** The hash of what was before together with that of a text, as it stands. */
export function joinedTextHash(before: number, text: string): number {
  return joinedHash(before, hashOf(Buffer.from(text)));
}
