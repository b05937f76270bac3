import { type CellCleaning, touch } from '../shared/cell-cleaning.ts';
import { isPlain, TEXT, TIMESTAMPTZ } from '../shared/plain-forms.ts';
import { lacksZone } from '../shared/plain-moments.ts';
import { isOdd } from '../shared/zone-jumps.ts';
import {
  BACKSLASH,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  CR,
  insideString,
  LF,
  OPEN_ARRAY,
  OPEN_OBJECT,
  overBlanks,
  QUOTE,
  TAB,
} from './bytes.ts';
import { note, noteOddCharacters, notJson, shownKey } from './fault.ts';
import { CAPTURED, forgetTooMany, keyAt, type KnownKey, oddKey, UNKNOWN } from './known-keys.ts';
import { numberEnd, stringRest, wordEnd } from './read-scalar.ts';
import { valueEnd } from './read-value.ts';
import { ARRAY, AS_IS, CAPTURE, GUARDED, JSON_COLUMN, JSONB_COLUMN, NULL, type Reader } from './reader.ts';

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
  i = overBlanks(bytes, i + 1);
  if (bytes[i] === CLOSE_OBJECT) return lineEnd(reader, bytes, i + 1);
  let before = reader.keys.first;
  for (;;) {
    if (bytes[i] !== QUOTE) return notJson(reader, bytes, i, 'a key in double quotes');
    const keyStart = i + 1;
    const key = likelyKey(before, bytes, keyStart) ?? otherKey(reader, bytes, keyStart);
    if (key === null) return -1;
    if (key.position !== UNKNOWN) before.next = key;
    before = key;
    i = keyStart + key.bytes.length;
    if (bytes[i] !== COLON) {
      i = overBlanks(bytes, i);
      if (bytes[i] !== COLON) return notJson(reader, bytes, i, "':' after a key");
    }
    i = overBlanks(bytes, i + 1);
    const { position } = key;
    if (position >= 0) {
      if (reader.seen[position] === reader.record) noteFilledTwice(reader, bytes, key, keyStart);
      reader.seen[position] = reader.record;
      i = readCell(reader, bytes, i, position);
    } else {
      i = readOther(reader, bytes, i, key, keyStart);
    }
    if (i === -1) return -1;
    i = overBlanks(bytes, i);
    if (bytes[i] !== COMMA) break;
    i = overBlanks(bytes, i + 1);
  }
  if (bytes[i] !== CLOSE_OBJECT) return notJson(reader, bytes, i, "',' or '}'");
  if (reader.captured.length > 0) keepCaptured(reader);
  return lineEnd(reader, bytes, i + 1);
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
function otherKey(reader: Reader, bytes: Buffer, start: number): KnownKey | null {
  let end = start;
  while (insideString[bytes[end] as number] === 0) end += 1;
  if (bytes[end] === QUOTE) return keyAt(reader.keys, bytes, start, end, false);
  if (stringRest(reader, bytes, end) === -1) return null;
  const isOddKey = reader.loneAt !== -1 || reader.nulAt !== -1;
  noteOddCharacters(reader, false);
  return isOddKey ? oddKey(bytes, start, reader.at) : keyAt(reader.keys, bytes, start, reader.at, true);
}

/** Reads the value of a column; answers the index after it, or -1. */
function readCell(reader: Reader, bytes: Buffer, from: number, position: number): number {
  const json = reader.jsons[position] as number;
  const form = reader.forms[position] as number;
  const byte = bytes[from] as number;
  let start = from;
  let end: number;
  let kind = AS_IS;
  let after: number;
  if (byte === QUOTE) {
    start += 1;
    end = start;
    while (insideString[bytes[end] as number] === 0) end += 1;
    if (bytes[end] !== QUOTE) {
      kind = stringRest(reader, bytes, end);
      if (kind === -1) return -1;
      end = reader.at;
      noteOddCharacters(reader, json === JSON_COLUMN);
    }
    after = end + 1;
    if (json !== 0) {
      start = from;
      end = after;
      if (kind !== AS_IS) kind = GUARDED;
    }
  } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
    const isArray = byte === OPEN_ARRAY && reader.arrays[position] === 1;
    if (reader.singles[position] === 1 && !isArray) {
      note(
        reader,
        'NESTED_VALUE',
        from,
        `${byte === OPEN_ARRAY ? 'an array' : 'an object'}, where the column holds none`,
      );
    }
    end = valueEnd(reader, bytes, from, {
      uniqueKeys: json === JSONB_COLUMN,
      takesNul: json !== JSONB_COLUMN && reader.arrays[position] !== 1,
    });
    if (end === -1) return -1;
    after = end;
    if (noteEscaped(reader, bytes, from, end)) kind = GUARDED;
    if (isArray) {
      kind = ARRAY;
      reader.plain = false;
    }
  } else {
    end =
      byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? numberEnd(reader, bytes, from) : wordEnd(reader, bytes, from);
    if (end === -1) return -1;
    after = end;
    if (byte === 0x6e) kind = NULL;
  }
  reader.kinds[position] = kind;
  reader.starts[position] = start;
  reader.ends[position] = end;
  if (reader.cleaning !== null && noteCell(reader, reader.cleaning, position, bytes)) return after;
  if (form !== TEXT && reader.plain && kind !== NULL) {
    reader.plain = kind === AS_IS && isPlainCell(reader, form, bytes, start, end);
  }
  return after;
}

/** Whether a step may change the cell just read; objects and arrays stay as they are. */
function noteCell({ kinds, starts, ends }: Reader, cleaning: CellCleaning, position: number, bytes: Buffer): boolean {
  const chain = cleaning.chains[position] ?? null;
  const kind = kinds[position] as number;
  if (chain === null || kind === ARRAY || kind === GUARDED) return false;
  const isLeft =
    kind === NULL
      ? chain.leavesNull
      : kind === AS_IS && chain.leaves(bytes, starts[position] as number, ends[position] as number);
  if (!isLeft) touch(cleaning, position);
  return !isLeft;
}

/** As isPlain; a moment without an offset is counted, and not plain where the zone has it never or twice. */
export function isPlainCell(reader: Reader, form: number, bytes: Buffer, start: number, end: number): boolean {
  if (!isPlain(form, bytes, start, end)) return false;
  if (form !== TIMESTAMPTZ || !lacksZone(bytes, start, end)) return true;
  reader.zoneless += 1;
  return reader.odd === null || !isOdd(reader.odd, bytes, start);
}

/** Reads the value of a key that fills no column; answers the index after it, or -1. */
function readOther(reader: Reader, bytes: Buffer, from: number, key: KnownKey, keyStart: number): number {
  const keyEnd = keyStart + key.bytes.length - 1;
  if (key.name.seen === reader.record) {
    note(reader, 'REPEATED_KEY', keyStart, `the key ${shownKey(bytes, keyStart, keyEnd)} a second time`);
  }
  key.name.seen = reader.record;
  const isCaptured = key.position === CAPTURED;
  const intoJsonb = isCaptured && reader.jsons[reader.captureColumn] === JSONB_COLUMN;
  if (key.position === UNKNOWN) {
    note(
      reader,
      'UNKNOWN_KEY',
      keyStart,
      `no column that a file may fill takes the key ${shownKey(bytes, keyStart, keyEnd)}`,
    );
  }
  const end = valueEnd(reader, bytes, from, { uniqueKeys: intoJsonb, takesNul: !intoJsonb });
  if (end === -1 || !isCaptured) return end;
  reader.captured.push(keyStart - 1, keyEnd + 1, from, end);
  noteEscaped(reader, bytes, from, end);
  return end;
}

/** Whether JSON that stays JSON holds what COPY has to be given with a backslash: one of its own, a tab or CR between tokens. */
function noteEscaped(reader: Reader, bytes: Buffer, start: number, end: number): boolean {
  let escaped = 0;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i];
    if (byte === BACKSLASH || byte === TAB || byte === CR) escaped += 1;
  }
  reader.escaped += escaped;
  return escaped > 0;
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
  reader.fault = { code: 'NOT_AN_OBJECT', at, words: 'a value that is no object, as each line has to be' };
  return -1;
}
