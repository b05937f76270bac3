import type { ByteTables } from './bytes.ts';
import type { Captured } from './rows/capture.ts';
import type { CellGrammar } from './grammar.ts';
import type { NullWords } from './null-words.ts';
import type { RowRules } from './rows/row-rules.ts';
import type { RecordScan } from '../shared/record-scan.ts';
import type { HeaderNames } from './rows/repeated-header.ts';
import type { OddDays } from '../shared/zone-jumps.ts';

/** What the scan of one slice carries from piece to piece. */
export interface Scan extends RecordScan {
  readonly tables: ByteTables;
  readonly grammar: CellGrammar;
  readonly forms: Uint8Array;
  readonly nulls: NullWords;
  /** Null where a record may be equal to the header. */
  readonly header: HeaderNames | null;
  readonly rows: RowRules;
  /** Null where no cell is captured. */
  readonly captured: Captured | null;
  /** Of the zone in which moments without an offset are read; null where no time is odd in it. */
  readonly odd: OddDays | null;
  /** Of sound records: cells that are one of `nulls.words`, by word, where those are only counted. */
  readonly nullWordCells: number[];
  /** Where CR ends lines: the bytes ended with one outside quotes, so a LF that follows belongs to it. */
  skipLf: boolean;
  /** Some word for NULL stands somewhere in the bytes that are read: found out once for all, so that cells of others cost nothing. */
  holdsNullWords: boolean;
  /** Where lines end records and a delimiter has several bytes: the record just read, with one byte between its cells. */
  readonly squeezed: Buffer;
  /** As many it has; of a longer record than there is room for it is not there, and its places are. */
  squeezedBytes: number;
  /** Of the record just read: */
  cells: number;
  plain: boolean;
  zoneless: number;
  strayCell: number;
  /** The first cell with a CR or LF outside quotes that ends no line, from 1; 0 where there is none. */
  bareCell: number;
  /** The first quoted cell that may as well be several records, from 1; 0 where there is none, and where quotes are declared. */
  spanningCell: number;
  /** Where a record end is declared: a cell without quotes holds a CR or LF, so that COPY needs quotes around it. */
  holdsLineEnds: boolean;
  /** A cell without quotes holds the byte that stands for the quote, or for the delimiter, in COPY: nothing is wrong, but it cannot go there. */
  holdsCopyQuote: boolean;
  /** How many of its cells are a word for NULL, and of each of them start and end among the bytes that are read. */
  nullCells: number;
  readonly nullPlaces: number[];
  lineEndsInside: number;
  /** Where columns have steps, or a mark has several bytes, of each cell: start and end among the bytes that are read, quotes included. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}
