import { printable } from '../../core/printable.ts';
import { utf8BomBytes } from '../shared/byte-order-mark.ts';
import type { StructuralFault } from '../shared/raw-record.ts';
import { CR, LF } from '../../core/format/json-bytes.ts';
import { unescaped } from './known-keys.ts';
import type { Reader } from './reader.ts';

/** The record is no JSON from here on, and is not read on. Answers -1. @param expected what should stand there */
export function notJson(reader: Reader, bytes: Buffer, at: number, expected: string): -1 {
  reader.fault = { code: 'NOT_JSON', at, words: `expected ${expected}, found ${foundAt(bytes, at)}` };
  return -1;
}

/** What to do about it, behind its place. */
export const faultAdvice: Partial<Record<StructuralFault, string>> = {
  UNKNOWN_KEY:
    "; add the column, or say what becomes of such keys: --unknown-columns ignore (in a dataset columns: { unknown: 'ignore' })",
};

/** Something is wrong with what is JSON all the same: kept if it is the first such thing, and the record is read on. */
export function note(reader: Reader, code: StructuralFault, at: number, words: string): void {
  reader.fault ??= { code, at, words };
}

/** Notes what the string just read holds that no text can. @param takesNul \u0000 may stand in it */
export function noteOddCharacters(reader: Reader, takesNul: boolean): void {
  if (reader.loneAt !== -1) {
    note(reader, 'LONE_SURROGATE', reader.loneAt, 'half of a surrogate pair, which is no character');
    reader.loneAt = -1;
  }
  if (reader.nulAt !== -1) {
    if (!takesNul) note(reader, 'NUL_CHARACTER', reader.nulAt, '\\u0000, which no text of PostgreSQL can hold');
    reader.nulAt = -1;
  }
}

/** A key between quotes, for words. @param path the keys that lead to it, each with a dot behind it */
export function shownKey(bytes: Buffer, start: number, end: number, path = ''): string {
  const text = bytes.toString('utf8', start, end);
  return JSON.stringify(printable(path + (text.includes('\\') ? unescaped(text) : text), 60));
}

function foundAt(bytes: Buffer, at: number): string {
  const byte = bytes[at] as number;
  if (byte === LF || (byte === CR && bytes[at + 1] === LF)) return 'the end of the record';
  if (utf8BomBytes(bytes.subarray(at, at + 3)) > 0) return 'a byte order mark, which only a file may begin with';
  if (byte > 0x20 && byte < 0x7f) return `'${String.fromCharCode(byte)}'`;
  return byte === 0x20 ? 'a blank' : `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
