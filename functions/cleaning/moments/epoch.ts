import { dateOfDay, firstDay, lastDay, timeOfSeconds } from './calendar.ts';
import { misfitOfMoments } from '../fits.ts';
import type { CleaningStep } from '../step.ts';
import { withoutEndZeros } from '../zeros.ts';

/** Digits behind the point of a second. */
const units: Readonly<Record<string, number>> = { s: 0, ms: 3, us: 6 };
const words: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', us: 'microseconds' };
const names = Object.keys(units);
const secondsOfDay = 86_400;
/** Nobody means more: 9999-12-31 has 18 digits of microseconds. */
const longest = 40;

export const epoch: CleaningStep = {
  name: 'epoch',
  argument: names.join('|'),
  summary: 'a number of seconds, milliseconds or microseconds since 1970 in UTC, written as 2024-12-31 22:30:00+00',
  problem: ({ argument = '' }, column) =>
    names.includes(argument)
      ? misfitOfMoments('epoch gives moments', column)
      : `epoch takes one of ${names.join(', ')} behind its colon: epoch:ms.`,
  cleaner: ({ argument = '' }) => {
    const places = units[argument] ?? 0;
    const unreadable = { code: 'INVALID_TIMESTAMP', words: `is no number of ${words[argument]} since 1970` } as const;
    const tooFar = {
      code: 'INVALID_TIMESTAMP',
      words: `as ${words[argument]} since 1970 is not in the years 1 to 9999`,
    } as const;
    return {
      leaves: () => false,
      clean: (text) => {
        const [, sign, whole, fraction = ''] =
          text.length > longest ? [] : (/^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []);
        return whole === undefined ? unreadable : (momentText(sign === '-', whole, fraction, places) ?? tooFar);
      },
    };
  },
};

/** Exact, whatever the number of digits: a number is cut at the point of its seconds, and what is before 1970 counted from the second below. */
function momentText(isNegative: boolean, whole: string, fraction: string, places: number): string | null {
  const padded = whole.padStart(places + 1, '0');
  const point = padded.length - places;
  const below = withoutEndZeros(padded.slice(point) + fraction);
  const seconds = BigInt(padded.slice(0, point));
  const borrows = isNegative && below !== '';
  const total = isNegative ? -seconds - (borrows ? 1n : 0n) : seconds;
  const parts = borrows ? (10n ** BigInt(below.length) - BigInt(below)).toString().padStart(below.length, '0') : below;
  const ofDay = Number(((total % 86_400n) + 86_400n) % 86_400n);
  const day = Number((total - BigInt(ofDay)) / BigInt(secondsOfDay));
  if (day < firstDay || day > lastDay) return null;
  return `${dateOfDay(day)} ${timeOfSeconds(ofDay)}${parts === '' ? '' : `.${parts}`}+00`;
}
