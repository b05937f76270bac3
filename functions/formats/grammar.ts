import type { DelimitedFormat, LineEnd } from '../core/contract.ts';

/** How the bytes of one object are told apart: the same for its header, each of its slices and whatever reads it again. */
export interface Grammar {
  /** The byte between cells. */
  readonly delimiter: number;
  readonly lineEnd: LineEnd;
}

/** The grammar of an object: its dataset's format, and the line end that its header has. */
export function grammarOf({ delimiter }: DelimitedFormat, lineEnd: LineEnd): Grammar {
  return { delimiter: delimiter.charCodeAt(0), lineEnd };
}
