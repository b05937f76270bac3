/**
 * Bytes that are no character of an encoding stand in what is brought to UTF-8 as a sign of their own: it names them and their
 * place in the source, and is no UTF-8, so that no record with one passes for text. All of its bytes are over 0x7F: it never
 * ends a cell, a record or a quote.
 *
 * `F9 place FA bytes FB`: the place in digits of six bits, each byte as two of four, all of them over 0x80.
 */
const BEGINS = 0xf9;
const BETWEEN = 0xfa;
const ENDS = 0xfb;
const DIGIT = 0x80;

/** The sign for them. @param place of their first one in the source, from 0 */
export function undecodable(place: number, bytes: Uint8Array): Buffer {
  const digits: number[] = [];
  for (let left = place; left > 0 || digits.length === 0; left = Math.floor(left / 64))
    digits.unshift(DIGIT + (left % 64));
  const halves = [...bytes].flatMap((byte) => [DIGIT + (byte >> 4), DIGIT + (byte & 0x0f)]);
  return Buffer.from([BEGINS, ...digits, BETWEEN, ...halves, ENDS]);
}

/** What a sign says, and where it stands in the bytes that it was found in. */
export interface Undecodable {
  /** Of the first of the bytes in the source, from 0. */
  readonly place: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The first sign at or after an index; null: there is none. */
export function firstUndecodable(text: Buffer, from = 0): Undecodable | null {
  for (let start = text.indexOf(BEGINS, from); start !== -1; start = text.indexOf(BEGINS, start + 1)) {
    const between = text.indexOf(BETWEEN, start);
    const last = between === -1 ? -1 : text.indexOf(ENDS, between);
    if (last === -1) return null;
    const digits = text.subarray(start + 1, between);
    const halves = text.subarray(between + 1, last);
    const isSign = digits.length > 0 && halves.length > 0 && halves.length % 2 === 0;
    if (!isSign || !digits.every(isDigit) || !halves.every(isDigit)) continue;
    const place = digits.reduce((sum, digit) => sum * 64 + digit - DIGIT, 0);
    const bytes = Buffer.alloc(halves.length / 2);
    for (let i = 0; i < bytes.length; i += 1) {
      bytes[i] = ((halves[2 * i] as number) - DIGIT) * 16 + (halves[2 * i + 1] as number) - DIGIT;
    }
    return { place, bytes, start, end: last + 1 };
  }
  return null;
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT && byte < DIGIT + 64;
}

/** Bytes for a person to read: in the place of each sign stands U+FFFD. */
export function withoutSigns(text: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let sign = firstUndecodable(text); sign !== null; sign = firstUndecodable(text, at)) {
    parts.push(text.subarray(at, sign.start), Buffer.from('\ufffd'));
    at = sign.end;
  }
  return at === 0 ? text : Buffer.concat([...parts, text.subarray(at)]);
}
