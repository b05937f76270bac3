import type { ByteTables } from './bytes.ts';
import type { Piece } from '../shared/scanner.ts';

/**
 * The states of the grammar (README.md). AFTER_QUOTE: a quote between quotes was read, which either closes the cell or
 * is the first half of an escaped one.
 */
export const CELL_START = 0;
export const UNQUOTED = 1;
export const QUOTED = 2;
export const AFTER_QUOTE = 3;
/** A byte between quotes was read that makes a quote behind it, or itself behind it, data. */
export const AFTER_ESCAPE = 4;
/** Where lines may be comments: before a record, or so far into what such a line begins with as the walk has matched. */
const RECORD_START = 5;
/** In a line that is a comment. */
export const COMMENT = 6;

/** Where a walk over the bytes of an object stands; goes on from piece to piece. */
export interface Walk {
  readonly tables: ByteTables;
  state: number;
  /** Physical line of the next byte. */
  line: number;
  /** Where the last quote opened: absolute offset, physical line. */
  quoteOffset: number;
  quoteLine: number;
  /** How many bytes were just read of what begins a comment, or of a delimiter of several. */
  matched: number;
  /** What was walked over last is a comment. */
  isComment: boolean;
}

/** A walk that stands at the start of a record. */
export function startWalk(tables: ByteTables, line: number): Walk {
  return {
    ...{ tables, state: startState(tables), line, quoteOffset: -1, quoteLine: -1 },
    ...{ matched: 0, isComment: false },
  };
}

function startState({ comment }: ByteTables): number {
  return comment === null ? CELL_START : RECORD_START;
}

/** Whether the walk stands between quotes: at the object's end that means an unterminated quote. */
export function isBetweenQuotes(walk: Walk): boolean {
  return walk.state === QUOTED || walk.state === AFTER_ESCAPE;
}

/**
 * Walks on to the line end that ends the record; answers the index of the byte that ends it for certain (LF, or CR where
 * lines end so), or -1 when the piece runs out. A CR before that LF may be in an earlier piece, a LF after that CR in a
 * later one: both are left to the caller. Counts the line ends between quotes, not the one that ends the record.
 */
export function walkRecord(walk: Walk, { bytes, base }: Piece, from: number): number {
  const { tables } = walk;
  const n = bytes.length;
  let i = from;
  while (i < n) {
    switch (walk.state) {
      case CELL_START:
        if (bytes[i] === tables.quote) {
          openQuote(walk, base + i);
          i += 1;
        } else {
          walk.state = UNQUOTED;
        }
        break;
      case AFTER_QUOTE:
        if (bytes[i] === tables.quote) {
          walk.state = QUOTED;
          i += 1;
        } else {
          walk.state = UNQUOTED;
        }
        break;
      case AFTER_ESCAPE:
        walk.state = QUOTED;
        if (bytes[i] === tables.quote || bytes[i] === tables.escape) i += 1;
        break;
      case UNQUOTED:
        i = tables.whole === null ? skip(tables.cellEnd, bytes, i) : walkCell(walk, tables.whole, bytes, i);
        if (isAtCell(walk)) break;
        if (i === n) return -1;
        if (bytes[i] !== tables.delimiter) {
          walk.state = startState(tables);
          return i;
        }
        walk.state = CELL_START;
        i += 1;
        break;
      case RECORD_START:
        i = walkStart(walk, { bytes, base }, i);
        break;
      case COMMENT:
        i = bytes.indexOf(tables.lineEnd, i);
        if (i !== -1) walk.state = startState(tables);
        return i;
      default:
        i = walkQuoted(walk, bytes, i);
    }
  }
  return -1;
}

/** Before a record: over a byte of what begins a comment; what only began like one is walked over again as a cell. */
function walkStart(walk: Walk, { bytes, base }: Piece, at: number): number {
  const comment = walk.tables.comment as Buffer;
  const { matched } = walk;
  walk.isComment = bytes[at] === comment[matched] && matched + 1 === comment.length;
  if (bytes[at] === comment[matched]) {
    walk.matched = walk.isComment ? 0 : matched + 1;
    if (walk.isComment) walk.state = COMMENT;
    return at + 1;
  }
  walk.matched = 0;
  walk.state = CELL_START;
  if (matched > 0) walkRecord(walk, { bytes: comment.subarray(0, matched), base: base + at - matched }, 0);
  return at;
}

function openQuote(walk: Walk, offset: number): void {
  walk.state = QUOTED;
  walk.quoteOffset = offset;
  walk.quoteLine = walk.line;
}

function isAtCell({ state }: Walk): boolean {
  return state === CELL_START;
}

/** Outside quotes, where a delimiter has several bytes: over the next one, or up to the line end, or to the end of the bytes. */
function walkCell(walk: Walk, whole: Buffer, bytes: Buffer, from: number): number {
  const { borders, cellEnd, lineEnd } = walk.tables;
  for (let i = from; ; i += 1) {
    if (walk.matched === 0) i = skip(cellEnd, bytes, i);
    if (i === bytes.length) return i;
    const byte = bytes[i];
    while (walk.matched > 0 && whole[walk.matched] !== byte) walk.matched = borders[walk.matched - 1] as number;
    if (byte === lineEnd) return i;
    if (whole[walk.matched] === byte) walk.matched += 1;
    if (walk.matched < whole.length) continue;
    walk.matched = 0;
    walk.state = CELL_START;
    return i + 1;
  }
}

/** Between quotes: up to and over the next quote, escape or line end. */
function walkQuoted(walk: Walk, bytes: Buffer, from: number): number {
  const { inside, quote, escape } = walk.tables;
  const i = skip(inside, bytes, from);
  if (i === bytes.length) return i;
  if (bytes[i] === quote) {
    walk.state = escape === quote ? AFTER_QUOTE : UNQUOTED;
  } else if (bytes[i] === escape) {
    walk.state = AFTER_ESCAPE;
  } else {
    walk.line += walk.tables.lineInside;
  }
  return i + 1;
}

function skip(table: Uint8Array, bytes: Buffer, from: number): number {
  const n = bytes.length;
  let i = from;
  while (i < n && table[bytes[i] as number] === 0) i += 1;
  return i;
}
