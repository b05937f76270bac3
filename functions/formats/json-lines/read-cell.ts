import { type CellCleaning, touch } from '../shared/cell-cleaning.ts';
import { isPlain, TEXT, TIMESTAMPTZ } from '../shared/plain-forms.ts';
import { lacksZone } from '../shared/plain-moments.ts';
import { isOdd } from '../shared/zone-jumps.ts';
import { BACKSLASH, CR, insideString, OPEN_ARRAY, OPEN_OBJECT, QUOTE, TAB } from '../../core/format/json-bytes.ts';
import { note, noteOddCharacters } from './fault.ts';
import { numberEnd, stringRest, wordEnd } from './read-scalar.ts';
import { valueEnd } from './read-value.ts';
import { ARRAY, AS_IS, GUARDED, JSON_COLUMN, JSONB_COLUMN, NULL, type Reader } from './reader.ts';

/** Reads the value of a column; answers the index after it, or -1. */
export function readCell(reader: Reader, bytes: Buffer, from: number, position: number): number {
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

/** Whether JSON that stays JSON holds what COPY has to be given with a backslash: one of its own, a tab or CR between tokens. */
export function noteEscaped(reader: Reader, bytes: Buffer, start: number, end: number): boolean {
  let escaped = 0;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i];
    if (byte === BACKSLASH || byte === TAB || byte === CR) escaped += 1;
  }
  reader.escaped += escaped;
  return escaped > 0;
}
