import { LF } from './bytes.ts';
import type { RawRecord, RecordPlace } from '../shared/raw-record.ts';
import { unescaped } from './known-keys.ts';
import { readRecord } from './read-record.ts';
import { CAPTURE, ESCAPED, NULL, type Reader, UNICODE_ESCAPED } from './reader.ts';

/** A record without a fault of its own that does not go to typed staging as it stands; takes a copy of the bytes. */
export function soundJson(place: RecordPlace, record: Buffer, reader: Reader, maxRawBytes: number): RawRecord {
  const own = Buffer.allocUnsafe(record.length + 1);
  record.copy(own);
  own[record.length] = LF;
  return new SoundJson(place, own, reader, maxRawBytes);
}

/** A class for the reason that formats/raw-record.ts gives: a getter written into each object costs it a hidden class of its own. */
class SoundJson implements RawRecord {
  readonly recordNo: number;
  readonly line: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly raw: Buffer;
  readonly fault = null;
  readonly faultDetail = null;
  /** With a line feed, up to which it is read. */
  readonly #bytes: Buffer;
  readonly #reader: Reader;

  constructor({ recordNo, line, byteOffset }: RecordPlace, bytes: Buffer, reader: Reader, maxRawBytes: number) {
    this.recordNo = recordNo;
    this.line = line;
    this.byteOffset = byteOffset;
    this.byteLength = bytes.length - 1;
    this.raw = bytes.subarray(0, Math.min(this.byteLength, maxRawBytes));
    this.#bytes = bytes;
    this.#reader = reader;
  }

  get cells(): (Buffer | null)[] {
    readRecord(this.#reader, this.#bytes, 0);
    return cellsRead(this.#reader, this.#bytes);
  }
}

/** The cells of the record just read, in the order of staging; null where it has none or null. */
export function cellsRead(reader: Reader, bytes: Buffer): (Buffer | null)[] {
  return Array.from(reader.seen, (seen, column) => {
    const kind = seen === reader.record ? (reader.kinds[column] as number) : NULL;
    const cell = bytes.subarray(reader.starts[column], reader.ends[column]);
    if (kind === NULL) return null;
    if (kind === CAPTURE) return capturedObject(bytes, reader.captured);
    return kind === ESCAPED || kind === UNICODE_ESCAPED ? Buffer.from(unescaped(cell.toString('utf8'))) : cell;
  });
}

function capturedObject(bytes: Buffer, captured: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < captured.length; i += 4) {
    parts.push(Buffer.from(i === 0 ? '{' : ','), bytes.subarray(captured[i], captured[i + 1]));
    parts.push(Buffer.from(':'), bytes.subarray(captured[i + 2], captured[i + 3]));
  }
  return Buffer.concat([...parts, Buffer.from('}')]);
}
