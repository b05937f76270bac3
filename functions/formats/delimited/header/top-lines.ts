import { CR, LF } from '../bytes.ts';
import { type CellGrammar, lineEndBeside } from '../grammar.ts';
import { isAt } from '../null-words.ts';

/** A byte of an object's beginning. */
export interface Place {
  /** Index of a byte. */
  readonly at: number;
  /** Its physical line, from 1. */
  readonly line: number;
}

/**
 * Lines of any bytes: what they hold is no part of the table, quotes neither. A line end ends them, and a declared record end where that
 * comes first.
 */
export function skipLines(
  head: Buffer,
  from: Place,
  lines: number,
  { recordEnd }: Pick<CellGrammar, 'recordEnd'>,
): Place {
  let { at, line } = from;
  for (let skipped = 0; skipped < lines && at < head.length; skipped += 1) {
    const declared = recordEnd === undefined ? -1 : head.indexOf(recordEnd, at);
    const end = firstOf([head.indexOf(LF, at), head.indexOf(CR, at), declared], head.length);
    const isDeclared = end === declared && recordEnd !== undefined;
    const after = isDeclared ? end + recordEnd.length : head[end] === CR && head[end + 1] === LF ? end + 2 : end + 1;
    if (!isDeclared || recordEnd.includes(lineEndBeside(recordEnd) === 'cr' ? CR : LF)) line += 1;
    at = Math.min(after, head.length);
  }
  return { at, line };
}

/** The same lines of a text, so many at most. */
export function firstLines(text: string, most: number, recordEnd?: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/, most);
  return recordEnd === undefined
    ? lines
    : text
        .split(recordEnd, most)
        .flatMap((part) => partLines(part))
        .slice(0, most);
}

/** What a declared end ends with may be a line end: then nothing is left behind it. */
function partLines(part: string): readonly string[] {
  return part === '' ? [] : part.split(/\r\n|\n|\r/);
}

function firstOf(indexes: readonly number[], otherwise: number): number {
  const found = indexes.filter((index) => index !== -1);
  return found.length === 0 ? otherwise : Math.min(...found);
}

/** Over blank lines, and comments too. */
export function skipBlankLines(head: Buffer, from: Place, grammar: CellGrammar): Place {
  let place = skipComments(head, from, grammar);
  const { recordEnd } = grammar;
  const isBlank = (at: number): boolean =>
    head[at] === LF || head[at] === CR || (recordEnd !== undefined && at < head.length && isAt(recordEnd, head, at));
  while (isBlank(place.at)) place = skipComments(head, skipLines(head, place, 1, grammar), grammar);
  return place;
}

/** Over comments. */
export function skipComments(head: Buffer, from: Place, { comment, recordEnd }: CellGrammar): Place {
  let place = from;
  while (comment !== undefined && isAt(comment, head, place.at)) {
    place = recordEnd === undefined ? skipLines(head, place, 1, {}) : overRecord(head, place, recordEnd);
  }
  return place;
}

/** Over all up to the next declared end: what is no record goes so far too. */
function overRecord(head: Buffer, { at, line }: Place, recordEnd: Buffer): Place {
  const end = head.indexOf(recordEnd, at);
  const after = end === -1 ? head.length : end + recordEnd.length;
  const lineEnd = lineEndBeside(recordEnd) === 'cr' ? CR : LF;
  return { at: after, line: line + head.subarray(at, after).filter((byte) => byte === lineEnd).length };
}
