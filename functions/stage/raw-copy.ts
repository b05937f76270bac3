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

/**
 * Chunks of one COPY ... (format binary) into the raw staging table, in the order of createRaw's columns.
 * @param isCleaned as createRaw has it.
 */
export function* encodeRaw(records: readonly RawRecord[], isCleaned: boolean): Generator<Buffer> {
  yield signature;
  for (const record of records) yield* encodeRecord(record, isCleaned);
  yield trailer;
}

function* encodeRecord(record: RawRecord, isCleaned: boolean): Generator<Buffer> {
  const head = Buffer.alloc(2 + 8 + 12 + 12 + 8);
  head.writeInt16BE(isCleaned ? 10 : 8, 0);
  head.writeInt32BE(4, 2);
  head.writeInt32BE(record.recordNo, 6);
  head.writeInt32BE(8, 10);
  head.writeBigInt64BE(BigInt(record.byteOffset), 14);
  head.writeInt32BE(8, 22);
  head.writeBigInt64BE(BigInt(record.byteLength), 26);
  head.writeInt32BE(4, 34);
  head.writeInt32BE(record.line, 38);
  yield head;
  yield* field(textOf(record.fault));
  yield* field(textOf(record.faultDetail));
  yield* field(record.raw);
  yield* cellsField(record.cells);
  if (!isCleaned) return;
  yield* field(sourcesOf(record));
  yield* field(unreadOf(record));
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

function* field(bytes: Buffer | null): Generator<Buffer> {
  yield int32(bytes === null ? -1 : bytes.length);
  if (bytes !== null && bytes.length > 0) yield bytes;
}

function* cellsField(cells: RawRecord['cells']): Generator<Buffer> {
  if (cells === null) {
    yield int32(-1);
    return;
  }
  const length = cells.reduce((sum, cell) => sum + 4 + (cell?.length ?? 0), 20);
  const head = Buffer.alloc(24);
  head.writeInt32BE(length, 0);
  head.writeInt32BE(1, 4); // dimensions
  head.writeInt32BE(cells.includes(null) ? 1 : 0, 8); // has NULLs
  head.writeInt32BE(textOid, 12);
  head.writeInt32BE(cells.length, 16);
  head.writeInt32BE(1, 20); // lower bound
  yield head;
  for (const cell of cells) yield* field(cell);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
