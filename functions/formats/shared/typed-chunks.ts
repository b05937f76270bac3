import { isCopyText, writeCopyText } from './copy-text.ts';

/** One write to the socket a chunk: 64 to 256 kB cost 0.2 to 0.4 s of CPU for 250 MB, one write a row ~40 times more. */
const CHUNK_BYTES = 262_144;
/** Two integers of at most 16 digits (below 2^53), two delimiters, a line end. */
const PREFIX_BYTES = 40;
/** Bytes of one record from so many on are handed out where they stand. */
export const LENT_BYTES = 256 * 1024;
const BILLION = 1_000_000_000;

/** Collects plain records as COPY reads them: `<recordNo>,<byteOffset>,<the record's own bytes>\n`. */
export interface TypedChunks {
  chunk: Buffer;
  /** What is handed out next begins there in it. */
  from: number;
  used: number;
  full: Buffer[];
}

/** No memory is taken before the first record. */
export function typedChunks(): TypedChunks {
  return { chunk: Buffer.alloc(0), from: 0, used: 0, full: [] };
}

/** Appends the record bytes[start, end). Once a record: the parameters come without an object around them. */
export function appendTyped(
  chunks: TypedChunks,
  recordNo: number,
  byteOffset: number,
  delimiter: number,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  let at = beginTyped(chunks, recordNo, byteOffset, delimiter, end - start);
  const { chunk } = chunks;
  bytes.copy(chunk, at, start, end);
  at += end - start;
  chunk[at] = 0x0a;
  chunks.used = at + 1;
}

/** As appendTyped, for a record of LENT_BYTES or more: it is handed out where it stands. */
export function lendTyped(
  chunks: TypedChunks,
  recordNo: number,
  byteOffset: number,
  delimiter: number,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const at = appendBytes(chunks, beginTyped(chunks, recordNo, byteOffset, delimiter, 0), bytes, start, end);
  chunks.chunk[at] = 0x0a;
  chunks.used = at + 1;
}

/**
 * Puts bytes[start, end) behind what stands before chunk[at], of a record for which there is room; answers where it goes on. From LENT_BYTES
 * on they are no copy: a worker has memory for a record of 16 MiB once. Whoever is given the chunks sends them before the next piece comes.
 */
export function appendBytes(chunks: TypedChunks, at: number, bytes: Buffer, start: number, end: number): number {
  const { chunk, from } = chunks;
  if (end - start < LENT_BYTES) return at + bytes.copy(chunk, at, start, end);
  if (at > from) chunks.full.push(chunk.subarray(from, at));
  chunks.full.push(bytes.subarray(start, end));
  chunks.from = at;
  return at;
}

/** As appendBytes, as a cell of COPY's text format; there is room for twice as many bytes. */
export function appendCopyText(chunks: TypedChunks, at: number, bytes: Buffer, start: number, end: number): number {
  return end - start >= LENT_BYTES && isCopyText(bytes.subarray(start, end))
    ? appendBytes(chunks, at, bytes, start, end)
    : writeCopyText(chunks.chunk, at, bytes, start, end);
}

/**
 * Begins a record of at most so many own bytes: `<recordNo>,<byteOffset>,`; answers where in chunks.chunk those go. Who wrote
 * them and the line end behind them sets chunks.used.
 */
export function beginTyped(
  chunks: TypedChunks,
  recordNo: number,
  byteOffset: number,
  delimiter: number,
  ownBytes: number,
): number {
  const room = ownBytes + PREFIX_BYTES;
  if (chunks.used + room > chunks.chunk.length) nextChunk(chunks, room);
  const { chunk } = chunks;
  let at = writeInteger(chunk, chunks.used, recordNo);
  chunk[at] = delimiter;
  at = writeInteger(chunk, at + 1, byteOffset);
  chunk[at] = delimiter;
  return at + 1;
}

/** The chunks that are full, and with `all` the one that is not; they are the caller's from here on. */
export function takeChunks(chunks: TypedChunks, all: boolean): Buffer[] {
  // one for a long record is not kept for those that follow: nobody else needs so much
  const isOver = all || chunks.chunk.length > CHUNK_BYTES;
  if (isOver && chunks.used > 0) nextChunk(chunks, 0);
  const { full } = chunks;
  chunks.full = [];
  return full;
}

function nextChunk(chunks: TypedChunks, room: number): void {
  if (chunks.used > chunks.from) chunks.full.push(chunks.chunk.subarray(chunks.from, chunks.used));
  chunks.chunk = room === 0 ? Buffer.alloc(0) : Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, room));
  chunks.from = 0;
  chunks.used = 0;
}

/** Decimal digits of a whole number from 0 below 2^53; answers where they end. */
function writeInteger(out: Buffer, at: number, value: number): number {
  if (value < BILLION) return writeDigits(out, at, value | 0, digitsOf(value | 0));
  const billions = Math.floor(value / BILLION);
  const end = writeDigits(out, at, billions | 0, digitsOf(billions | 0));
  return writeDigits(out, end, (value - billions * BILLION) | 0, 9);
}

/** How many digits a whole number below a billion has. */
function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4;
  if (value < 10_000_000) return value < 100_000 ? 5 : value < 1_000_000 ? 6 : 7;
  return value < 100_000_000 ? 8 : 9;
}

/** A whole number below a billion with leading zeros up to so many digits. */
function writeDigits(out: Buffer, at: number, value: number, digits: number): number {
  let rest = value;
  for (let i = at + digits - 1; i >= at; i -= 1) {
    const tenth = (rest / 10) | 0;
    out[i] = 0x30 + rest - tenth * 10;
    rest = tenth;
  }
  return at + digits;
}
