import type { CleanedCells } from '../../cleaning/cleaned-cells.ts';
import type { RawRecord } from './raw-record.ts';

/** Bytes that were handed over at once; base is the absolute offset of bytes[0]. */
export interface Piece {
  readonly bytes: Buffer;
  readonly base: number;
}

/** What was found up to now: the receipt of the slice. */
export interface ScanCounts {
  readonly records: number;
  readonly typed: number;
  readonly raw: number;
  readonly blankLines: number;
  /** Records that were passed over and have no number; absent: none. */
  readonly skipped?: { readonly blankRows: number; readonly repeatedHeaders: number };
  /** Moments without an offset in typed records. */
  readonly zonelessCells: number;
  /** Undeclared words for NULL in columns of text, of sound records: cells by word, without those that are not there. */
  readonly nullWords: Readonly<Record<string, number>>;
  /** Cells that cleaning changed, of all records that could be taken apart; absent: no column has steps. */
  readonly cleaned?: readonly CleanedCells[];
  /** Line ends in [startOffset, endOffset), those between quotes included: what the next slice's lines are counted from. */
  readonly lines: number;
  /** Where the slice's own bytes start; null where no record or blank line starts in it. */
  readonly startOffset: number | null;
  /** After the last owned record or blank line, its line end included; null with startOffset. A record that stays open ends nothing. */
  readonly endOffset: number | null;
  /** The object ended between quotes: where they opened (absolute offset, line in the slice). That record is in no count. */
  readonly openQuote: { readonly offset: number; readonly line: number } | null;
  /** Where records name their columns: positions of those that sound ones named. Absent: the object's header names them for all. */
  readonly named?: readonly number[];
}

/** What one call hands out, for the two halves of staging. */
export interface Scanned {
  /**
   * For the COPY whose options the format gives, ~256 kB each, and longer records by themselves. They are the caller's until the next piece
   * comes, since records of LENT_BYTES (typed-chunks.ts) or more stand where they were read; so do `raw`'s.
   */
  readonly typed: Buffer[];
  readonly raw: RawRecord[];
}

/** Reads one slice, piece by piece. */
export interface Scanner {
  /**
   * Takes the next bytes of the object, however many; they may be reused once what it hands out is done with. What it answers is in proportion to
   * them, so pieces of 256 kB to 1 MiB keep memory flat also where every record is raw.
   */
  push(piece: Buffer): Scanned;
  /** The object ended. */
  end(): Scanned;
  /** The last owned record has ended: nothing more is needed, and everything was handed out. */
  readonly done: boolean;
  /** Bytes of the record that is still open, 0 when none is: a wrong guess shows as one that runs far past the slice. */
  readonly openRecordBytes: number;
  counts(): ScanCounts;
}
