import { BACKSLASH, insideString, QUOTE } from '../../core/format/json-bytes.ts';
import { notJson } from './fault.ts';
import { AS_IS, ESCAPED, type Reader, UNICODE_ESCAPED } from './reader.ts';

/**
 * Goes on in a string at a byte that is not of its plain characters: reader.at becomes its closing quote. Answers AS_IS,
 * ESCAPED or UNICODE_ESCAPED, or -1. A string never runs over a line feed, so the record's own ends every loop.
 */
export function stringRest(reader: Reader, bytes: Buffer, from: number): number {
  let kind = AS_IS;
  for (let i = from; ; ) {
    while (insideString[bytes[i] as number] === 0) i += 1;
    if (bytes[i] === QUOTE) {
      reader.at = i;
      return kind;
    }
    if (bytes[i] !== BACKSLASH) {
      return notJson(reader, bytes, i, 'the closing quote of a string (control characters in it are escaped)');
    }
    reader.escaped += 1;
    if (bytes[i + 1] === 0x75) {
      const next = unicodeEscapeEnd(reader, bytes, i);
      if (next === -1) return -1;
      kind = UNICODE_ESCAPED;
      i = next;
    } else {
      if (isEscape[bytes[i + 1] as number] !== 1) return notJson(reader, bytes, i + 1, 'one of "\\/bfnrtu after a \\');
      if (kind === AS_IS) kind = ESCAPED;
      i += 2;
    }
  }
}

const isEscape = new Uint8Array(256);
for (const character of '"\\/bfnrt') isEscape[character.charCodeAt(0)] = 1;

/** Index after the \u escape at `at`, and after its second half where it is the first one of a pair. */
function unicodeEscapeEnd(reader: Reader, bytes: Buffer, at: number): number {
  const unit = fourDigits(bytes, at + 2);
  if (unit === -1) return notJson(reader, bytes, badDigit(bytes, at + 2), 'four hexadecimal digits after \\u');
  if (unit === 0 && reader.nulAt === -1) reader.nulAt = at;
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  if (unit < 0xdc00 && bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75) {
    const low = fourDigits(bytes, at + 8);
    if (low >= 0xdc00 && low <= 0xdfff) {
      reader.escaped += 1;
      return at + 12;
    }
  }
  if (reader.loneAt === -1) reader.loneAt = at;
  return at + 6;
}

/** The number that four hexadecimal digits are; -1 where they are not. */
export function fourDigits(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i += 1) {
    const digit = hexDigits[bytes[i] ?? 0] as number;
    if (digit === 0xff) return -1;
    value = value * 16 + digit;
  }
  return value;
}

const hexDigits = new Uint8Array(256).fill(0xff);
for (let digit = 0; digit < 16; digit += 1) {
  hexDigits[digit.toString(16).charCodeAt(0)] = digit;
  hexDigits[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

function badDigit(bytes: Uint8Array, from: number): number {
  let i = from;
  while (hexDigits[bytes[i] ?? 0] !== 0xff) i += 1;
  return i;
}

/** Index after the number at `from`, which begins with a minus or a digit; -1. */
export function numberEnd(reader: Reader, bytes: Buffer, from: number): number {
  let i = bytes[from] === 0x2d ? from + 1 : from;
  if (bytes[i] === 0x30) {
    i += 1;
    if (isDigit(bytes[i])) return notJson(reader, bytes, i, 'no digit after a leading 0');
  } else {
    const digits = i;
    while (isDigit(bytes[i])) i += 1;
    if (i === digits) return notJson(reader, bytes, i, 'a digit');
  }
  if (bytes[i] === 0x2e) {
    const digits = i + 1;
    i = digits;
    while (isDigit(bytes[i])) i += 1;
    if (i === digits) return notJson(reader, bytes, i, 'a digit after the decimal point');
  }
  if (bytes[i] === 0x65 || bytes[i] === 0x45) {
    i += bytes[i + 1] === 0x2b || bytes[i + 1] === 0x2d ? 2 : 1;
    const digits = i;
    while (isDigit(bytes[i])) i += 1;
    if (i === digits) return notJson(reader, bytes, i, 'a digit of the exponent');
  }
  return i;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Index after `true`, `false` or `null` at `from`; -1. */
export function wordEnd(reader: Reader, bytes: Buffer, from: number): number {
  const byte = bytes[from];
  const word = byte === 0x74 ? TRUE : byte === 0x66 ? FALSE : byte === 0x6e ? NULL : null;
  if (word === null) return notJson(reader, bytes, from, 'a value');
  for (let i = 1; i < word.length; i += 1) {
    if (bytes[from + i] !== word[i]) return notJson(reader, bytes, from + i, 'true, false or null');
  }
  return from + word.length;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');
