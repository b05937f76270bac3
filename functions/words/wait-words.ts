import { printable } from '../core/printable.ts';
import { clock, count } from './quantities.ts';

/** `waiting 35 s: replication: replica1 is 23 MB behind (limit 20 MB)`, on one line. */
export function waitWords(wait: {
  readonly signal: string;
  readonly figure: string;
  readonly seconds: number;
}): string {
  const { signal, figure, seconds } = wait;
  const long = seconds < 120 ? `${seconds} s` : `${clock(seconds * 1_000)} min`;
  // a person's pause says itself what it is
  const what = signal === 'paused' ? '' : `${printable(signal)}: `;
  return `waiting ${long}: ${what}${printable(figure)}`;
}

/** `412,000 of 1,000,000 rows`, and `41,000 rows/s` where it is known: thousands where they are many. */
export function mergedWords(planned: number, merged: number, perSecond: number | null): readonly [string, string] {
  const rate = perSecond === null || perSecond < 1 ? '' : `${count(rounded(perSecond))} rows/s`;
  return [`${count(merged)} of ${count(planned)} rows`, rate];
}

function rounded(number: number): number {
  const step = number >= 10_000 ? 1_000 : number >= 1_000 ? 100 : 1;
  return Math.round(number / step) * step;
}
