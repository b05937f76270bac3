import { z } from 'zod';
import { charsetNamed, charsetWords } from '../../../decoding/charset/names.ts';
import { keysOfPath } from '../../../core/format/json-path.ts';

const trailerPlace = z.union([z.int().min(1).max(1_600), z.string().min(1).max(1_000)], {
  error:
    'must be a cell, counted from 1, or characters like "4-9" (fixed width), or keys like "totals.count" (JSON lines)',
});

/** How the bytes of a file are read, beyond `format`, `delimiter`, `quote` and `null`: fields of a dataset, and options of load. */
export const readingFields = {
  /** Between quotes what stands before a quote, or before itself, that is data; absent: the quote, written twice. */
  escape: z.string().refine(isPunctuation, 'must be one ASCII punctuation character').exactOptional(),
  /** What ends a record, where no line end does: `~`, `|\n`, `\x1e`; of delimited text and of lines of fixed width. */
  recordEnd: z
    .string()
    .refine(
      isRecordEnd,
      'must be 1 to 20 characters without a NUL and a quote, and not a line feed or a carriage return alone: those end records where nothing is declared',
    )
    .exactOptional(),
  /** What a line begins with that is no record: skipped and counted as a blank line is. */
  comment: z
    .string()
    .regex(/^[^\0\r\n]{1,20}$/u, 'must be 1 to 20 characters without a line end or a NUL')
    .exactOptional(),
  /** Lines before the header that are read over, whatever they hold: of an export that begins with a title. */
  skipRows: z.int().min(0).max(1_000).exactOptional(),
  /** Which file of a zip archive is loaded: its name in there, or a pattern in which * is any text and ? any character. */
  member: z.string().min(1).max(1_024).exactOptional(),
  /** Encoding of the bytes; absent: UTF-8, or what a byte order mark tells. */
  encoding: z
    .string()
    .refine((name) => charsetNamed(name) !== null, `is no encoding that is known; there are ${charsetWords}`)
    .exactOptional(),
  /** Lines at the end that are no records: a total, a count, a mark of the end. Blank lines behind them do not count. */
  trailerRows: z.int().min(0).max(1_000).exactOptional(),
  /**
   * Where those lines say what the file holds, which is then compared with it: a line of them, from 1, and in it cells from 1, of lines
   * of fixed width characters too (`4-9`), of JSON lines keys (`totals.count`).
   */
  trailerTotals: z
    .strictObject({
      line: z.int().min(1).max(20).default(1),
      records: trailerPlace.exactOptional(),
      sums: z.record(z.string().min(1), trailerPlace).exactOptional(),
    })
    .refine(
      ({ records, sums = {} }) => records !== undefined || Object.keys(sums).length > 0,
      'says nothing: it has neither records nor sums',
    )
    .exactOptional(),
  /** What becomes of a record all of whose cells are empty; absent: skip. */
  blankRows: z.enum(['skip', 'reject', 'keep']).exactOptional(),
  /** Of one with fewer cells than the header: the others are NULL, or it is a reject; absent: reject. */
  shortRows: z.enum(['reject', 'pad']).exactOptional(),
  /** Of one with more cells: they are left out; absent: reject. */
  longRows: z.enum(['reject', 'cut']).exactOptional(),
  /** Of the header again inside the file; absent: reject. */
  repeatedHeaders: z.enum(['reject', 'skip']).exactOptional(),
  /** The names of the columns in their order, of files without a header; an empty one is a column without a name. */
  header: z.array(z.string().max(1_000)).min(1, 'must name at least one column').max(1_600).exactOptional(),
  /** Records that make up the header: the parts of a column's name stand below each other. */
  headerRows: z.int().min(1).max(20).exactOptional(),
  /** What is put between those parts; by default a blank. */
  headerJoin: z.string().max(20).exactOptional(),
  /** Of format fixed: the columns of a line in their order, with their widths in characters; one without a name has to be empty. */
  fixed: z
    .array(z.strictObject({ name: z.string().max(1_000), width: z.int().min(1).max(1_000_000) }))
    .min(1, 'must name at least one column')
    .max(1_600)
    .exactOptional(),
  /** Of format json: where the array of records stands in the document, `data.items` or `/data/items`; absent: it is the document. */
  jsonPath: z
    .string()
    .refine(
      (path) => keysOfPath(path) !== null,
      'must be keys that lead to the array of records, like "data.items", "$.data.items[*]" or "/data/items"',
    )
    .exactOptional(),
  /** Of format xlsx: the sheet by its name; absent: the first that is seen. */
  sheet: z.string().min(1).max(255).exactOptional(),
  /** Of format xlsx: numbers as they are stored, or as their cells show them; absent: stored. */
  cells: z.enum(['stored', 'displayed']).exactOptional(),
};

/** Whether a text is one ASCII character that is neither a letter, a digit, a blank nor a control character. */
export function isPunctuation(text: string): boolean {
  return /^[!-/:-@[-`{-~]$/.test(text);
}

/** Whether a text may stand between cells: it holds no quote, line end, letter or digit. */
export function isDelimiter(text: string): boolean {
  return text.isWellFormed() && !/["\r\n\0\p{L}\p{N}]/u.test(text);
}

/** Whether a text may be declared as what ends a record. */
export function isRecordEnd(text: string): boolean {
  return text.isWellFormed() && /^[^\0"]{1,20}$/su.test(text) && text !== '\n' && text !== '\r';
}

/** The names of those fields. */
export const readingNames = Object.keys(readingFields) as readonly (keyof typeof readingFields)[];

/** Those fields of a dataset. */
export type Reading = z.output<z.ZodObject<typeof readingFields>>;
