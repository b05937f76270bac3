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
  /** How many bytes were just read of what begins a comment. */
  matched: number;
  /** Bytes that were read last and may begin a delimiter of several bytes, or a declared record end: what they are the next ones say. */
  held: Buffer;
  /** The byte that was read last ended the record. */
  isEnded: boolean;
  /** What was walked over last is a comment. */
  isComment: boolean;
}

/** A walk that stands at the start of a record. */
export function startWalk(tables: ByteTables, line: number): Walk {
  return {
    ...{ tables, state: startState(tables), line, quoteOffset: -1, quoteLine: -1 },
    ...{ matched: 0, held: NONE_HELD, isEnded: false, isComment: false },
  };
}

const NONE_HELD = Buffer.alloc(0);

function startState({ comment }: ByteTables): number {
  return comment === null ? CELL_START : RECORD_START;
}

/** Whether the walk stands between quotes: at the object's end that means an unterminated quote. */
export function isBetweenQuotes(walk: Walk): boolean {
  return walk.state === QUOTED || walk.state === AFTER_ESCAPE;
}

/**
 * Walks on to the line end that ends the record; answers the index of the byte that ends it for certain (LF, or CR where
 * lines end so; the last byte of a declared record end), or -1 when the piece runs out. A CR before that LF, and the first bytes of
 * a declared end, may be in an earlier piece, a LF after that CR in a later one: they are left to the caller. Counts the line
 * ends inside the record, not those of what ends it.
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
        if (tables.whole !== null || tables.recordEnd !== null) {
          i = walkMarked(walk, { bytes, base }, i);
          if (walk.isEnded) return i;
          break;
        }
        i = skip(tables.cellEnd, bytes, i);
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
        if (tables.recordEnd !== null) {
          i = walkMarked(walk, { bytes, base }, i);
          if (walk.isEnded) return i;
          break;
        }
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

/**
 * Outside quotes, where what stands between or behind cells may have several bytes: over the next such mark, or to the end of the
 * bytes; index of the last byte of one that ends the record.
 */
function walkMarked(walk: Walk, piece: Piece, from: number): number {
  const { bytes } = piece;
  const { tables } = walk;
  walk.isEnded = false;
  if (walk.held.length > 0) return walkHeld(walk, piece, from);
  for (let i = from; ; i += 1) {
    i = skip(tables.cellEnd, bytes, i);
    if (i === bytes.length) return i;
    const mark = markAt(walk, bytes, i);
    if (mark === 'cut') {
      walk.held = Buffer.from(bytes.subarray(i));
      return bytes.length;
    }
    if (mark !== 'none') return passMark(walk, mark, i);
    countLineEnd(walk, bytes[i] as number);
  }
}

/** What the bytes that are held begin, now that others follow. */
function walkHeld(walk: Walk, { bytes, base }: Piece, from: number): number {
  const { held, tables } = walk;
  const longest = Math.max(tables.whole?.length ?? 1, tables.recordEnd?.length ?? 1);
  const joined = Buffer.concat([held, bytes.subarray(from, from + longest)]);
  const mark = markAt(walk, joined, 0);
  walk.held = mark === 'cut' ? joined : NONE_HELD;
  if (mark === 'cut') return bytes.length;
  if (mark === 'none') countLineEnd(walk, held[0] as number);
  const passed = mark === 'none' ? 1 : passMark(walk, mark, 0);
  if (walk.isEnded || passed >= held.length) return from + passed - held.length;
  walkRecord(walk, { bytes: held.subarray(passed), base: base + from - held.length + passed }, 0);
  return from;
}

/** What stands at `at`; cut: more bytes have to tell. An end goes before a delimiter, and a comment has none of these. */
function markAt({ tables, state }: Walk, bytes: Buffer, at: number): 'end' | 'delimiter' | 'none' | 'cut' {
  const { recordEnd, lineEnd, whole, delimiter } = tables;
  const end = recordEnd === null ? Number(bytes[at] === lineEnd) : matchAt(recordEnd, bytes, at);
  if (end !== 0) return end === 1 ? 'end' : 'cut';
  if (state === COMMENT) return 'none';
  const between = whole === null ? Number(bytes[at] === delimiter) : matchAt(whole, bytes, at);
  return between === 0 ? 'none' : between === 1 ? 'delimiter' : 'cut';
}

/** 1: the mark stands there. 0: it does not. -1: the bytes end before it does. */
function matchAt(mark: Buffer, bytes: Buffer, at: number): number {
  for (let i = 0; i < mark.length; i += 1) {
    if (at + i === bytes.length) return -1;
    if (bytes[at + i] !== mark[i]) return 0;
  }
  return 1;
}

/** Index behind the delimiter at `at`, or of the last byte of the end that stands there. */
function passMark(walk: Walk, mark: 'end' | 'delimiter', at: number): number {
  const { tables } = walk;
  walk.isEnded = mark === 'end';
  if (mark === 'delimiter') {
    walk.state = CELL_START;
    return at + (tables.whole?.length ?? 1);
  }
  walk.state = startState(tables);
  return at + (tables.recordEnd?.length ?? 1) - 1;
}

/** Where a line end ends no record, one outside quotes is counted as one between them. */
function countLineEnd(walk: Walk, byte: number): void {
  if (walk.tables.recordEnd !== null && byte === walk.tables.lineEnd) walk.line += walk.tables.lineInside;
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
  } else if (bytes[i] === walk.tables.lineEnd) {
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
