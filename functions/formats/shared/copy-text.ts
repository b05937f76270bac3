const BACKSLASH = 0x5c;
const UPPER_N = 0x4e;

/** By ASCII code: the letter of the escape of what cannot stand in a cell of COPY's text format; 0 for what can. */
export const copyEscapes = new Uint8Array(0x80);
for (const [character, letter] of [
  ['\t', 't'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\\', '\\'],
] as const) {
  copyEscapes[character.charCodeAt(0)] = letter.charCodeAt(0);
}

/** Whether the bytes are a cell as they stand. */
export function isCopyText(bytes: Buffer): boolean {
  return !['\t', '\n', '\r', '\\'].some((character) => bytes.includes(character));
}

/** Writes NULL; answers the place behind it. */
export function writeCopyNull(chunk: Buffer, at: number): number {
  chunk[at] = BACKSLASH;
  chunk[at + 1] = UPPER_N;
  return at + 2;
}

/** Writes bytes[start, end) as a cell, at most twice as many; answers the place behind it. */
export function writeCopyText(chunk: Buffer, from: number, bytes: Buffer, start: number, end: number): number {
  let at = from;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    const escape = byte > BACKSLASH ? 0 : (copyEscapes[byte] as number);
    if (escape !== 0) {
      chunk[at] = BACKSLASH;
      at += 1;
    }
    chunk[at] = escape === 0 ? byte : escape;
    at += 1;
  }
  return at;
}
