import {
  BACKSLASH,
  BLANK,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  CR,
  insideString,
  LF,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  TAB,
} from '../../core/format/json-bytes.ts';
import { beginsValue, isDigit } from './bytes.ts';
import { deepest, type Document } from './document.ts';
import { corrupt, unexpected } from './faults.ts';
import { beginKey, endKey, keepKey } from './keys.ts';
import { blankLineEnd, chunkStart } from './record-output.ts';
import { valueBegins, valueEnds, watchedCloses } from './records-of.ts';
import {
  AFTER_KEY,
  AFTER_VALUE,
  ESCAPE,
  FRACTION,
  INTEGER,
  KEY,
  KEY_OR_CLOSE,
  POWER,
  STRING,
  VALUE,
  VALUE_OR_CLOSE,
  ZERO,
} from './states.ts';
import { afterDigits, beginNumber, beginWord, isWordAt, nextInToken } from './tokens.ts';

/**
 * The tight loop: reads the next chunk strictly (RFC 8259), and tells the selection of values at the depth that it watches. One
 * function, so that state and depth stay in registers: told apart into a function a token it is three times as slow.
 * @throws DecodingFault JSON_CORRUPT at the first byte that nothing of JSON may have there; JSON_PATH
 */
export function walk(document: Document, chunk: Buffer): void {
  const { selection, objects } = document;
  const base = document.base - chunkStart;
  const end = chunk.length;
  let { state, depth, isKey } = document;
  let i = chunkStart;
  if (document.keyFrom !== -1) document.keyFrom = i;
  const fault = (at: number): Error => {
    document.state = state;
    document.depth = depth;
    return unexpected(document, chunk[at] as number, at);
  };
  while (i < end) {
    if (state === STRING) {
      while (i < end && insideString[chunk[i] as number] === 0) i += 1;
      if (i === end) break;
      const byte = chunk[i];
      if (byte === QUOTE) {
        if (isKey) {
          if (document.keyFrom !== -1) endKey(document, chunk, i, base + i);
          state = AFTER_KEY;
        } else {
          state = AFTER_VALUE;
          if (depth === selection.watched) valueEnds(selection, i + 1);
        }
      } else if (byte === BACKSLASH) state = ESCAPE;
      else throw fault(i);
      i += 1;
    } else if (state <= AFTER_VALUE) {
      const byte = chunk[i] as number;
      if (byte <= BLANK) {
        if (byte === LF) {
          document.line += 1;
          document.lineStart = base + i + 1;
          blankLineEnd(selection.output, chunk, i);
        } else if (byte === CR) blankLineEnd(selection.output, chunk, i);
        else if (byte !== BLANK && byte !== TAB) throw fault(i);
      } else if (state === AFTER_VALUE) {
        const isObject = objects[depth] === 1;
        if (byte === COMMA && depth > 0) state = isObject ? KEY : VALUE;
        else if (byte === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY) && depth > 0) {
          if (depth === selection.watched) watchedCloses(selection);
          depth -= 1;
          if (depth === selection.watched) valueEnds(selection, i + 1);
        } else throw fault(i);
      } else if (state === AFTER_KEY) {
        if (byte !== COLON) throw fault(i);
        state = VALUE;
      } else if (state >= KEY && byte === QUOTE) {
        state = STRING;
        isKey = true;
        if (depth === selection.watched) beginKey(document, i + 1);
      } else if (
        (state === KEY_OR_CLOSE && byte === CLOSE_OBJECT) ||
        (state === VALUE_OR_CLOSE && byte === CLOSE_ARRAY)
      ) {
        state = AFTER_VALUE;
        if (depth === selection.watched) watchedCloses(selection);
        depth -= 1;
        if (depth === selection.watched) valueEnds(selection, i + 1);
      } else if (state >= KEY || beginsValue[byte] === 0) throw fault(i);
      else {
        if (depth === selection.watched) valueBegins(selection, chunk, i, base + i);
        if (byte === QUOTE) {
          state = STRING;
          isKey = false;
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          if (depth === deepest) throw corrupt(document, i, `nested deeper than ${deepest} levels`);
          depth += 1;
          objects[depth] = byte === OPEN_OBJECT ? 1 : 0;
          state = byte === OPEN_OBJECT ? KEY_OR_CLOSE : VALUE_OR_CLOSE;
        } else if (byte <= 0x39) state = beginNumber(byte);
        else if (isWordAt(chunk, byte, i)) {
          state = AFTER_VALUE;
          i += byte === 0x66 ? 4 : 3;
          if (depth === selection.watched) valueEnds(selection, i + 1);
        } else state = beginWord(document, byte);
      }
      i += 1;
    } else if (state === INTEGER || state === FRACTION || state === POWER) {
      while (i < end && isDigit[chunk[i] as number] === 1) i += 1;
      if (i === end) break;
      state = afterDigits(state, chunk[i] as number);
      if (state !== AFTER_VALUE) i += 1;
      else if (depth === selection.watched) valueEnds(selection, i);
    } else {
      const next = nextInToken(document, state, chunk[i] as number);
      if (next === -1) throw fault(i);
      // what ends a number is read again, as what follows it
      if (next !== AFTER_VALUE || state !== ZERO) i += 1;
      state = next;
      if (state === AFTER_VALUE && depth === selection.watched) valueEnds(selection, i);
    }
  }
  if (document.keyFrom !== -1) keepKey(document, chunk, end);
  document.base += end - chunkStart;
  document.state = state;
  document.depth = depth;
  document.isKey = isKey;
}

/** The document has no more bytes. */
export function endWalk(document: Document): void {
  const { state, depth, base } = document;
  const isNumber = state === ZERO || state === INTEGER || state === FRACTION || state === POWER;
  if (depth > 0 || (state !== AFTER_VALUE && !isNumber)) {
    const isBlank = depth === 0 && state === VALUE;
    const cut = isBlank ? 'it holds nothing but blanks' : 'it ends there, in the middle: it was cut off';
    throw corrupt(document, chunkStart, base === 0 ? 'the file is empty' : cut);
  }
  if (isNumber) valueEnds(document.selection, chunkStart);
}
