import type { Positions } from './positions.ts';

/**
 * Replaces the first and longest match, and goes on behind it. In time proportional to the text, whatever stands in it: one pass
 * from its end finds at each character the positions from which a match can be ended, and one from its beginning follows those
 * alone, so that it never goes a step beyond a match.
 */
export function replacer(positions: Positions, replacement: string): (text: string) => string {
  let cache = emptyCache(positions);
  return (text) => {
    if (cache.sets.length > mostSets) cache = emptyCache(positions);
    const { symbols, offsets } = symbolsOf(text, cache);
    const live = liveSets(symbols, cache);
    let out = '';
    let copied = 0;
    for (let i = 0; i < symbols.length; ) {
      const end = endOfMatch(i, live, cache);
      if (end === -1) {
        i += 1;
        continue;
      }
      out += text.slice(copied, offsets[i]) + replacement;
      copied = offsets[end] as number;
      i = end;
    }
    return copied === 0 ? text : out + text.slice(copied);
  };
}

/** Sets of positions are kept by number, and what comes of them by number, since most texts meet few of them. */
interface Cache {
  readonly positions: Positions;
  /** Of a code point: the number of the classes that it is in. */
  readonly symbolOf: Map<number, number>;
  /** By symbol: positions whose class it is in. */
  readonly members: (readonly number[])[];
  readonly symbolByMembers: Map<string, number>;
  readonly sets: (readonly number[])[];
  readonly setByMembers: Map<string, number>;
  /** Live set of the next character, symbol -> live set. */
  readonly before: Map<number, number>;
  /** Followed set, live set of the next character -> followed set. */
  readonly after: Map<number, number>;
}

/** Positions are a thousand at most, so that a full cache takes some megabytes. */
const mostSets = 5000;
/** The empty set. */
const NONE = 0;
/** Two numbers in one key: there are fewer sets and symbols than this. */
const WIDE = 2 ** 26;

function emptyCache(positions: Positions): Cache {
  return {
    positions,
    symbolOf: new Map(),
    members: [],
    symbolByMembers: new Map(),
    sets: [[]],
    setByMembers: new Map([['', NONE]]),
    before: new Map(),
    after: new Map(),
  };
}

/** One symbol a code point, and where each begins; behind the last one the length of the text. */
function symbolsOf(text: string, cache: Cache): { readonly symbols: Int32Array; readonly offsets: Int32Array } {
  const symbols = new Int32Array(text.length);
  const offsets = new Int32Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length; count += 1) {
    const codePoint = text.codePointAt(at) as number;
    symbols[count] = cache.symbolOf.get(codePoint) ?? newSymbol(codePoint, cache);
    offsets[count] = at;
    at += codePoint > 0xffff ? 2 : 1;
  }
  offsets[count] = text.length;
  return { symbols: symbols.subarray(0, count), offsets };
}

function newSymbol(codePoint: number, { positions, symbolOf, members, symbolByMembers }: Cache): number {
  const taking = positions.classes.flatMap(({ has }, position) => (has(codePoint) ? [position] : []));
  const key = taking.join();
  const symbol = symbolByMembers.get(key) ?? members.push(taking) - 1;
  symbolByMembers.set(key, symbol);
  symbolOf.set(codePoint, symbol);
  return symbol;
}

/** Of each character the set of positions that take it and from which a match can be ended. */
function liveSets(symbols: Int32Array, cache: Cache): Int32Array {
  const { positions, before, members, sets } = cache;
  const live = new Int32Array(symbols.length + 1);
  for (let i = symbols.length - 1; i >= 0; i -= 1) {
    const isLast = i === symbols.length - 1;
    const [next, symbol] = [live[i + 1] as number, symbols[i] as number];
    const key = isLast ? -1 - symbol : next * WIDE + symbol;
    let found = before.get(key);
    if (found === undefined) {
      const ends = isLast ? positions.lastAtEnd : positions.last;
      const reachable = new Set(sets[next]);
      const leads = (position: number): boolean =>
        holdsAny(positions.follow[position] as ReadonlySet<number>, reachable);
      found = numberOf(
        (members[symbol] as readonly number[]).filter((each) => ends.has(each) || leads(each)),
        cache,
      );
      before.set(key, found);
    }
    live[i] = found;
  }
  return live;
}

/** End of the longest match that begins at a character; -1: none does. */
function endOfMatch(start: number, live: Int32Array, cache: Cache): number {
  if (live[start] === NONE) return -1;
  const { positions, sets, after } = cache;
  const atStart = new Set(sets[live[start] as number]);
  let followed = numberOf(
    (start === 0 ? positions.firstAtStart : positions.first).filter((each) => atStart.has(each)),
    cache,
  );
  if (followed === NONE) return -1;
  for (let i = start; ; i += 1) {
    const key = followed * WIDE + (live[i + 1] as number);
    let next = after.get(key);
    if (next === undefined) {
      const alive = new Set(sets[live[i + 1] as number]);
      const reached = (sets[followed] as readonly number[]).flatMap((each) => [
        ...(positions.follow[each] as Set<number>),
      ]);
      next = numberOf(
        reached.filter((each) => alive.has(each)),
        cache,
      );
      after.set(key, next);
    }
    if (next === NONE) return i + 1;
    followed = next;
  }
}

function holdsAny(some: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  for (const each of some) if (others.has(each)) return true;
  return false;
}

function numberOf(members: readonly number[], { sets, setByMembers }: Cache): number {
  const sorted = [...new Set(members)].toSorted((a, b) => a - b);
  const key = sorted.join();
  const known = setByMembers.get(key) ?? sets.push(sorted) - 1;
  setByMembers.set(key, known);
  return known;
}
