import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  insideString,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from '../../core/format/json-bytes.ts';
import { overBlanks } from './bytes.ts';
import { note, noteOddCharacters, notJson, shownKey } from './fault.ts';
import { unescaped } from './known-keys.ts';
import { numberEnd, stringRest, wordEnd } from './read-scalar.ts';
import { AS_IS, DEEPEST, type Reader } from './reader.ts';

/** What is asked of a value beyond being JSON. */
export interface ValueDemands {
  /** jsonb keeps the last of two equal keys, without a word. */
  readonly uniqueKeys: boolean;
  /** json keeps \u0000 as it stands. */
  readonly takesNul: boolean;
}

/**
 * Index after the value at `from`, however it is nested; -1 where it is no JSON or nested too deeply. Walks with a stack of
 * its own, so that no depth can exhaust that of the program.
 */
export function valueEnd(reader: Reader, bytes: Buffer, from: number, demands: ValueDemands): number {
  let depth = 0;
  let i = from;
  for (;;) {
    i = overBlanks(bytes, i);
    const byte = bytes[i];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1;
      if (depth > DEEPEST) {
        reader.fault = { code: 'JSON_DEPTH', at: i, words: `nested deeper than ${DEEPEST} levels` };
        return -1;
      }
      const isObject = byte === OPEN_OBJECT;
      open(reader, depth, isObject);
      i = overBlanks(bytes, i + 1);
      if (bytes[i] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (isObject) i = keyEnd(reader, bytes, i, depth, demands);
        if (i === -1) return -1;
        continue;
      }
      depth -= 1;
      i += 1;
    } else {
      i = scalarEnd(reader, bytes, i, demands);
      if (i === -1) return -1;
    }
    for (;;) {
      if (depth === 0) return i;
      const isObject = reader.isObject[depth] === 1;
      i = overBlanks(bytes, i);
      if (bytes[i] === COMMA) {
        if (isObject) i = keyEnd(reader, bytes, overBlanks(bytes, i + 1), depth, demands);
        else i += 1;
        if (i === -1) return -1;
        break;
      }
      if (bytes[i] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        return notJson(reader, bytes, i, isObject ? "',' or '}'" : "',' or ']'");
      }
      depth -= 1;
      i += 1;
    }
  }
}

function open(reader: Reader, depth: number, isObject: boolean): void {
  reader.isObject[depth] = isObject ? 1 : 0;
  reader.keySets[depth]?.clear();
}

/** Index after the key at `at` and its colon; -1. */
function keyEnd(reader: Reader, bytes: Buffer, at: number, depth: number, demands: ValueDemands): number {
  if (bytes[at] !== QUOTE) return notJson(reader, bytes, at, 'a key in double quotes');
  const end = stringEnd(reader, bytes, at, demands.takesNul);
  if (end === -1) return -1;
  if (demands.uniqueKeys) noteRepeated(reader, bytes, at + 1, end - 1, depth);
  const colon = overBlanks(bytes, end);
  return bytes[colon] === COLON ? colon + 1 : notJson(reader, bytes, colon, "':' after a key");
}

function noteRepeated(reader: Reader, bytes: Buffer, start: number, end: number, depth: number): void {
  const text = bytes.toString('utf8', start, end);
  const key = text.includes('\\') ? unescaped(text) : text;
  const keys = (reader.keySets[depth] ??= new Set());
  if (keys.has(key)) {
    note(reader, 'REPEATED_KEY', start, `the key ${shownKey(bytes, start, end)} a second time in one object`);
  }
  keys.add(key);
}

function scalarEnd(reader: Reader, bytes: Buffer, at: number, demands: ValueDemands): number {
  const byte = bytes[at] as number;
  if (byte === QUOTE) return stringEnd(reader, bytes, at, demands.takesNul);
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? numberEnd(reader, bytes, at) : wordEnd(reader, bytes, at);
}

/** Index after the string at `at`; -1. */
function stringEnd(reader: Reader, bytes: Buffer, at: number, takesNul: boolean): number {
  let i = at + 1;
  while (insideString[bytes[i] as number] === 0) i += 1;
  if (bytes[i] === QUOTE) return i + 1;
  if (stringRest(reader, bytes, i) < AS_IS) return -1;
  noteOddCharacters(reader, takesNul);
  return reader.at + 1;
}
