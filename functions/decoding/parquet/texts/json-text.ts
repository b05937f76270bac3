import { writeAscii } from './digits.ts';
import type { ColumnText, InJson } from './text-of.ts';
import type { ValueText, WriteValue } from './value-text.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A value as it stands inside of JSON, with every digit. */
export function jsonText({ text, inJson }: ColumnText): ValueText {
  return { most: (length) => Math.max(text.most(length), 6 * length) + 3, write: writers[inJson](text) };
}

const writers: Readonly<Record<InJson, (text: ValueText) => WriteValue>> = {
  bare: ({ write }) => write,
  // JSON has no NaN and no Infinity
  number: (text) => (bytes, from, length, out, at) => {
    const end = text.write(bytes, from, length, out, at);
    const first = out[at] === 0x2d ? (out[at + 1] as number) : (out[at] as number);
    if (first >= 0x30 && first <= 0x39) return end;
    out.copyWithin(at + 1, at, end);
    return closed(out, at, end + 1);
  },
  quoted: (text) => (bytes, from, length, out, at) => closed(out, at, text.write(bytes, from, length, out, at + 1)),
  // its own backslash, of `\x`, is written twice
  bytes: (text) => (bytes, from, length, out, at) => {
    out[at + 1] = BACKSLASH;
    return closed(out, at, text.write(bytes, from, length, out, at + 2));
  },
  text: () => (bytes, from, length, out, at) => writeJsonString(bytes, from, from + length, out, at),
  json: () => (bytes, from, length, out, at) =>
    isJson(bytes.toString('utf8', from, from + length))
      ? at + bytes.copy(out, at, from, from + length)
      : writeJsonString(bytes, from, from + length, out, at),
};

function closed(out: Buffer, at: number, end: number): number {
  out[at] = QUOTE;
  out[end] = QUOTE;
  return end + 1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text bytes[from, end) as a string of JSON; it takes at most six times its bytes, and two. */
export function writeJsonString(bytes: Uint8Array, from: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  out[to++] = QUOTE;
  for (let i = from; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte < 0x20) {
      to = writeAscii(`\\u00${byte.toString(16).padStart(2, '0')}`, out, to);
    } else {
      if (byte === QUOTE || byte === BACKSLASH) out[to++] = BACKSLASH;
      out[to++] = byte;
    }
  }
  out[to++] = QUOTE;
  return to;
}
