import { copyEscapes, writeCopyNull, writeCopyText } from '../shared/copy-text.ts';
import { appendBytes, appendCopyText, beginTyped, type TypedChunks } from '../shared/typed-chunks.ts';
import { BACKSLASH, COMMA, CLOSE_OBJECT, LF, OPEN_OBJECT, TAB } from '../../core/format/json-bytes.ts';
import { fourDigits } from './read-scalar.ts';
import { CAPTURE, CLEANED, GUARDED, NULL, type Reader, UNICODE_ESCAPED } from './reader.ts';

/** Below so many bytes a loop is faster than a call that leaves JavaScript. */
const LOOPED_BYTES = 40;

/**
 * Appends the record just read as a line of COPY's text format, its columns in the order of staging; what the record does not
 * name is NULL. Its escapes are those of JSON but for \u: `\"` and `\/` are read as `"` and `/` there too.
 */
export function appendRow(
  chunks: TypedChunks,
  reader: Reader,
  recordNo: number,
  byteOffset: number,
  bytes: Buffer,
  recordBytes: number,
): void {
  const { seen, record, kinds, starts, ends, cleaning } = reader;
  const columns = seen.length;
  // nothing grows but what gets a backslash and a NULL; a capture has fewer commas and colons than it stood among
  const most = recordBytes + reader.escaped + 3 * columns + cleanedBytes(reader);
  let at = beginTyped(chunks, recordNo, byteOffset, TAB, most);
  const { chunk } = chunks;
  for (let column = 0; column < columns; column += 1) {
    if (column > 0) {
      chunk[at] = TAB;
      at += 1;
    }
    const kind = seen[column] === record ? (kinds[column] as number) : NULL;
    const start = starts[column] as number;
    const end = ends[column] as number;
    if (kind === NULL || (cleaning !== null && kind === CLEANED && cleaning.starts[start] === -1)) {
      at = writeCopyNull(chunk, at);
    } else if (cleaning !== null && kind === CLEANED) {
      at = writeCopyText(chunk, at, cleaning.text, cleaning.starts[start] as number, cleaning.ends[start] as number);
    } else if (kind === CAPTURE) {
      at = writeCaptured(chunk, at, bytes, reader.captured);
    } else if (kind === GUARDED) {
      at = appendCopyText(chunks, at, bytes, start, end);
    } else if (kind === UNICODE_ESCAPED) {
      at = writeDecoded(chunk, at, bytes, start, end);
    } else if (end - start < LOOPED_BYTES) {
      for (let i = start; i < end; i += 1) {
        chunk[at] = bytes[i] as number;
        at += 1;
      }
    } else {
      at = appendBytes(chunks, at, bytes, start, end);
    }
  }
  chunk[at] = LF;
  chunks.used = at + 1;
}

/** At most so many bytes do cleaned cells take, each with a backslash. */
function cleanedBytes({ cleaning }: Reader): number {
  return cleaning === null || cleaning.touchedCells === 0
    ? 0
    : 2 * (cleaning.ends[cleaning.touchedCells - 1] as number);
}

function writeCaptured(chunk: Buffer, from: number, bytes: Buffer, captured: readonly number[]): number {
  let at = from;
  for (let i = 0; i < captured.length; i += 4) {
    chunk[at] = i === 0 ? OPEN_OBJECT : COMMA;
    at = writeCopyText(chunk, at + 1, bytes, captured[i] as number, captured[i + 1] as number);
    chunk[at] = 0x3a;
    at = writeCopyText(chunk, at + 1, bytes, captured[i + 2] as number, captured[i + 3] as number);
  }
  chunk[at] = CLOSE_OBJECT;
  return at + 1;
}

/** A sound string with \u escapes: those become UTF-8, all else stands as it is. */
function writeDecoded(chunk: Buffer, from: number, bytes: Buffer, start: number, end: number): number {
  let at = from;
  for (let i = start; i < end; ) {
    const byte = bytes[i] as number;
    if (byte !== BACKSLASH) {
      chunk[at] = byte;
      at += 1;
      i += 1;
    } else if (bytes[i + 1] === 0x75) {
      const unit = fourDigits(bytes, i + 2);
      const isPair = unit >= 0xd800 && unit <= 0xdbff;
      const point = isPair ? 0x10000 + (unit - 0xd800) * 0x400 + (fourDigits(bytes, i + 8) - 0xdc00) : unit;
      at = writeCharacter(chunk, at, point);
      i += isPair ? 12 : 6;
    } else {
      chunk[at] = BACKSLASH;
      chunk[at + 1] = bytes[i + 1] as number;
      at += 2;
      i += 2;
    }
  }
  return at;
}

/** As UTF-8; what means something to COPY with its backslash. */
function writeCharacter(chunk: Buffer, at: number, point: number): number {
  if (point < 0x80) {
    const escape = copyEscapes[point] as number;
    if (escape === 0) {
      chunk[at] = point;
      return at + 1;
    }
    chunk[at] = BACKSLASH;
    chunk[at + 1] = escape;
    return at + 2;
  }
  if (point < 0x800) {
    chunk[at] = 0xc0 | (point >> 6);
    chunk[at + 1] = 0x80 | (point & 0x3f);
    return at + 2;
  }
  if (point < 0x10000) {
    chunk[at] = 0xe0 | (point >> 12);
    chunk[at + 1] = 0x80 | ((point >> 6) & 0x3f);
    chunk[at + 2] = 0x80 | (point & 0x3f);
    return at + 3;
  }
  chunk[at] = 0xf0 | (point >> 18);
  chunk[at + 1] = 0x80 | ((point >> 12) & 0x3f);
  chunk[at + 2] = 0x80 | ((point >> 6) & 0x3f);
  chunk[at + 3] = 0x80 | (point & 0x3f);
  return at + 4;
}
