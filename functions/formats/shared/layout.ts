import type { LineEnd } from '../../core/format/file-format.ts';

/** Where the records of an object begin, and who names their columns. */
export interface Layout {
  /** The names as they stand, unquoted; null where there is no header and each record names its own columns. */
  readonly names: readonly string[] | null;
  /** First byte of the records. */
  readonly bodyOffset: number;
  /** Its physical line, from 1. */
  readonly bodyLine: number;
  /** How the lines of the object end. */
  readonly lineEnd: LineEnd;
}

/** Load codes are these with HEADER_ before them, but for WRONG_DELIMITER, which is one. */
export type LayoutProblem =
  | 'WRONG_DELIMITER'
  | 'EMPTY'
  | 'OTHER_FORMAT'
  | 'INVALID_UTF8'
  | 'TOO_LONG'
  | 'UNTERMINATED_QUOTE'
  | 'STRAY_QUOTE'
  | 'NUL_BYTE'
  | 'COLUMNS';

/** Why an object is not of the format, in words for a person. */
export interface NoLayout {
  readonly problem: LayoutProblem;
  readonly message: string;
}
