import { shortText } from '../cleaning/cleaned-cells.ts';
import type { RawRecord } from '../formats/shared/raw-record.ts';

/**
 * Raw records in COPY's binary format: the only one that carries bytes as they are (hex text would double them).
 * Source: PostgreSQL 17, "COPY", binary format; array_recv for text[], jsonb_recv.
 */
const signature = Buffer.from([
  0x50,
  0x47,
  0x43,
  0x4f,
  0x50,
  0x59,
  0x0a,
  0xff,
  0x0d,
  0x0a,
  0x00, // PGCOPY\n\377\r\n\0
  0,
  0,
  0,
  0, // flags
  0,
  0,
  0,
  0, // header extension
]);
const trailer = Buffer.from([0xff, 0xff]);
const textOid = 25;

/** So many bytes go to the socket at once: one write a field costs ~40 times as much CPU. */
const chunkBytes = 256 * 1024;

/** Raw records wait for their COPY until this many bytes: with a piece of the file and a chunk, a worker's memory. */
export const RAW_BUFFER_BYTES = 4 * 1024 * 1024;

/** Raw records on their way to one COPY ... (format binary) into the raw staging table, in the order of createRaw's columns. */
export interface RawChunks {
  /**
   * Takes its cells apart and writes it down at once: a record that waits as an object outlives the collector's young generation. With RAW_BUFFER_BYTES or
   * more it is to be sent before the next piece is read: long fields stand where they were read.
   */
  add(record: RawRecord): void;
  /** Of what was added since the last take. */
  readonly bytes: number;
  /** What was added, as one whole COPY; nothing where there was nothing. */
  take(): readonly Buffer[];
}

/** The chunk that is written, and what stands before it. */
interface Writing {
  chunk: Buffer;
  /** What is no part of `full` yet begins there in the chunk. */
  from: number;
  used: number;
  full: Buffer[];
  fullBytes: number;
}

/**
 * Each record is written into the chunk where it stays, without a Buffer a field. A field of RAW_BUFFER_BYTES or more stays where it stands: a worker
 * has memory for it once, and it is more than may wait.
 * @param isCleaned as createRaw has it.
 */
export function rawChunks(isCleaned: boolean): RawChunks {
  let out: Writing | null = null;
  return {
    add(record) {
      const { cells } = record;
      const texts = textsOf(record, isCleaned);
      const length = recordBytes(record, texts, cells);
      if (out === null) {
        const chunk = Buffer.allocUnsafe(Math.max(chunkBytes, signature.length + length));
        out = { chunk, from: 0, used: signature.copy(chunk), full: [], fullBytes: 0 };
      }
      if (out.used + length > out.chunk.length) {
        handOver(out, out.used);
        out.chunk = Buffer.allocUnsafe(Math.max(chunkBytes, length));
        out.from = 0;
        out.used = 0;
      }
      writeRecord(out, { record, texts, cells, isCleaned });
    },
    get bytes() {
      return out === null ? 0 : out.fullBytes + out.used - out.from;
    },
    take() {
      if (out === null) return [];
      handOver(out, out.used);
      const { full } = out;
      out = null;
      return [...full, trailer];
    },
  };
}

function handOver(out: Writing, until: number): void {
  if (until > out.from) out.full.push(out.chunk.subarray(out.from, until));
  out.fullBytes += until - out.from;
  out.from = until;
}

/** Fields beside its bytes and cells. */
interface Texts {
  readonly fault: Buffer | null;
  readonly faultDetail: Buffer | null;
  readonly sources: Buffer | null;
  readonly unread: Buffer | null;
}

function textsOf(record: RawRecord, isCleaned: boolean): Texts {
  return {
    fault: textOf(record.fault),
    faultDetail: textOf(record.faultDetail),
    sources: isCleaned ? sourcesOf(record) : null,
    unread: isCleaned ? unreadOf(record) : null,
  };
}

/** Two bytes count its fields, and four stand before each. */
const placeBytes = 2 + 12 + 12 + 8 + 8;
const arrayHeadBytes = 20;

/** At most, for what is written into a chunk; of a record without cleaning 8 less. */
function recordBytes({ raw }: RawRecord, texts: Texts, cells: RawRecord['cells']): number {
  const { fault, faultDetail, sources, unread } = texts;
  const bytes = [fault, faultDetail, raw, sources, unread].reduce((sum, field) => sum + 4 + writtenBytes(field), 0);
  return (
    placeBytes +
    bytes +
    4 +
    (cells === null ? 0 : cells.reduce((sum, cell) => sum + 4 + writtenBytes(cell), arrayHeadBytes))
  );
}

function writtenBytes(field: Buffer | null): number {
  return field === null || field.length >= RAW_BUFFER_BYTES ? 0 : field.length;
}

function arrayBytes(cells: readonly (Buffer | null)[]): number {
  let bytes = arrayHeadBytes;
  for (const cell of cells) bytes += 4 + (cell?.length ?? 0);
  return bytes;
}

interface Row {
  readonly record: RawRecord;
  readonly texts: Texts;
  readonly cells: RawRecord['cells'];
  readonly isCleaned: boolean;
}

function writeRecord(out: Writing, { record, texts, cells, isCleaned }: Row): void {
  const { chunk } = out;
  let at = chunk.writeInt16BE(isCleaned ? 10 : 8, out.used);
  at = chunk.writeInt32BE(4, at);
  at = chunk.writeInt32BE(record.recordNo, at);
  at = chunk.writeInt32BE(8, at);
  at = writeInt64(chunk, record.byteOffset, at);
  at = chunk.writeInt32BE(8, at);
  at = writeInt64(chunk, record.byteLength, at);
  at = chunk.writeInt32BE(4, at);
  at = chunk.writeInt32BE(record.line, at);
  at = writeField(out, texts.fault, at);
  at = writeField(out, texts.faultDetail, at);
  at = writeField(out, record.raw, at);
  at = writeCells(out, cells, at);
  if (isCleaned) {
    at = writeField(out, texts.sources, at);
    at = writeField(out, texts.unread, at);
  }
  out.used = at;
}

/** A whole number from 0 to 2^53. */
function writeInt64(chunk: Buffer, value: number, at: number): number {
  chunk.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  return chunk.writeUInt32BE(value % 2 ** 32, at + 4);
}

/** Answers where the next field stands in the chunk. */
function writeField(out: Writing, bytes: Buffer | null, at: number): number {
  const start = out.chunk.writeInt32BE(bytes === null ? -1 : bytes.length, at);
  if (bytes === null) return start;
  if (bytes.length < RAW_BUFFER_BYTES) return start + bytes.copy(out.chunk, start);
  handOver(out, start);
  out.full.push(bytes);
  out.fullBytes += bytes.length;
  return start;
}

function writeCells(out: Writing, cells: RawRecord['cells'], start: number): number {
  const { chunk } = out;
  if (cells === null) return chunk.writeInt32BE(-1, start);
  let at = chunk.writeInt32BE(arrayBytes(cells), start);
  at = chunk.writeInt32BE(1, at); // dimensions
  at = chunk.writeInt32BE(cells.includes(null) ? 1 : 0, at); // has NULLs
  at = chunk.writeInt32BE(textOid, at);
  at = chunk.writeInt32BE(cells.length, at);
  at = chunk.writeInt32BE(1, at); // lower bound
  for (const cell of cells) at = writeField(out, cell, at);
  return at;
}

/** `{ column: the cell as the file has it }` of those that were changed, as much as a reason shows. */
function sourcesOf({ cleaned }: RawRecord): Buffer | null {
  if (cleaned === null || cleaned.sources.length === 0) return null;
  return jsonb(Object.fromEntries(cleaned.sources.map(([column, source]) => [column, shortText(source)])));
}

/** `{ position from 1: { code, words } }` of the cells that no step could read. */
function unreadOf({ cleaned }: RawRecord): Buffer | null {
  if (cleaned === null || cleaned.unread.size === 0) return null;
  return jsonb(Object.fromEntries([...cleaned.unread].map(([position, unread]) => [position + 1, unread])));
}

/** jsonb_recv: version 1, then text. */
function jsonb(value: unknown): Buffer {
  return Buffer.concat([Buffer.from([1]), Buffer.from(JSON.stringify(value))]);
}

function textOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'utf8');
}
