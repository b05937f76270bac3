import {
  CLOSE_OBJECT,
  COLON,
  COMMA,
  CR,
  insideString,
  LF,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from '../../core/format/json-bytes.ts';
import { overBlanks } from './bytes.ts';
import { note, noteOddCharacters, notJson, shownKey } from './fault.ts';
import {
  CAPTURED,
  forgetTooMany,
  keyAt,
  type KnownKey,
  type KnownKeys,
  MOST_KEYS,
  oddKey,
  UNKNOWN,
} from './known-keys.ts';
import { noteEscaped, readCell } from './read-cell.ts';
import { stringRest } from './read-scalar.ts';
import { valueEnd } from './read-value.ts';
import { CAPTURE, JSONB_COLUMN, type Reader } from './reader.ts';

/**
 * The tight loop: reads the object in the line at `start`, judging each value on the way. Answers the index of the line feed
 * that ends the record, or -1 where it is no JSON; reader.fault says what is wrong with it, if anything. A line feed has to
 * stand at or after `start`: no token runs over one, so no inner loop tests for the end of the bytes.
 */
export function readRecord(reader: Reader, bytes: Buffer, start: number): number {
  forgetTooMany(reader.keys);
  reader.record += 1;
  reader.plain = true;
  if (reader.cleaning !== null) reader.cleaning.touchedCells = 0;
  reader.zoneless = 0;
  reader.escaped = 0;
  reader.fault = null;
  reader.nulAt = -1;
  reader.loneAt = -1;
  if (reader.captured.length > 0) reader.captured.length = 0;
  let i = overBlanks(bytes, start);
  if (bytes[i] !== OPEN_OBJECT) return notAnObject(reader, bytes, i);
  i = readObject(reader, bytes, i, reader.keys);
  if (i === -1) return -1;
  if (reader.captured.length > 0) keepCaptured(reader);
  return lineEnd(reader, bytes, i);
}

/** Reads the object that opens at `from`, whose keys fill columns; answers the index after it, or -1. */
function readObject(reader: Reader, bytes: Buffer, from: number, keys: KnownKeys): number {
  let i = overBlanks(bytes, from + 1);
  if (bytes[i] === CLOSE_OBJECT) return i + 1;
  let before = keys.first;
  for (;;) {
    if (bytes[i] !== QUOTE) return notJson(reader, bytes, i, 'a key in double quotes');
    const keyStart = i + 1;
    const key = likelyKey(before, bytes, keyStart) ?? otherKey(reader, keys, bytes, keyStart);
    if (key === null) return -1;
    if (key.position !== UNKNOWN || key.inner !== null) before.next = key;
    before = key;
    i = keyStart + key.bytes.length;
    if (bytes[i] !== COLON) {
      i = overBlanks(bytes, i);
      if (bytes[i] !== COLON) return notJson(reader, bytes, i, "':' after a key");
    }
    i = overBlanks(bytes, i + 1);
    const { position, inner } = key;
    if (inner !== null) {
      i = readInner(reader, keys, { bytes, from: i, key, keyStart, inner });
    } else if (position >= 0) {
      i = readColumn(reader, bytes, i, key, keyStart);
    } else {
      i = readOther(reader, keys, { bytes, from: i, key, keyStart });
    }
    if (i === -1) return -1;
    i = overBlanks(bytes, i);
    if (bytes[i] !== COMMA) break;
    i = overBlanks(bytes, i + 1);
  }
  return bytes[i] === CLOSE_OBJECT ? i + 1 : notJson(reader, bytes, i, "',' or '}'");
}

/** Reads the value of a key that fills a column; answers the index after it, or -1. */
function readColumn(reader: Reader, bytes: Buffer, from: number, key: KnownKey, keyStart: number): number {
  const { position } = key;
  if (reader.seen[position] === reader.record) noteFilledTwice(reader, bytes, key, keyStart);
  reader.seen[position] = reader.record;
  return readCell(reader, bytes, from, position);
}

/** Reads a value of which keys fill columns, and which may fill one itself; answers the index after it, or -1. */
function readInner(reader: Reader, keys: KnownKeys, pair: Pair & { readonly inner: KnownKeys }): number {
  const { bytes, from, key, keyStart, inner } = pair;
  const isObject = bytes[from] === OPEN_OBJECT;
  let end = -1;
  if (key.position >= 0) end = readColumn(reader, bytes, from, key, keyStart);
  else noteSecond(reader, keys, pair);
  if (key.position >= 0 && (end === -1 || !isObject)) return end;
  if (!isObject) {
    const path = keys.source.path ?? '';
    if (bytes[from] !== 0x6e)
      note(
        reader,
        'NESTED_VALUE',
        from,
        `no object, where keys of ${shownKey(bytes, keyStart, keyEndOf(pair), path)} fill columns`,
      );
    return valueEnd(reader, bytes, from, { uniqueKeys: false, takesNul: true });
  }
  forgetTooMany(inner);
  const isOutermost = keys === reader.keys;
  if (isOutermost) reader.capturesInner = false;
  end = readObject(reader, bytes, from, inner);
  if (end !== -1 && isOutermost && reader.capturesInner) {
    reader.captured.push(keyStart - 1, keyEndOf(pair) + 1, from, end);
    noteEscaped(reader, bytes, from, end);
  }
  return end;
}

/** The key that followed the one before it in an earlier record, if it does again. */
function likelyKey(before: KnownKey, bytes: Buffer, start: number): KnownKey | null {
  const key = before.next;
  if (key === null) return null;
  const expected = key.bytes;
  for (let i = 0; i < expected.length; i += 1) {
    if (bytes[start + i] !== expected[i]) return null;
  }
  return key;
}

/** The key that begins at `start`, looked up; null where it is no string. */
function otherKey(reader: Reader, keys: KnownKeys, bytes: Buffer, start: number): KnownKey | null {
  let end = start;
  while (insideString[bytes[end] as number] === 0) end += 1;
  if (bytes[end] === QUOTE) return keptKey(reader, keys, bytes, { start, end, isEscaped: false });
  if (stringRest(reader, bytes, end) === -1) return null;
  const isOddKey = reader.loneAt !== -1 || reader.nulAt !== -1;
  noteOddCharacters(reader, false);
  return isOddKey
    ? oddKey(bytes, start, reader.at)
    : keptKey(reader, keys, bytes, { start, end: reader.at, isEscaped: true });
}

/** The key, looked up; where its object has too many, none is kept any more. */
function keptKey(
  reader: Reader,
  keys: KnownKeys,
  bytes: Buffer,
  { start, end, isEscaped }: { readonly start: number; readonly end: number; readonly isEscaped: boolean },
): KnownKey {
  if (keys.byName.size < MOST_KEYS) return keyAt(keys, bytes, start, end, isEscaped);
  note(reader, 'UNKNOWN_KEY', start, `more than ${MOST_KEYS} different keys, which no table has columns for`);
  return oddKey(bytes, start, end);
}

/** A key and where it and its value begin. */
interface Pair {
  readonly bytes: Buffer;
  readonly from: number;
  readonly key: KnownKey;
  readonly keyStart: number;
}

function keyEndOf({ key, keyStart }: Pair): number {
  return keyStart + key.bytes.length - 1;
}

function noteSecond(reader: Reader, { source }: KnownKeys, pair: Pair): void {
  const { bytes, key, keyStart } = pair;
  if (key.name.seen === reader.record) {
    const shown = shownKey(bytes, keyStart, keyEndOf(pair), source.path);
    note(reader, 'REPEATED_KEY', keyStart, `the key ${shown} a second time`);
  }
  key.name.seen = reader.record;
}

/** Reads the value of a key that fills no column; answers the index after it, or -1. */
function readOther(reader: Reader, keys: KnownKeys, pair: Pair): number {
  const { bytes, from, key, keyStart } = pair;
  noteSecond(reader, keys, pair);
  const isCaptured = key.position === CAPTURED;
  const intoJsonb = isCaptured && reader.jsons[reader.captureColumn] === JSONB_COLUMN;
  if (key.position === UNKNOWN) {
    const shown = shownKey(bytes, keyStart, keyEndOf(pair), keys.source.path);
    const records = keys === reader.keys ? recordsHint(pair) : '';
    note(reader, 'UNKNOWN_KEY', keyStart, `no column that a file may fill takes the key ${shown}${records}`);
  }
  const end = valueEnd(reader, bytes, from, { uniqueKeys: intoJsonb, takesNul: !intoJsonb });
  if (end === -1 || !isCaptured) return end;
  if (keys !== reader.keys) {
    reader.capturesInner = true;
    return end;
  }
  reader.captured.push(keyStart - 1, keyEndOf(pair) + 1, from, end);
  noteEscaped(reader, bytes, from, end);
  return end;
}

/** An array of objects behind a key that nobody knows: often the records themselves, in an envelope. */
function recordsHint(pair: Pair): string {
  const { bytes, from, keyStart } = pair;
  const name = bytes.toString('latin1', keyStart, Math.min(keyEndOf(pair), keyStart + 60));
  const value = overBlanks(bytes, from);
  const isTable = bytes[value] === OPEN_ARRAY && bytes[overBlanks(bytes, value + 1)] === OPEN_OBJECT;
  return isTable && /^[\w-]+$/.test(name)
    ? `, which holds an array of objects (where those are the records: --format json --json-path ${name})`
    : '';
}

function noteFilledTwice(reader: Reader, bytes: Buffer, key: KnownKey, start: number): void {
  const shown = shownKey(bytes, start, start + key.bytes.length - 1);
  note(reader, 'REPEATED_KEY', start, `the key ${shown} fills a column that another key of the record fills already`);
}

function keepCaptured(reader: Reader): void {
  const { captureColumn: position, captured } = reader;
  if (reader.seen[position] === reader.record) {
    const at = captured[0] as number;
    note(reader, 'REPEATED_KEY', at, 'a key to be captured, in a record that fills the capturing column itself');
  }
  reader.seen[position] = reader.record;
  reader.kinds[position] = CAPTURE;
}

function lineEnd(reader: Reader, bytes: Buffer, from: number): number {
  const end = overBlanks(bytes, from);
  if (bytes[end] === LF) return end;
  const hasBareCr = bytes.subarray(from, end).includes(CR);
  const ends = hasBareCr
    ? 'a line feed after the object, as CR alone ends no line'
    : 'the end of the line after the object';
  return notJson(reader, bytes, end, ends);
}

function notAnObject(reader: Reader, bytes: Buffer, at: number): -1 {
  const end = valueEnd(reader, bytes, at, { uniqueKeys: false, takesNul: true });
  if (end === -1 || bytes[overBlanks(bytes, end)] !== LF)
    return notJson(reader, bytes, at, "an object, which begins with '{'");
  reader.fault = { code: 'NOT_AN_OBJECT', at, words: 'a value that is no object, as each record has to be' };
  return -1;
}
