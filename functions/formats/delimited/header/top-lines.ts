import { CR, LF } from '../bytes.ts';
import type { CellGrammar } from '../grammar.ts';
import { isAt } from '../null-words.ts';

/** A byte of an object's beginning. */
export interface Place {
  /** Index of a byte. */
  readonly at: number;
  /** Its physical line, from 1. */
  readonly line: number;
}

/** Lines of any bytes: what they hold is no part of the table, quotes neither. */
export function skipLines(head: Buffer, from: Place, lines: number): Place {
  let { at, line } = from;
  while (line < from.line + lines && at < head.length) {
    const lf = head.indexOf(LF, at);
    const cr = head.indexOf(CR, at);
    const end = lf === -1 ? cr : cr === -1 || lf < cr ? lf : cr;
    at = end === -1 ? head.length : head[end] === CR && head[end + 1] === LF ? end + 2 : end + 1;
    line += 1;
  }
  return { at, line };
}

/** Over blank lines, and comments too. */
export function skipBlankLines(head: Buffer, from: Place, grammar: CellGrammar): Place {
  let place = skipComments(head, from, grammar);
  while (head[place.at] === LF || head[place.at] === CR) place = skipComments(head, skipLines(head, place, 1), grammar);
  return place;
}

/** Over comments. */
export function skipComments(head: Buffer, from: Place, { comment }: CellGrammar): Place {
  let place = from;
  while (comment !== undefined && isAt(comment, head, place.at)) place = skipLines(head, place, 1);
  return place;
}
