import type { FileColumn } from '../core/contract.ts';
import type { TrailerPlace } from '../core/control/trailer-totals.ts';
import type { Sql } from '../core/sql.ts';
import type { Layout, NoLayout } from './shared/layout.ts';
import type { Locator, LocatorSettings } from './shared/locator.ts';
import type { Scanner } from './shared/scanner.ts';
import type { Said } from './shared/trailer-place.ts';
import type { ZoneJump } from './shared/zone-jumps.ts';

/** All that the loader asks of the bytes of an object; README.md says how to add one. */
export interface Format {
  /** A reader may begin in the middle of an object; else only at its start. */
  readonly splits: boolean;
  /**
   * The decoder that makes records one a line of the document that they stand in; null: this object has them so already, or is no
   * such document, which layout then says. Absent: objects of this format always have them so.
   */
  readonly document?: (head: Buffer, objectEnds: boolean) => DocumentStep | null;
  /** Whether an archive that begins like this is a document of the format, and not unpacked as one that holds files. Absent: none is. */
  readonly isArchive?: (head: Buffer) => boolean;
  /** Reads the beginning of an object. `head` is its first bytes, all of them where objectEnds. */
  readonly layout: (head: Buffer, objectEnds: boolean) => Layout | NoLayout;
  /** Reads the records of a slice, each once and in order. */
  readonly scanner: (slice: SliceToScan) => Scanner;
  /** Absolute offset where the first record at or after window.from is believed to start; null where none starts in the window. */
  readonly guess: (bytes: Buffer, window: Window) => number | null;
  /** Finds records again whose offsets are known. */
  readonly locator: (settings: LocatorSettings) => Locator;
  /** What stands between the brackets of `copy ... from stdin (...)` for the typed chunks of the scanner. */
  readonly copyOptions: Sql;
  /** Where a record stands, in words. */
  readonly place: (record: { readonly line: number; readonly byteOffset: number }) => string;
  /** The cells of a record in the order of the header, of any bytes; null where records name their columns, so that each is shown whole. */
  readonly cells: ((record: Buffer) => readonly (Buffer | null)[]) | null;
  /**
   * The same for a person: what is not UTF-8 is U+FFFD.
   */
  readonly texts: ((record: Buffer) => readonly (string | null)[]) | null;
  /** What a line that is no record says at a place. */
  readonly said: (line: Buffer, place: TrailerPlace) => Said;
  /** Makes an object of records. */
  readonly writer: RecordWriter;
  /** Texts that are NULL unless they are quoted. */
  readonly nullWords: readonly string[];
  /** What a single name may be taken for, and what to do then; null where it is sound. */
  readonly doubtOfOnlyName: (name: string) => string | null;
  /** What to add where the names of an object are not those of the table. Absent: nothing. */
  readonly hintOfNames?: string;
  /** What to add where a quote opens and never closes. */
  readonly hintOfOpenQuote: string;
}

/** A step of the decoding chain (functions/decoding/steps.ts), the last one. */
export interface DocumentStep {
  readonly kind: 'json' | 'json-seq' | 'parquet' | 'xlsx';
  readonly argument?: string;
}

/** What stands around records in an object, and how one of their cells becomes another. */
export interface RecordWriter {
  /** What stands before the first record, its line end included; empty where records name their columns. */
  readonly header: (names: readonly string[]) => Buffer;
  /** What ends a record. */
  readonly lineEnd: Buffer;
  /** Null where records name their columns: they are written whole. */
  readonly cells: CellWriter | null;
}

/** Cells as they stand in a record, quotes and all. */
export interface CellWriter {
  readonly of: (record: Buffer) => readonly Buffer[];
  /** A text as a cell, an empty one as NULL; null where the format cannot hold it. */
  readonly written: (text: string) => Buffer | null;
  readonly joined: (cells: readonly Buffer[]) => Buffer;
}

/** The slice to scan and what its records are measured by. */
export interface SliceToScan {
  readonly fileColumns: readonly FileColumn[];
  readonly maxRecordBytes: number;
  readonly maxRawBytes: number;
  /** Absolute offset of the first byte that is pushed: a record or a blank line starts exactly there. */
  readonly startOffset: number;
  /** Absolute; records that start at or after it are the next slice's. */
  readonly endOffset: number;
  /** No record goes typed: for a slice whose typed half PostgreSQL refused all the same. */
  readonly allRaw: boolean;
  /** Local times that moments without an offset cannot be read at; records that have one are raw. */
  readonly zoneJumps: readonly ZoneJump[];
  /** Records of the slice that stand in objects before this one: numbers go on from there, counts and lines do not. Absent: none. */
  readonly recordsBefore?: number;
}

/** Bytes of an object in which the first record of a slice is looked for. */
export interface Window {
  readonly fileColumns: readonly FileColumn[];
  /** Absolute offset of its first byte. */
  readonly windowOffset: number;
  /** Absolute offset of the slice's first byte; the window starts one byte before it, or at it where that is 0. */
  readonly from: number;
  readonly objectEndsInWindow: boolean;
}
