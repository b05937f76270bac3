/** What one character may be. */
export interface CharacterClass {
  /** As JavaScript writes it: equal ones are one. */
  readonly source: string;
  readonly has: (codePoint: number) => boolean;
}

/** A pattern as a tree; `times` has no upper end where `most` is null. */
export type PatternNode =
  | { readonly kind: 'character'; readonly of: CharacterClass }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'times'; readonly of: PatternNode; readonly least: number; readonly most: number | null };

/** What stands between two `|` outside of groups, and whether it has to begin or end with the text. */
export interface PatternBranch {
  readonly node: PatternNode;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/**
 * Reads what regular expressions have in common: characters, classes as JavaScript's flag `u` has them, groups, choices and
 * repetitions; ^ and $ at the ends. What needs going back (references, looking around) is no part of it.
 * @returns or in words why it is no such pattern
 */
export function readPattern(pattern: string): readonly PatternBranch[] | string {
  const reader: Reader = { pattern, at: 0 };
  try {
    const branches = [readBranch(reader)];
    while (take(reader, '|')) branches.push(readBranch(reader));
    return reader.at < pattern.length ? `has a ${pattern.charAt(reader.at)} too many.` : branches;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

interface Reader {
  readonly pattern: string;
  at: number;
}

function take(reader: Reader, text: string): boolean {
  if (!reader.pattern.startsWith(text, reader.at)) return false;
  reader.at += text.length;
  return true;
}

function readBranch(reader: Reader): PatternBranch {
  const atStart = take(reader, '^');
  const node = readSequence(reader);
  return { node, atStart, atEnd: take(reader, '$') };
}

function readSequence(reader: Reader): PatternNode {
  const parts: PatternNode[] = [];
  while (reader.at < reader.pattern.length && !'|)$'.includes(reader.pattern.charAt(reader.at))) {
    parts.push(readTimes(reader, readAtom(reader)));
  }
  return { kind: 'sequence', of: parts };
}

function readChoice(reader: Reader): PatternNode {
  const choices = [readSequence(reader)];
  while (take(reader, '|')) choices.push(readSequence(reader));
  return { kind: 'choice', of: choices };
}

function readAtom(reader: Reader): PatternNode {
  const { pattern, at } = reader;
  if (take(reader, '(')) {
    if (!take(reader, '?:') && take(reader, '?'))
      throw new SyntaxError('has a group that begins with ?: of those it takes (?: alone.');
    const choice = readChoice(reader);
    if (!take(reader, ')'))
      throw new SyntaxError(
        'has a group that is never closed, or a $ inside one. Behind a backslash ( and $ stand for themselves.',
      );
    return choice;
  }
  if (pattern.charAt(at) === '[') return readSet(reader);
  if (pattern.charAt(at) === '\\') return readEscape(reader);
  const character = String.fromCodePoint(pattern.codePointAt(at) as number);
  if ('*+?{}]^'.includes(character)) {
    throw new SyntaxError(
      `has a ${character} where nothing is to repeat, to close or to begin. Behind a backslash it stands for itself.`,
    );
  }
  reader.at += character.length;
  return character === '.' ? classOf('.') : literalOf(character);
}

/** `[^a-z\d]`, with a backslash before what closes it. */
function readSet(reader: Reader): PatternNode {
  const start = reader.at;
  let end = start + 1;
  while (end < reader.pattern.length && reader.pattern.charAt(end) !== ']') {
    end += reader.pattern.charAt(end) === '\\' ? 2 : 1;
  }
  if (end >= reader.pattern.length) throw new SyntaxError('has a [ that is never closed.');
  reader.at = end + 1;
  return classOf(reader.pattern.slice(start, end + 1));
}

const classEscape = /^\\(?:[dDsSwWtnrfv]|[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})/;

function readEscape(reader: Reader): PatternNode {
  const rest = reader.pattern.slice(reader.at);
  const [known] = classEscape.exec(rest) ?? [];
  if (known !== undefined) {
    reader.at += known.length;
    return classOf(known);
  }
  const character = rest.slice(1, 2);
  if (character === '') throw new SyntaxError('ends with a backslash.');
  if (/[\p{L}\p{N}]/u.test(character)) throw new SyntaxError(`has \\${character}, which it does not take.`);
  reader.at += 2;
  return literalOf(character);
}

function literalOf(character: string): PatternNode {
  const only = character.codePointAt(0);
  return { kind: 'character', of: { source: `=${character}`, has: (codePoint) => codePoint === only } };
}

/** A class of one character is nothing that a text could make slow. */
function classOf(source: string): PatternNode {
  const expression = expressionOf(source);
  return {
    kind: 'character',
    of: { source, has: (codePoint) => expression.test(String.fromCodePoint(codePoint)) },
  };
}

function expressionOf(source: string): RegExp {
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    throw new SyntaxError(`has ${source}, which is no class of characters.`);
  }
}

/** Copies of what is repeated are made, so that there is an end to them. */
const mostTimes = 1000;

function readTimes(reader: Reader, node: PatternNode): PatternNode {
  const repeated = readCount(reader);
  if (repeated === null) return node;
  const next = reader.pattern.charAt(reader.at);
  if (next === '?' || next === '+') {
    throw new SyntaxError(`has a repetition with ${next} behind it: it takes as much as there is, and nothing else.`);
  }
  const [least, most] = repeated;
  if (least > mostTimes || (most ?? 0) > mostTimes) throw new SyntaxError(`repeats more than ${mostTimes} times.`);
  if (most !== null && most < least) throw new SyntaxError('repeats at most fewer times than at least.');
  return { kind: 'times', of: node, least, most };
}

function readCount(reader: Reader): readonly [least: number, most: number | null] | null {
  if (take(reader, '*')) return [0, null];
  if (take(reader, '+')) return [1, null];
  if (take(reader, '?')) return [0, 1];
  if (reader.pattern.charAt(reader.at) !== '{') return null;
  const [whole, least = '', comma, most = ''] =
    /^\{(\d{1,5})(,)?(\d{0,5})\}/.exec(reader.pattern.slice(reader.at)) ?? [];
  if (whole === undefined)
    throw new SyntaxError('has a { that is no {n}, {n,} or {n,m}. Behind a backslash it stands for itself.');
  reader.at += whole.length;
  return [Number(least), comma === undefined ? Number(least) : most === '' ? null : Number(most)];
}
