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

/** Raw records on their way to one COPY ... (format binary) into the raw staging table, in the order of createRaw's columns. */
export interface RawChunks {
  /** Takes its cells apart and writes it down at once: a record that waits as an object outlives the collector's young generation. */
  add(record: RawRecord): void;
  /** Of what was added since the last take. */
  readonly bytes: number;
  /** What was added, as one whole COPY; nothing where there was nothing. */
  take(): readonly Buffer[];
}

/**
 * Each record is written into the chunk where it stays, without a Buffer a field.
 * @param isCleaned as createRaw has it.
 */
export function rawChunks(isCleaned: boolean): RawChunks {
  let full: Buffer[] = [];
  let fullBytes = 0;
  let chunk: Buffer | null = null;
  let used = 0;
  return {
    add(record) {
      const { cells } = record;
      const texts = textsOf(record, isCleaned);
      const length = recordBytes(record, texts, cells);
      if (chunk === null) {
        chunk = Buffer.allocUnsafe(Math.max(chunkBytes, signature.length + length));
        used = signature.copy(chunk);
      }
      if (used + length > chunk.length) {
        full.push(chunk.subarray(0, used));
        fullBytes += used;
        chunk = Buffer.allocUnsafe(Math.max(chunkBytes, length));
        used = 0;
      }
      used = writeRecord(chunk, used, { record, texts, cells, isCleaned });
    },
    get bytes() {
      return fullBytes + used;
    },
    take() {
      if (chunk === null) return [];
      const taken = [...full, chunk.subarray(0, used), trailer];
      full = [];
      fullBytes = 0;
      chunk = null;
      used = 0;
      return taken;
    },
  };
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

/** At most; of a record without cleaning 8 less. */
function recordBytes({ raw }: RawRecord, texts: Texts, cells: RawRecord['cells']): number {
  const { fault, faultDetail, sources, unread } = texts;
  const bytes = [fault, faultDetail, raw, sources, unread].reduce((sum, field) => sum + 4 + (field?.length ?? 0), 0);
  return placeBytes + bytes + 4 + (cells === null ? 0 : arrayBytes(cells));
}

function arrayBytes(cells: readonly (Buffer | null)[]): number {
  let bytes = arrayHeadBytes;
  for (const cell of cells) bytes += 4 + (cell?.length ?? 0);
  return bytes;
}

interface Writing {
  readonly record: RawRecord;
  readonly texts: Texts;
  readonly cells: RawRecord['cells'];
  readonly isCleaned: boolean;
}

/** Answers where the next record stands. */
function writeRecord(chunk: Buffer, start: number, { record, texts, cells, isCleaned }: Writing): number {
  let at = chunk.writeInt16BE(isCleaned ? 10 : 8, start);
  at = chunk.writeInt32BE(4, at);
  at = chunk.writeInt32BE(record.recordNo, at);
  at = chunk.writeInt32BE(8, at);
  at = writeInt64(chunk, record.byteOffset, at);
  at = chunk.writeInt32BE(8, at);
  at = writeInt64(chunk, record.byteLength, at);
  at = chunk.writeInt32BE(4, at);
  at = chunk.writeInt32BE(record.line, at);
  at = writeField(chunk, texts.fault, at);
  at = writeField(chunk, texts.faultDetail, at);
  at = writeField(chunk, record.raw, at);
  at = writeCells(chunk, cells, at);
  if (!isCleaned) return at;
  at = writeField(chunk, texts.sources, at);
  return writeField(chunk, texts.unread, at);
}

/** A whole number from 0 to 2^53. */
function writeInt64(chunk: Buffer, value: number, at: number): number {
  chunk.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  return chunk.writeUInt32BE(value % 2 ** 32, at + 4);
}

function writeField(chunk: Buffer, bytes: Buffer | null, at: number): number {
  const start = chunk.writeInt32BE(bytes === null ? -1 : bytes.length, at);
  return bytes === null ? start : start + bytes.copy(chunk, start);
}

function writeCells(chunk: Buffer, cells: RawRecord['cells'], start: number): number {
  if (cells === null) return chunk.writeInt32BE(-1, start);
  let at = chunk.writeInt32BE(arrayBytes(cells), start);
  at = chunk.writeInt32BE(1, at); // dimensions
  at = chunk.writeInt32BE(cells.includes(null) ? 1 : 0, at); // has NULLs
  at = chunk.writeInt32BE(textOid, at);
  at = chunk.writeInt32BE(cells.length, at);
  at = chunk.writeInt32BE(1, at); // lower bound
  for (const cell of cells) at = writeField(chunk, cell, at);
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
