import type { LineEnd } from '../../core/format/file-format.ts';

/** 16 MiB, as long as a record may be: the last lines of a file are looked for in no more. */
export const trailerBytesAtMost = 16 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Where the last `rows` lines of these bytes begin, whatever they hold; line ends at the very end make no line of their own. A declared
 * record end ends a line too. -1 where there are fewer.
 */
export function trailerStart(bytes: Buffer, rows: number, lineEnd: LineEnd, recordEnd?: string): number {
  const ends = lineEnd === 'cr' ? CR : LF;
  const declared = recordEnd === undefined ? null : Buffer.from(recordEnd);
  let at = endOfLines(bytes, declared);
  if (at === 0) return rows === 0 ? 0 : -1;
  let after = at;
  for (let row = 1; row <= rows; row += 1) {
    const line = at === 0 ? -1 : bytes.lastIndexOf(ends, at - 1);
    const end = at === 0 || declared === null ? -1 : bytes.subarray(0, at).lastIndexOf(declared);
    const afterLine = bytes[line] === CR && bytes[line + 1] === LF ? line + 2 : line + 1;
    const isDeclared = declared !== null && end !== -1 && end + declared.length >= afterLine;
    at = isDeclared ? end : line;
    if (at === -1) return row === rows ? 0 : -1;
    after = isDeclared ? end + declared.length : afterLine;
  }
  return after;
}

/** Index behind the last byte that belongs to a line, without what ends it and line ends behind that. */
function endOfLines(bytes: Buffer, declared: Buffer | null): number {
  let at = bytes.length;
  for (;;) {
    while (at > 0 && (bytes[at - 1] === LF || bytes[at - 1] === CR)) at -= 1;
    const start = declared === null ? -1 : at - declared.length;
    // of an end with a line end at its end what is left of it
    const own = declared?.subarray(0, declared.length - lineEndsBehind(declared)) ?? Buffer.alloc(0);
    if (own.length > 0 && bytes.subarray(Math.max(0, at - own.length), at).equals(own)) at -= own.length;
    else if (declared !== null && start >= 0 && bytes.subarray(start, at).equals(declared)) at = start;
    else return at;
  }
}

function lineEndsBehind(bytes: Buffer): number {
  let found = 0;
  while (found < bytes.length && [LF, CR].includes(bytes[bytes.length - 1 - found] as number)) found += 1;
  return found;
}

/**
 * Its lines as a report shows them and totals are read from: the first twenty, each its first 1,000 characters without blanks at its
 * end, which fill lines of fixed width. A declared record end ends a line too; where line feeds end lines a carriage return alone is a
 * blank. PostgreSQL has no NUL: U+FFFD stands for one.
 */
export function trailerLines(trailer: Buffer, lineEnd: LineEnd, recordEnd?: string): readonly string[] {
  const text = trailer.toString('utf8', 0, shownBytes);
  const parts = recordEnd === undefined ? [text] : text.split(recordEnd);
  const ends = lineEnd === 'cr' || recordEnd !== undefined ? /\r\n|\n|\r/ : /\r?\n/;
  const lines = parts
    .flatMap((part) => part.split(ends))
    .map((line) => line.replaceAll('\r', ' ').replaceAll('\0', '\ufffd').trimEnd());
  return lines
    .slice(0, lines.findLastIndex((line) => line !== '') + 1)
    .slice(0, shownLines)
    .map((line) => line.slice(0, trailerCharacters));
}

const shownLines = 20;
/** Characters of a line of a trailer that are kept: lines of fixed width and of JSON have hundreds. */
export const trailerCharacters = 1_000;
const shownBytes = 4 * shownLines * trailerCharacters;
