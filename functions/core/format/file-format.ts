import type { TrailerTotals } from '../control/trailer-totals.ts';

/** What the bytes of an object are; a `kind` each. */
export type FileFormat =
  | DelimitedFormat
  | JsonLinesFormat
  | JsonFormat
  | JsonSequenceFormat
  | ParquetFormat
  | FixedFormat
  | WorkbookFormat;

/** A format of which the object's own beginning told what the dataset does not. */
export interface SniffedFormat {
  readonly format: FileFormat;
  /** Of a dataset, those that nobody declared and that are not the default. */
  readonly fields: readonly string[];
  /** Of the records that were looked at, those that fit the table's columns: 0 to 1. */
  readonly share: number;
}

/** What may stand behind the records of an object. */
interface EndedFormat {
  /** Lines at the end that are no records; absent: none. */
  readonly trailerRows?: number;
  /** Where those lines say what the object holds; absent: they are not asked. */
  readonly trailerTotals?: TrailerTotals;
}

/** Bytes between cells and around them; the first record is the header. */
export interface DelimitedFormat extends EndedFormat {
  readonly kind: 'csv' | 'tsv';
  /** What stands between cells: one character or several. */
  readonly delimiter: string;
  /** What ends a record, and nothing else does outside quotes: one character or several. Absent: a line end. */
  readonly recordEnd?: string;
  /** What encloses cells, as `"` does in RFC 4180: one ASCII character. none: nothing does. Absent: `"`, and between tabs only what cannot be meant otherwise. */
  readonly quote?: string;
  /** Between quotes what stands before a quote, or before itself, that is data: one ASCII character. Absent: the quote, written twice. */
  readonly escape?: string;
  /** What a line begins with that is no record, before the header too. Absent: every line is one. */
  readonly comment?: string;
  /** Words that are NULL where a cell is one of them, to the letter and without quotes. Absent: nobody said whether there are any. */
  readonly nulls?: readonly string[];
  /** Lines before the header that are no part of the table; absent: none. */
  readonly skipRows?: number;
  /** What becomes of records that are no rows as the header has them, where it is not the default (formats/delimited/rows/row-rules.ts). */
  readonly rows?: {
    readonly blank?: 'reject' | 'keep';
    readonly padsShort?: true;
    readonly cutsLong?: true;
    readonly skipsHeaders?: true;
  };
  /** The names of the columns in their order, of an object that has no header; absent: its first record names them. */
  readonly header?: readonly string[];
  /** The header is so many records, and what stands between its parts of a name is `join`; absent: it is one. */
  readonly headerRows?: { readonly rows: number; readonly join: string };
}

/** One JSON object a line, whose keys are the columns. */
export interface JsonLinesFormat extends EndedFormat {
  readonly kind: 'ndjson';
}

/** Texts of JSON, each of them behind a record separator (RFC 7464): objects, whose keys are the columns. */
export interface JsonSequenceFormat extends EndedFormat {
  readonly kind: 'json-seq';
}

/** A document of JSON: an array of objects, whose keys are the columns, or one object. */
export interface JsonFormat {
  readonly kind: 'json';
  /** Where the array or the object stands in the document, as a JSON pointer (RFC 6901). Absent: it is the document. */
  readonly path?: string;
}

/** Lines in which each column has a number of characters of its own; there is no header. */
export interface FixedFormat extends EndedFormat {
  readonly kind: 'fixed';
  /** In the order of the line. */
  readonly columns: readonly FixedColumn[];
  /** What ends a line, and nothing else does: one character or several. Absent: a line feed, with a carriage return or without. */
  readonly recordEnd?: string;
  /** Words that are NULL where a cell is one of them, to the letter. Absent: none. */
  readonly nulls?: readonly string[];
  /** Lines before the first record; absent: none. */
  readonly skipRows?: number;
  /** A line may end before its columns do: what it lacks is NULL. Absent: it is a reject. */
  readonly padsShort?: true;
}

/** A column of a line of fixed width. */
export interface FixedColumn {
  readonly name: string;
  /** Characters. */
  readonly width: number;
}

/** Whether records of such a format name their columns themselves, so that there is no header. */
export function namesColumns<F extends { readonly kind: FileFormat['kind'] }>(
  format: F,
): format is Extract<F, { readonly kind: 'ndjson' | 'json' | 'json-seq' }> {
  return format.kind === 'ndjson' || format.kind === 'json' || format.kind === 'json-seq';
}

/** Columns with a schema of their own; each is found by its name. */
export interface ParquetFormat {
  readonly kind: 'parquet';
}

/** A sheet of a workbook (.xlsx); its first row with values is the header, unless its names are declared. */
export interface WorkbookFormat extends Pick<DelimitedFormat, 'header' | 'headerRows'> {
  readonly kind: 'xlsx';
  /** Rows of the sheet that are read over; absent: none. */
  readonly skipRows?: number;
  /** Numbers as their cells show them; absent: as they are stored. */
  readonly cells?: 'displayed';
  /** By its name. Absent: the first that is seen. */
  readonly sheet?: string;
}

/** What ends a line of an object: LF or CRLF, mixed as they come, or CR. Its header's own line end decides. */
export type LineEnd = 'lf' | 'cr';
