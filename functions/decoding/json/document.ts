import { startSelection, type Selection } from './records-of.ts';
import { VALUE } from './states.ts';

/** How far a document was read, and what its records are. */
export interface Document {
  readonly selection: Selection;
  /** Offset of the chunk's first byte. */
  base: number;
  /** What is expected, or read: states.ts. */
  state: number;
  depth: number;
  /** By depth: 1 where it is an object that stands open there. */
  readonly objects: Uint8Array;
  /** The string that is read is a key. */
  isKey: boolean;
  /** Where in the chunk the key goes on that is compared with the path; -1: none is. */
  keyFrom: number;
  /** Its bytes in the chunks before, a character each; null: longer than any of a path. */
  keyBefore: string | null;
  /** The word that is read. */
  word: string;
  /** Of the word, or of the digits of an escape, so many were read. */
  read: number;
  /** From 1, and the offset at which it begins. */
  line: number;
  lineStart: number;
}

/** 10,000 levels: ten times what a record may have, and 10 kB. */
export const deepest = 10_000;

/** Before the first byte. @param keys that lead to the records */
export function startDocument(keys: readonly string[]): Document {
  return {
    selection: startSelection(keys),
    base: 0,
    state: VALUE,
    depth: 0,
    objects: new Uint8Array(deepest + 1),
    isKey: false,
    keyFrom: -1,
    keyBefore: '',
    word: '',
    read: 0,
    line: 1,
    lineStart: 0,
  };
}
