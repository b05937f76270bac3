import { isUtf8 } from 'node:buffer';
import { firstUndecodable } from '../../core/decoding/undecodable.ts';
import type { NoLayout } from './layout.ts';
import { signInWords } from './raw-record.ts';

/** Why the bytes of a header are no text; null where they are. @param line of the object, from 1 */
export function noTextInHeader(record: Buffer, line: number): NoLayout | null {
  const nul = record.indexOf(0);
  if (nul !== -1) {
    const hint = isEverySecondNul(record)
      ? "so has every second byte, as in UTF-16: declare it with --encoding utf-16 (in a dataset encoding: 'utf-16')"
      : 'no text has one: is this a CSV file, and did it arrive whole?';
    return {
      problem: 'NUL_BYTE',
      message: `the header (line ${line}) has a NUL byte, its byte ${nul + 1}; ${hint}`,
    };
  }
  if (isUtf8(record)) return null;
  return { problem: 'INVALID_UTF8', message: `the header (line ${line}) is not ${invalidHeader(record)}` };
}

function invalidHeader(record: Buffer): string {
  const sign = firstUndecodable(record);
  return sign === null
    ? 'UTF-8; declare its encoding with --encoding (in a dataset encoding), or save the file as UTF-8'
    : `a text in the encoding that it is read in: ${signInWords(sign)}; declare another --encoding (in a dataset encoding)`;
}

/** ASCII in UTF-16: all bytes of one parity are NUL, none of the other. */
function isEverySecondNul(record: Buffer): boolean {
  const parity = record.indexOf(0) % 2;
  return record.every((byte, i) => (byte === 0) === (i % 2 === parity));
}
