import { BLANK, CR, TAB } from '../../core/format/json-bytes.ts';

/** Index of the first byte from `at` on that is no blank; a line feed ends the record and is none. */
export function overBlanks(bytes: Uint8Array, at: number): number {
  let i = at;
  while (bytes[i] === BLANK || bytes[i] === TAB || bytes[i] === CR) i += 1;
  return i;
}
