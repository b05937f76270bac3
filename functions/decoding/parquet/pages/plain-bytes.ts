import type { Encoding, SchemaElement } from 'hyparquet';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { readVarInt } from 'hyparquet/src/thrift.js';

/** Values in the plain encoding: one after the other, of so many bytes each, or with their length in four bytes before them. */
export interface PlainBytes {
  readonly bytes: Buffer;
  readonly at: number;
  /** Null: each has its length before it. */
  readonly width: number | null;
}

/** Bytes of a value; null where each has its own length. Booleans are brought to one. */
export function widthOf({ type, type_length: length }: SchemaElement): number | null {
  switch (type) {
    case 'BOOLEAN':
      return 1;
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'INT96':
      return 12;
    case 'FIXED_LEN_BYTE_ARRAY':
      if (length === undefined || length <= 0) throw new Error('values of no length');
      return length;
    default:
      return null;
  }
}

/**
 * The values of a page, whose encoding is none of a dictionary and none of runs, as if they were plain; at most `most`.
 * Null: the encoding is not read. Throws what the readers of damaged bytes throw.
 */
export function plainBytes(
  page: Buffer,
  at: number,
  { encoding, element, most }: { readonly encoding: Encoding; readonly element: SchemaElement; readonly most: number },
): PlainBytes | null {
  const width = widthOf(element);
  const { type } = element;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const reader = { view, offset: at };
  switch (encoding) {
    case 'PLAIN':
      return { bytes: page, at, width };
    case 'BYTE_STREAM_SPLIT':
      return width === null || type === 'BOOLEAN'
        ? null
        : { bytes: joinedStreams(page.subarray(at), width), at: 0, width };
    case 'DELTA_BINARY_PACKED': {
      if (type !== 'INT32' && type !== 'INT64') return null;
      const count = deltaCount(reader, most);
      const values = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
      if (count > 0) deltaBinaryUnpack(reader, count, values);
      return { bytes: Buffer.from(values.buffer), at: 0, width };
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return type === 'BYTE_ARRAY' ? { bytes: joined(reader, most, deltaLengthByteArray), at: 0, width: null } : null;
    case 'DELTA_BYTE_ARRAY':
      return width === null || type === 'FIXED_LEN_BYTE_ARRAY'
        ? { bytes: joined(reader, most, deltaByteArray), at: 0, width: null }
        : null;
    default:
      return null;
  }
}

/** The library reads as many as it is told to and believes its block sizes: both are looked at before. */
function deltaCount({ view, offset }: { view: DataView; offset: number }, most: number): number {
  const reader = { view, offset };
  const blockValues = readVarInt(reader);
  const miniblocks = readVarInt(reader);
  const count = readVarInt(reader);
  const isSound = blockValues > 0 && miniblocks > 0 && blockValues % miniblocks === 0 && blockValues <= 2 ** 24;
  if (!isSound || count < 0 || count > most) throw new Error('deltas of impossible blocks');
  return count;
}

function joined(
  reader: { view: DataView; offset: number },
  most: number,
  read: (reader: { view: DataView; offset: number }, count: number, output: Uint8Array[]) => void,
): Buffer {
  const values: Uint8Array[] = [];
  const count = deltaCount(reader, most);
  if (count > 0) read(reader, count, values);
  const bytes = Buffer.alloc(values.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const value of values) {
    at = bytes.writeUInt32LE(value.length, at);
    bytes.set(value, at);
    at += value.length;
  }
  return bytes;
}

/** The first bytes of all values, then the second ones, ... */
function joinedStreams(streams: Buffer, width: number): Buffer {
  const count = Math.floor(streams.length / width);
  const bytes = Buffer.alloc(count * width);
  for (let stream = 0; stream < width; stream += 1) {
    for (let i = 0; i < count; i += 1) bytes[i * width + stream] = streams[stream * count + i] as number;
  }
  return bytes;
}
