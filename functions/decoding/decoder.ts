import type { DecodingKind } from './steps.ts';

/** One way in which bytes stand in others. Its input may be another one's output. */
export interface Decoder {
  /** As the ledger keeps it. */
  readonly kind: DecodingKind;
  /** Nothing is read before the first chunk is asked for; a consumer that stops early stops the reading. @param argument of the step */
  readonly decode: (source: DecodingSource, argument: string | undefined) => Decoding;
  /**
   * Of an archive or a workbook: which of its files or sheets is meant, as the argument of the step. Throws DecodingFault where that cannot be told.
   * @param asked what a person says of its name; absent: nothing
   */
  readonly choose?: (source: DecodingSource, asked: string | undefined) => Promise<string>;
  /** Of a table whose rows may be entered: opened by its footer. Throws DecodingFault. */
  readonly table?: (source: DecodingSource) => Promise<RowTable>;
}

/** A table that is no text, of which any range of rows is read for itself. */
export interface RowTable {
  /** The names of its columns, as the record before its rows. */
  readonly header: Buffer;
  readonly rows: number;
  /** What it holds unpacked. */
  readonly bytes: number;
  /** Runs of rows that stand together in the file, in order. */
  readonly parts: readonly RowPart[];
  /** Rows [start, end) as its records, no header. Throws DecodingFault. */
  readonly read: (range: { readonly start: number; readonly end: number }) => AsyncIterable<Buffer>;
}

/** A run of rows that stand together. */
export interface RowPart {
  readonly rows: number;
  /** About as many as its text has. */
  readonly bytes: number;
  /** Whether rows in its middle are reached without reading those before them. */
  readonly splits: boolean;
}

/** A decoder that packed bytes ask for themselves. */
export interface Unpacker extends Decoder {
  /** Whether packed bytes begin like these; names are never asked. */
  readonly begins: (head: Buffer) => boolean;
}

/** The bytes that a decoder is given. */
export interface DecodingSource {
  /** Null: nobody knows before the end, since another decoder makes them. */
  readonly sizeBytes: number | null;
  /** All of them, from the first on; asked for once. */
  readonly chunks: () => AsyncIterable<Buffer>;
  /** Bytes [start, end), any number of times; null where they can only be read from the first on. */
  readonly read: ((range: { readonly start: number; readonly end: number }) => AsyncIterable<Buffer>) | null;
}

/** Bytes that are being decoded. */
export interface Decoding {
  /** In order, each the caller's own. Throws DecodingFault; what came before it was packed like that, and is no whole. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Zeros behind the last packed byte, as tapes and block devices leave them: known at the end. */
  readonly paddingBytes: number;
  /** Lines at the end that are no records, as a report shows them: known at the end. Absent or null: none were held back. */
  readonly trailer?: readonly string[] | null;
  /** What a person should know of what was read, in words without values: known at the end. Absent or empty: nothing. */
  readonly notes?: readonly string[];
}

/** What may be wrong with packed bytes, as codes of loads. */
export type DecodingCode =
  | 'GZIP_CORRUPT'
  | 'ZSTD_CORRUPT'
  | 'ZSTD_UNREADABLE'
  | 'ZIP_CORRUPT'
  | 'ZIP_MEMBER'
  | 'PACKED_TOO_DEEP'
  | 'DECODED_TOO_LARGE'
  | 'JSON_CORRUPT'
  | 'JSON_PATH'
  | 'XLSX_CORRUPT'
  | 'XLSX_UNREADABLE'
  | 'PARQUET_CORRUPT'
  | 'PARQUET_UNREADABLE'
  | 'TRAILER';

/** The packed bytes are not what they should be, or unpack to more than anybody means to load. */
export class DecodingFault extends Error {
  override readonly name = 'DecodingFault';
  readonly code: DecodingCode;
  /** The packed byte at which reading stopped, from 0: where the fault is, or right behind it. */
  readonly byte: number;
  /** @param words what is wrong, without the place. */
  constructor(code: DecodingCode, byte: number, words: string) {
    super(words);
    this.code = code;
    this.byte = byte;
  }
}
