import { type ByteTables, byteTables, CR, LF } from './bytes.ts';
import type { ScannedForm } from '../shared/plain-forms.ts';
import { createScanner } from './scanner.ts';
import type { Grammar } from './grammar.ts';
import {
  AFTER_ESCAPE,
  AFTER_QUOTE,
  CELL_START,
  COMMENT,
  isBetweenQuotes,
  QUOTED,
  startWalk,
  UNQUOTED,
  walkRecord,
} from './walk.ts';

/** The bytes that are looked at, and what its records look like. */
export interface GuessSettings extends Grammar {
  readonly forms: readonly ScannedForm[];
  /** Absolute offset of window[0]. */
  readonly windowOffset: number;
  /** Absolute offset of the slice's first byte; the window starts one byte before it, or at it where that is 0. */
  readonly from: number;
  readonly objectEndsInWindow: boolean;
}

/** Enough to tell rows from prose, few enough to be cheap: a wrong guess is found by Compose and costs one slice. */
const RECORDS_COMPARED = 32;

/**
 * Absolute offset where the first record (or blank line) at or after `from` is believed to start; null where none starts
 * in the window, or where all that the window shows speaks against every start. Nobody knows whether `from` lies between
 * quotes, so each state that it may be in is followed to the next record start, and the start wins under which the records
 * up to a common end are the most plausible: the right number of cells, plain cells, no stray quote.
 */
export function guessStart(window: Buffer, settings: GuessSettings): number | null {
  const first = settings.from - settings.windowOffset;
  const view: View = { ...settings, window, first, tables: byteTables(settings) };
  const outside = startByLineEnd(view) ?? nextStart(view, { state: outsideState(view) });
  const others = first === 0 ? [] : [...otherStates(view), ...markStates(view)].map((at) => nextStart(view, at));
  if (first > 0 && mayEndBefore(view)) others.push(first);
  const best = mostPlausible(view, [...new Set([outside, ...others])]);
  return best === null || best >= window.length ? null : settings.windowOffset + best;
}

interface View extends GuessSettings {
  readonly window: Buffer;
  /** Index of the slice's first byte. */
  readonly first: number;
  readonly tables: ByteTables;
}

/** A record starts at `first`, or after its LF, where the object starts or the byte before ends a line outside quotes; else null. */
function startByLineEnd({ window, first, tables }: View): number | null {
  const before = window[first - 1];
  if (first === 0) return first;
  if (tables.recordEnd !== null) return tables.recordEnd.length === 1 && before === tables.recordEnd[0] ? first : null;
  if (before !== tables.lineEnd) return null;
  return before === CR && window[first] === LF ? first + 1 : first;
}

/** The state after the byte before `first`, if that is outside quotes or ends them. */
function outsideState({ window, first, tables }: View): number {
  const before = window[first - 1];
  if (tables.whole === null && before === tables.delimiter) return CELL_START;
  return before === tables.quote && tables.escape === tables.quote ? AFTER_QUOTE : UNQUOTED;
}

/** The other states it may be: in a comment; between quotes; after a quote also in an unquoted cell, where the quote is a stray one. */
function otherStates({ window, first, tables }: View): readonly Stand[] {
  const comment = tables.comment === null ? [] : [{ state: COMMENT }];
  if (tables.quote === -1) return comment;
  const before = window[first - 1];
  if (before === tables.quote) return [...comment, { state: QUOTED }, { state: UNQUOTED }];
  const escaped = before === tables.escape ? [{ state: AFTER_ESCAPE }] : [];
  return [...comment, { state: QUOTED }, ...escaped];
}

/** How a walk may stand before the slice's first byte. */
interface Stand {
  readonly state: number;
  readonly held?: Buffer;
}

/** Inside a delimiter of several bytes or a declared record end of which the byte before is one, or after such a delimiter. */
function markStates({ window, first, tables: { whole, recordEnd } }: View): readonly Stand[] {
  const before = window[first - 1];
  const isAfter = whole !== null && whole.at(-1) === before;
  const begun = [whole, recordEnd].flatMap((mark) =>
    Array.from(mark ?? [], (byte, i) => ({ byte, held: mark?.subarray(0, i + 1) ?? Buffer.alloc(0) }))
      .slice(0, -1)
      .filter(({ byte }) => byte === before)
      .map(({ held }) => ({ state: UNQUOTED, held })),
  );
  return isAfter ? [{ state: CELL_START }, ...begun] : begun;
}

/** A declared record end of several bytes may end just before: only its last one is seen. */
function mayEndBefore({ window, first, tables: { recordEnd } }: View): boolean {
  return recordEnd !== null && recordEnd.at(-1) === window[first - 1];
}

/**
 * Index of the record start that follows from the state, window.length where the object ends first; null where the window
 * ends before it is clear, or the object ends between quotes.
 */
function nextStart({ window, first, tables, objectEndsInWindow }: View, stand: Stand): number | null {
  const walk = { ...startWalk(tables, 1), ...stand };
  const lineEnd = walkRecord(walk, { bytes: window, base: 0 }, first);
  if (lineEnd === -1) return objectEndsInWindow && !isBetweenQuotes(walk) ? window.length : null;
  const isCr = tables.recordEnd === null && window[lineEnd] === CR;
  if (isCr && lineEnd + 1 === window.length && !objectEndsInWindow) return null;
  return isCr && window[lineEnd + 1] === LF ? lineEnd + 2 : lineEnd + 1;
}

/**
 * The start whose records up to a common end are the most plausible; of equals the first. Records after the point where
 * two states agree again count for both, so what decides is the stretch that one takes for records and the other for text.
 */
function mostPlausible(view: View, starts: readonly (number | null)[]): number | null {
  const known = starts.filter((start) => start !== null);
  if (known.length === 0) return null;
  const end = endOfRecords(view, Math.max(...known));
  const scores = known.map((start) => plausibility(view, start, end));
  const best = Math.max(...scores);
  // a text longer than the window is the better explanation then
  const isRefuted = best < 0 && known.length < starts.length && !view.objectEndsInWindow;
  return isRefuted ? null : (known[scores.indexOf(best)] as number);
}

/** Index after the records that are compared. */
function endOfRecords({ window, tables }: View, start: number): number {
  const walk = startWalk(tables, 1);
  let at = start;
  for (let records = 0; records < RECORDS_COMPARED && at < window.length; records += 1) {
    const lineEnd = walkRecord(walk, { bytes: window, base: 0 }, at);
    at = lineEnd === -1 ? window.length : lineEnd + 1;
  }
  return at;
}

/** A plain record speaks for the start, a sound one a little, a faulty one or an open quote at the object's end against it. */
function plausibility(view: View, start: number, end: number): number {
  const scanner = createScanner({
    ...view,
    maxRecordBytes: view.window.length,
    maxRawBytes: 0,
    startOffset: start,
    endOffset: end,
  });
  const raw = scanner.push(view.window.subarray(start)).raw;
  if (view.objectEndsInWindow) raw.push(...scanner.end().raw);
  const { typed, openQuote } = scanner.counts();
  const faulty = raw.filter(({ fault }) => fault !== null).length + (openQuote === null ? 0 : 1);
  return PLAIN * typed + SOUND * (raw.length - faulty) - FAULTY * faulty;
}

const PLAIN = 4;
const SOUND = 1;
const FAULTY = 4;
