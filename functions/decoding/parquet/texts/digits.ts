const BILLION = 1_000_000_000;

/** Writes a whole number from 0 below 2^53 in decimal; answers where it ends. */
export function writeWhole(value: number, out: Uint8Array, at: number): number {
  if (value >= BILLION) {
    const billions = Math.floor(value / BILLION);
    return writePadded(value - billions * BILLION, 9, out, writeWhole(billions, out, at));
  }
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return writePadded(value, digits, out, at);
}

/** Writes the last so many digits of a whole number below 2^31, zeros before it. */
export function writePadded(value: number, digits: number, out: Uint8Array, at: number): number {
  let rest = value | 0;
  for (let i = at + digits - 1; i >= at; i -= 1) {
    const tenth = (rest / 10) | 0;
    out[i] = 0x30 + rest - tenth * 10;
    rest = tenth;
  }
  return at + digits;
}

/** Writes ASCII. */
export function writeAscii(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i += 1) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}
