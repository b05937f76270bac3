import { isUtf8 } from 'node:buffer';
import { firstUndecodable, type Undecodable } from '../../core/decoding/undecodable.ts';
import { LENT_BYTES } from './typed-chunks.ts';
import type { CleaningFault } from '../../cleaning/step.ts';

/** Why a record is structurally unsound; one a record, the first in this order that holds. */
export type StructuralFault =
  | 'RECORD_TOO_LONG'
  | 'NUL_BYTE'
  | 'INVALID_UTF8'
  | 'INVALID_ENCODING'
  | 'BARE_CR'
  | 'BARE_LF'
  | 'REPEATED_HEADER'
  | 'BLANK_ROW'
  | 'QUOTED_LINES'
  | 'STRAY_QUOTE'
  | 'FIELD_COUNT'
  | 'NOT_JSON'
  | 'NOT_AN_OBJECT'
  | 'JSON_DEPTH'
  | 'REPEATED_KEY'
  | 'UNKNOWN_KEY'
  | 'NESTED_VALUE'
  | 'LONE_SURROGATE'
  | 'NUL_CHARACTER';

/** A record that does not go to typed staging as it stands. */
export interface RawRecord {
  /** From 1 in the slice, dense over typed and raw together. */
  readonly recordNo: number;
  /** Physical line of its first byte, from 1 in the slice. */
  readonly line: number;
  /** Absolute. */
  readonly byteOffset: number;
  /** Without the line end. */
  readonly byteLength: number;
  /** Its own bytes, at most maxRawBytes: a copy, or of a record of LENT_BYTES or more where they stand. */
  readonly raw: Buffer;
  readonly fault: StructuralFault | null;
  /** The fault in words: `5 cells where the header has 8`. */
  readonly faultDetail: string | null;
  /**
   * Unescaped bytes; null where the format has NULL; the whole is null where there is a fault. Split anew each time it is
   * asked for (a Buffer a cell costs far more than the cell), so take it once; it is no own property, so a spread loses it.
   */
  readonly cells: readonly (Buffer | null)[] | null;
  /** What cleaning made of its cells; null where no step was asked. */
  readonly cleaned: CleanedRecord | null;
}

/** Cells that steps were asked of. */
export interface CleanedRecord {
  /** By position among the file's columns; what a step could not read is as the steps before it left it. */
  readonly cells: ReadonlyMap<number, Buffer | null>;
  /** Column and the cell as the file has it, of those that are another now; none of a sensitive column. */
  readonly sources: readonly (readonly [column: string, source: string | null])[];
  readonly unread: ReadonlyMap<number, Unread>;
}

/** Why a step could not read a cell. */
export interface Unread {
  readonly code: CleaningFault;
  readonly words: string;
}

/** Where a record stands: number and line in the slice, offset in the object. */
export interface RecordPlace {
  readonly recordNo: number;
  readonly line: number;
  readonly byteOffset: number;
}

/** A structurally sound record that does not go to typed staging as it stands; takes a copy of the bytes where they are not LENT_BYTES or more. */
export function soundRecord(
  place: RecordPlace,
  record: Buffer,
  { split, maxRawBytes }: { readonly split: SplitRecord; readonly maxRawBytes: number },
  cleaned: CleanedRecord | null = null,
): RawRecord {
  return new SoundRecord(place, record.length < LENT_BYTES ? Buffer.from(record) : record, {
    split,
    maxRawBytes,
    cleaned,
  });
}

/** The cells of a sound record; one function a scan. */
export type SplitRecord = (record: Buffer) => readonly (Buffer | null)[];

/**
 * A class, because a getter written into each object gives each a hidden class of its own: 200 MB of raw records in pieces
 * of 256 kB took 1.1 s and 300 MB of RSS that way, 0.4 s and 120 MB this way.
 */
class SoundRecord implements RawRecord {
  readonly recordNo: number;
  readonly line: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly raw: Buffer;
  readonly fault = null;
  readonly faultDetail = null;
  readonly cleaned: CleanedRecord | null;
  readonly #bytes: Buffer;
  readonly #split: SplitRecord;

  constructor({ recordNo, line, byteOffset }: RecordPlace, bytes: Buffer, of: SoundOf) {
    const { split, maxRawBytes, cleaned } = of;
    this.recordNo = recordNo;
    this.line = line;
    this.byteOffset = byteOffset;
    this.byteLength = bytes.length;
    this.raw = bytes.length > maxRawBytes ? bytes.subarray(0, maxRawBytes) : bytes;
    this.cleaned = cleaned;
    this.#bytes = bytes;
    this.#split = split;
  }

  get cells(): readonly (Buffer | null)[] {
    const cells = this.#split(this.#bytes);
    if (this.cleaned === null) return cells;
    const { cells: cleaned } = this.cleaned;
    return cells.map((cell, position) => (cleaned.has(position) ? (cleaned.get(position) ?? null) : cell));
  }
}

interface SoundOf {
  readonly split: SplitRecord;
  readonly maxRawBytes: number;
  readonly cleaned: CleanedRecord | null;
}

/** A structural fault, in words; byteLength is that of the whole record. */
export interface Fault {
  readonly code: StructuralFault;
  readonly detail: string;
  readonly byteLength: number;
}

/** A record with a structural fault; `head` is as much of it as is kept, copied here. */
export function faultyRecord(place: RecordPlace, head: Buffer, fault: Fault): RawRecord {
  return {
    ...place,
    byteLength: fault.byteLength,
    raw: Buffer.from(head),
    fault: fault.code,
    faultDetail: fault.detail,
    cells: null,
    cleaned: null,
  };
}

/** The words for faults that a record of any format may have. */
export const faultDetails = {
  tooLong: (byteLength: number, maxRecordBytes: number): string =>
    `${byteLength} bytes where the limit is ${maxRecordBytes}`,
  nulByte: (record: Buffer): string => `a NUL byte, the first is byte ${record.indexOf(0) + 1} of the record`,
  invalidUtf8: (record: Buffer): Pick<Fault, 'code' | 'detail'> => {
    const sign = firstUndecodable(record.subarray(0, SEARCHED_BYTES));
    return sign === null
      ? { code: 'INVALID_UTF8', detail: invalidUtf8(record) }
      : { code: 'INVALID_ENCODING', detail: signInWords(sign) };
  },
};

/** A longer record is not searched for its first bad byte: 64 KiB of Cyrillic take ~3 ms. */
const SEARCHED_BYTES = 65_536;

/** As bytes of a text count: from 0, of the file that the encoding is of. */
export function signInWords({ bytes, place }: Undecodable): string {
  const hex = [...bytes].map((byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(' ');
  const are = bytes.length === 1 ? 'is' : 'are';
  return `${hex} at byte ${place} of the text before it was brought to UTF-8 (from 0) ${are} no character of its encoding`;
}

function invalidUtf8(record: Buffer): string {
  const at = firstInvalidByte(record.subarray(0, SEARCHED_BYTES));
  const bad = record
    .subarray(at, at + 1)
    .toString('hex')
    .toUpperCase();
  return at === -1 ? 'not UTF-8' : `not UTF-8 at byte ${at + 1} of the record (0x${bad})`;
}

function firstInvalidByte(bytes: Buffer): number {
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i] as number;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length > 1 && !isUtf8(bytes.subarray(i, i + length))) return i;
    i += length;
  }
  return -1;
}
