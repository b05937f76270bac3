import { isDigit, isEscape, isHex } from './bytes.ts';
import type { Document } from './document.ts';
import {
  AFTER_VALUE,
  ESCAPE,
  EXPONENT,
  FRACTION,
  HEX,
  INTEGER,
  MINUS,
  POINT,
  POWER,
  SIGN,
  STRING,
  WORD,
  ZERO,
} from './states.ts';

const words = new Map([...['true', 'false', 'null'].map((word) => [word.charCodeAt(0), word] as const)]);

/** Whether the chunk has all of the word that begins with the byte at `at`. */
export function isWordAt(chunk: Buffer, byte: number, at: number): boolean {
  if (byte === 0x6e) return chunk[at + 1] === 0x75 && chunk[at + 2] === 0x6c && chunk[at + 3] === 0x6c;
  if (byte === 0x74) return chunk[at + 1] === 0x72 && chunk[at + 2] === 0x75 && chunk[at + 3] === 0x65;
  return chunk[at + 1] === 0x61 && chunk[at + 2] === 0x6c && chunk[at + 3] === 0x73 && chunk[at + 4] === 0x65;
}

/** A word that the chunk does not have whole, or that is none. */
export function beginWord(document: Document, byte: number): number {
  document.word = words.get(byte) ?? '';
  document.read = 1;
  return WORD;
}

/** What is read behind the first byte of a number. */
export function beginNumber(byte: number): number {
  if (byte === 0x2d) return MINUS;
  return byte === 0x30 ? ZERO : INTEGER;
}

/** What is read behind digits that are not followed by one more. AFTER_VALUE: the byte is no part of the number. */
export function afterDigits(state: number, byte: number): number {
  if (byte === 0x2e && (state === INTEGER || state === ZERO)) return POINT;
  return (byte === 0x65 || byte === 0x45) && state !== POWER ? EXPONENT : AFTER_VALUE;
}

/** What is read behind the byte, of a token that a run of like bytes is not; -1: the byte may not stand there. */
export function nextInToken(document: Document, state: number, byte: number): number {
  switch (state) {
    case ESCAPE:
      document.read = 0;
      return byte === 0x75 ? HEX : isEscape[byte] === 1 ? STRING : -1;
    case HEX:
      document.read += 1;
      if (isHex[byte] === 0) return -1;
      return document.read === 4 ? STRING : HEX;
    case WORD:
      if (byte !== document.word.charCodeAt(document.read)) return -1;
      document.read += 1;
      return document.read === document.word.length ? AFTER_VALUE : WORD;
    case MINUS:
      return isDigit[byte] === 1 ? beginNumber(byte) : -1;
    case ZERO:
      return isDigit[byte] === 1 ? -1 : afterDigits(state, byte);
    case EXPONENT:
      if (byte === 0x2b || byte === 0x2d) return SIGN;
      return isDigit[byte] === 1 ? POWER : -1;
    case POINT:
      return isDigit[byte] === 1 ? FRACTION : -1;
    default:
      return isDigit[byte] === 1 ? POWER : -1;
  }
}
