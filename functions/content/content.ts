import type { DecodingStep } from '../decoding/steps.ts';
import type { ByteRange, StoredObject } from '../objects/store.ts';

/** An object through its decoders: the bytes that its records stand in. Every offset of a load counts these, or the rows of a table. */
export interface Content {
  /** Bytes, or rows; null where they are not known before the end, and that was not met yet. */
  readonly length: number | null;
  /** Whether a read may begin in the middle at no cost; else each one begins where the last one stopped, or at the start. */
  readonly entersAnywhere: boolean;
  /** Whether offsets count rows and not bytes: a read gives whole records, exactly those of the rows that are asked for. */
  readonly countsRows: boolean;
  /**
   * Bytes [start, end) in order, fewer only where the content is at its end. They may be read, not written to. One read at a
   * time. Throws what the store throws, and LoadRejected the code of a DecodingFault with the byte at which a decoder stopped.
   */
  read(range: ByteRange): AsyncIterable<Buffer>;
  /** Whether no byte follows this offset, up to which it was read. */
  endsAt(offset: number): Promise<boolean>;
  /** Zeros behind the packed bytes that were read over; known at the end. */
  readonly paddingBytes: number;
  /** Lines at the end that are no records, as a report shows them; known at the end. Null: none, or who planned the load has them. */
  readonly trailer: readonly string[] | null;
  /** What decoders say of what they read; known at the end. */
  readonly notes: readonly string[];
  /** The objects that it is put together of: records are looked for in each by itself. Absent: it is of one. */
  readonly parts?: readonly ContentPart[];
  /** Lets go of what is open. */
  close(): Promise<void>;
}

/** One of several objects that are read as one content. */
export interface ContentPart {
  /** Its own offsets in which its records stand. */
  readonly body: ByteRange;
  /** An offset in the content is one in the object and so many more. */
  readonly shift: number;
  /** The physical line, from 1, that its records begin at. */
  readonly line: number;
  /** The object alone; whoever opens it closes it. */
  readonly open: () => Content;
}

/** The object of a load and how its bytes are decoded. */
export interface PackedObject {
  readonly object: StoredObject;
  /** Outermost first; null: its records stand in it as it is. */
  readonly decoding: readonly DecodingStep[] | null;
  /** Of an object that is not decoded: where its records end; absent or null: with it. */
  readonly bodyEnd?: number | null;
}
