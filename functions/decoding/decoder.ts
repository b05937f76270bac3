/** One way in which the bytes of an object may be packed. Its input may be another one's output. */
export interface Decoder {
  /** As the ledger keeps it. */
  readonly kind: 'gzip';
  /** Whether packed bytes begin like these; names are never asked. */
  readonly begins: (head: Buffer) => boolean;
  /** Nothing is read before the first chunk is asked for; a consumer that stops early stops the reading. */
  readonly decode: (packed: AsyncIterable<Buffer>) => Decoding;
}

/** Bytes that are being unpacked. */
export interface Decoding {
  /** In order, each the caller's own. Throws DecodingFault; what came before it was packed like that, and is no whole. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Zeros behind the last packed byte, as tapes and block devices leave them: known at the end. */
  readonly paddingBytes: number;
}

/** The packed bytes are not what they should be, or unpack to more than anybody means to load. */
export class DecodingFault extends Error {
  override readonly name = 'DecodingFault';
  readonly code: 'GZIP_CORRUPT' | 'DECODED_TOO_LARGE';
  /** The packed byte at which reading stopped, from 0: where the fault is, or right behind it. */
  readonly byte: number;
  /** @param words what is wrong, without the place. */
  constructor(code: DecodingFault['code'], byte: number, words: string) {
    super(words);
    this.code = code;
    this.byte = byte;
  }
}
