import type { ValueText } from '../texts/value-text.ts';
import type { PlainBytes } from './plain-bytes.ts';
import { readRuns, type Runs } from './runs.ts';

/** Texts of values: value i is text[starts[i], ends[i]). Their owner writes them anew at each call. */
export interface Texts {
  text: Buffer;
  starts: Int32Array;
  ends: Int32Array;
}

/** The values of a page, NULLs left out, read forward. */
export interface Values {
  /** The next ones, into texts[at, at + count). Throws where there are fewer. Texts of one page only stand together. */
  readonly next: (into: Texts, at: number, count: number) => void;
}

/** Where the texts of a column are written: used again for each of its pages. */
export interface Scratch {
  text: Buffer;
}

/** Values in the plain encoding, written as they are asked for. */
export function plainValues(
  { bytes, at: first, width }: PlainBytes,
  { write, most }: ValueText,
  scratch: Scratch,
): Values {
  let from = first;
  const next = (into: Texts, at: number, count: number): void => {
    let to = 0;
    let { text } = scratch;
    for (let i = at; i < at + count; i += 1) {
      let length = width ?? 0;
      if (width === null) {
        length = bytes.readUInt32LE(from);
        from += 4;
      }
      if (from + length > bytes.length) throw new Error('values end in the middle');
      const room = to + most(length);
      if (room > text.length) text = grown(text, to, room);
      into.starts[i] = to;
      to = write(bytes, from, length, text, to);
      into.ends[i] = to;
      from += length;
    }
    scratch.text = text;
    into.text = text;
  };
  return { next };
}

function grown(text: Buffer, used: number, room: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(room, text.length * 2));
  text.copy(larger, 0, 0, used);
  return larger;
}

/** One bit a value, or runs of them. */
export function booleanValues(runs: Runs): Values {
  const bits = { values: new Int32Array(0) };
  const words = Buffer.from('falsetrue');
  return {
    next(into, at, count) {
      if (bits.values.length < count) bits.values = new Int32Array(count);
      readRuns(runs, bits.values, count);
      into.text = words;
      for (let i = 0; i < count; i += 1) {
        into.starts[at + i] = bits.values[i] === 0 ? 0 : 5;
        into.ends[at + i] = bits.values[i] === 0 ? 5 : 9;
      }
    },
  };
}

/** The texts of a dictionary, written once. */
export function dictionaryTexts(plain: PlainBytes, text: ValueText, count: number): Texts {
  const texts = { text: Buffer.alloc(0), starts: new Int32Array(count), ends: new Int32Array(count) };
  plainValues(plain, text, { text: Buffer.alloc(0) }).next(texts, 0, count);
  // it stays as long as its row group is read, and room for what values may take is most of it
  const used = texts.ends[count - 1] ?? 0;
  const kept = Buffer.allocUnsafeSlow(used);
  texts.text.copy(kept, 0, 0, used);
  texts.text = kept;
  return texts;
}

/** Places in a dictionary. */
export function dictionaryValues(dictionary: Texts, runs: Runs): Values {
  const { starts, ends } = dictionary;
  const places = { values: new Int32Array(0) };
  return {
    next(into, at, count) {
      if (places.values.length < count) places.values = new Int32Array(count);
      readRuns(runs, places.values, count);
      into.text = dictionary.text;
      for (let i = 0; i < count; i += 1) {
        const place = places.values[i] as number;
        if (place < 0 || place >= starts.length)
          throw new Error(`a dictionary of ${starts.length} has no value ${place}`);
        into.starts[at + i] = starts[place] as number;
        into.ends[at + i] = ends[place] as number;
      }
    },
  };
}
