import { format } from 'numfmt';

/** Beyond it a double is written with a power, and a code's digits are not its own; two less for a percent. */
const mostShown = 1e19;

/**
 * A number as its cell shows it, in a spreadsheet that speaks English. Days and times are none of these. Excel rounds the 15
 * digits that it keeps, halves away from zero; a double lies a little beside them, so it is moved by what no digit of them shows.
 * Null: the format code is none that can be read.
 */
export function shownNumber(code: string, stored: number): string | null {
  const kept = Number(stored.toPrecision(15));
  if (Math.abs(kept) >= mostShown) return null;
  try {
    // a place that is kept free for a bracket or a sign is no part of what is shown
    return format(code, Number.isInteger(kept) ? kept : kept * (1 + Number.EPSILON), { throws: true }).trim();
  } catch {
    return null;
  }
}
