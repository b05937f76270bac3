/** One write to the socket a chunk: 64 to 256 kB cost 0.2 to 0.4 s of CPU for 250 MB, one write a row ~40 times more. */
const CHUNK_BYTES = 262_144;
/** Two integers of at most 16 digits (below 2^53), two delimiters, a line end. */
const PREFIX_BYTES = 40;
const BILLION = 1_000_000_000;

/** Collects plain records as COPY reads them: `<recordNo>,<byteOffset>,<the record's own bytes>\n`. */
export interface TypedChunks {
  chunk: Buffer;
  used: number;
  full: Buffer[];
}

/** No memory is taken before the first record. */
export function typedChunks(): TypedChunks {
  return { chunk: Buffer.alloc(0), used: 0, full: [] };
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
  if (all && chunks.used > 0) nextChunk(chunks, 0);
  const { full } = chunks;
  chunks.full = [];
  return full;
}

function nextChunk(chunks: TypedChunks, room: number): void {
  if (chunks.used > 0) chunks.full.push(chunks.chunk.subarray(0, chunks.used));
  chunks.chunk = room === 0 ? Buffer.alloc(0) : Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, room));
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
