import type { LineEnd } from '../../core/format/file-format.ts';

/** 16 MiB, as long as a record may be: the last lines of a file are looked for in no more. */
export const trailerBytesAtMost = 16 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Where the last `rows` lines of these bytes begin, whatever they hold; line ends at the very end make no line of their own. -1
 * where there are fewer.
 */
export function trailerStart(bytes: Buffer, rows: number, lineEnd: LineEnd): number {
  const ends = lineEnd === 'cr' ? CR : LF;
  let at = bytes.length;
  while (at > 0 && (bytes[at - 1] === LF || bytes[at - 1] === CR)) at -= 1;
  if (at === 0) return rows === 0 ? 0 : -1;
  for (let row = 1; row <= rows; row += 1) {
    at = at === 0 ? -1 : bytes.lastIndexOf(ends, at - 1);
    if (at === -1) return row === rows ? 0 : -1;
  }
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
}

/** Its lines as a report shows them: the first twenty, each its first 200 characters. */
export function trailerLines(trailer: Buffer): readonly string[] {
  const lines = trailer
    .toString('utf8', 0, shownBytes)
    .trimEnd()
    .split(/\r\n|\n|\r/, shownLines);
  return lines.map((line) => line.slice(0, shownCharacters));
}

const shownLines = 20;
const shownCharacters = 200;
const shownBytes = 4 * shownLines * shownCharacters;
