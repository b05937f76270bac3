import type { CharacterClass, PatternBranch, PatternNode } from './read-pattern.ts';

/**
 * Glushkov's automaton of a pattern: each character of it is a position, a match goes from one of `first` by `follow` to one of
 * `last`, and each position takes a character of its class.
 */
export interface Positions {
  readonly classes: readonly CharacterClass[];
  readonly follow: readonly ReadonlySet<number>[];
  /** Where a match may begin: anywhere, and at the beginning of the text. */
  readonly first: readonly number[];
  readonly firstAtStart: readonly number[];
  /** Where it may end: anywhere, and at the end of the text. */
  readonly last: ReadonlySet<number>;
  readonly lastAtEnd: ReadonlySet<number>;
}

interface Growing {
  readonly classes: CharacterClass[];
  readonly follow: Set<number>[];
}

interface Piece {
  readonly isNullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const mostPositions = 1000;

/** The automaton, or in words why there is none. */
export function positionsOf(branches: readonly PatternBranch[]): Positions | string {
  if (branches.some(({ node }) => sizeOf(node) > mostPositions)) {
    return `has more than ${mostPositions} characters once its repetitions are written out.`;
  }
  const growing: Growing = { classes: [], follow: [] };
  const pieces = branches.map(({ node, ...anchors }) => ({ ...anchors, ...pieceOf(node, growing) }));
  if (pieces.some(({ isNullable }) => isNullable)) {
    return 'matches the empty text, which stands between all characters; let it need one at least.';
  }
  const of = (which: 'first' | 'last', isWanted: (piece: PatternBranchPiece) => boolean): readonly number[] =>
    pieces.filter(isWanted).flatMap((piece) => piece[which]);
  return {
    ...growing,
    first: of('first', ({ atStart }) => !atStart),
    firstAtStart: of('first', () => true),
    last: new Set(of('last', ({ atEnd }) => !atEnd)),
    lastAtEnd: new Set(of('last', () => true)),
  };
}

type PatternBranchPiece = Piece & Omit<PatternBranch, 'node'>;

function sizeOf(node: PatternNode): number {
  if (node.kind === 'character') return 1;
  if (node.kind === 'times') return sizeOf(node.of) * Math.max(node.most ?? node.least, 1);
  return node.of.reduce((sum, part) => sum + sizeOf(part), 0);
}

function pieceOf(node: PatternNode, growing: Growing): Piece {
  switch (node.kind) {
    case 'character': {
      growing.follow.push(new Set());
      const position = growing.classes.push(node.of) - 1;
      return { isNullable: false, first: [position], last: [position] };
    }
    case 'sequence':
      return node.of.reduce<Piece>((done, part) => joined(done, pieceOf(part, growing), growing), nothing);
    case 'choice':
      return node.of.map((choice) => pieceOf(choice, growing)).reduce(either);
    case 'times':
      return repeated(node, growing);
  }
}

const nothing: Piece = { isNullable: true, first: [], last: [] };

function joined(before: Piece, after: Piece, { follow }: Growing): Piece {
  for (const position of before.last) for (const next of after.first) follow[position]?.add(next);
  return {
    isNullable: before.isNullable && after.isNullable,
    first: before.isNullable ? [...before.first, ...after.first] : before.first,
    last: after.isNullable ? [...before.last, ...after.last] : after.last,
  };
}

function either(one: Piece, other: Piece): Piece {
  return {
    isNullable: one.isNullable || other.isNullable,
    first: [...one.first, ...other.first],
    last: [...one.last, ...other.last],
  };
}

/** As many copies as there have to be, the last of them again and again where there is no end, and those that may follow. */
function repeated({ of, least, most }: Extract<PatternNode, { kind: 'times' }>, growing: Growing): Piece {
  if (most === 0) return nothing;
  const copies = most ?? Math.max(least, 1);
  let done = nothing;
  for (let copy = 1; copy <= copies; copy += 1) {
    const piece = pieceOf(of, growing);
    if (most === null && copy === copies) joined(piece, piece, growing);
    // one that may be missing ends the ones behind it too, which the first one of them follows
    done = joined(done, copy > least ? { ...piece, isNullable: true } : piece, growing);
  }
  return done;
}
