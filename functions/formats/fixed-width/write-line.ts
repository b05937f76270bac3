import { beginTyped } from '../shared/typed-chunks.ts';
import type { FixedScan } from './scan.ts';

const TAB = 0x09;
const LF = 0x0a;
const BACKSLASH = 0x5c;
const UPPER_N = 0x4e;

/** Appends the line just read as one of COPY's text format, with what its steps made of its cells. */
export function appendLine(scan: FixedScan, byteOffset: number, bytes: Buffer, ownBytes: number): void {
  const { chunks, starts, ends, cleaning } = scan;
  const columns = starts.length;
  const touched = cleaning === null || cleaning.touchedCells === 0 ? 0 : cleaning.touchedCells;
  const cleanedBytes = touched === 0 ? 0 : (cleaning?.ends[touched - 1] as number);
  let at = beginTyped(chunks, scan.typed + scan.raw + 1, byteOffset, TAB, 2 * (ownBytes + cleanedBytes) + 3 * columns);
  const { chunk } = chunks;
  let slot = 0;
  for (let column = 0; column < columns; column += 1) {
    if (column > 0) {
      chunk[at] = TAB;
      at += 1;
    }
    if (cleaning !== null && slot < touched && cleaning.touched[slot] === column) {
      const start = cleaning.starts[slot] as number;
      at =
        start === -1 ? writeNull(chunk, at) : writeText(chunk, at, cleaning.text, start, cleaning.ends[slot] as number);
      slot += 1;
    } else {
      const [start, end] = [starts[column] as number, ends[column] as number];
      at = start === end ? writeNull(chunk, at) : writeText(chunk, at, bytes, start, end);
    }
  }
  chunk[at] = LF;
  chunks.used = at + 1;
}

function writeNull(chunk: Buffer, at: number): number {
  chunk[at] = BACKSLASH;
  chunk[at + 1] = UPPER_N;
  return at + 2;
}

/** With a backslash before what means something to COPY. */
function writeText(chunk: Buffer, from: number, bytes: Buffer, start: number, end: number): number {
  let at = from;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    const escape = byte > BACKSLASH ? 0 : (escapes[byte] as number);
    if (escape !== 0) {
      chunk[at] = BACKSLASH;
      at += 1;
    }
    chunk[at] = escape === 0 ? byte : escape;
    at += 1;
  }
  return at;
}

/** Characters that cannot stand in a cell of COPY's text format: the letter of their escape. */
const escapes = new Uint8Array(BACKSLASH + 1);
for (const [character, letter] of [
  ['\t', 't'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\\', '\\'],
] as const) {
  escapes[character.charCodeAt(0)] = letter.charCodeAt(0);
}
