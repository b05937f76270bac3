import type { LocatedRecord } from '../../core/located-record.ts';

/** Which records of a slice are wanted. */
export interface LocatorSettings {
  /** Absolute offset of the first byte that is pushed: a record or a blank line starts exactly there. */
  readonly startOffset: number;
  /** Offsets count records, from 0. Absent: they count bytes. */
  readonly countsRows?: boolean;
  /** The physical line that starts there. */
  readonly startLine: number;
  /** Absolute offsets of the records that are wanted, ascending. */
  readonly wanted: readonly number[];
  /** Of each record's own bytes at most this many are kept; 0 where only its place is wanted. */
  readonly maxRawBytes: number;
}

export interface Locator {
  /** Takes the next bytes, however many; answers the wanted records that ended in them. */
  push(piece: Buffer): LocatedRecord[];
  /** The object ended. Throws where a wanted offset was not met: those bytes are not what they were. */
  end(): LocatedRecord[];
  /** All wanted records were answered. */
  readonly done: boolean;
}
