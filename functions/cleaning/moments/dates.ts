import { datePattern } from './date-pattern.ts';
import { misfitOfMoments } from '../fits.ts';
import type { CleaningStep } from '../step.ts';

export const date: CleaningStep = {
  name: 'date',
  argument: 'PATTERN',
  summary: 'read by PATTERN (`dd.MM.yyyy`) and written as 2024-12-31; anything else is refused',
  problem: ({ argument = '' }, column) => {
    const pattern = datePattern(argument);
    if (typeof pattern === 'string') return `the pattern ${argument} ${pattern}`;
    if (pattern.hasTime) return `the pattern ${argument} has an hour, which is for timestamp:${argument}.`;
    return misfitOfMoments('date gives dates', column);
  },
  cleaner: ({ argument = '' }) => {
    const { shown, read } = soundPattern(argument);
    const unreadable = { code: 'INVALID_DATE', words: `is no date as ${shown}` } as const;
    return { leaves: shown === iso ? isIsoDate : () => false, clean: (text) => read(text) ?? unreadable };
  },
};

export const timestamp: CleaningStep = {
  name: 'timestamp',
  argument: 'PATTERN',
  summary: 'read by PATTERN (`dd.MM.yyyy HH:mm`) and written as 2024-12-31 22:30:00; anything else is refused',
  problem: ({ argument = '' }, column) => {
    const pattern = datePattern(argument);
    if (typeof pattern === 'string') return `the pattern ${argument} ${pattern}`;
    if (!pattern.hasTime) return `the pattern ${argument} has no hour (HH); a date alone is of date:${argument}.`;
    return misfitOfMoments('timestamp gives dates with a time', column);
  },
  cleaner: ({ argument = '' }) => {
    const { shown, read } = soundPattern(argument);
    const unreadable = { code: 'INVALID_TIMESTAMP', words: `is no date and time as ${shown}` } as const;
    return { leaves: () => false, clean: (text) => read(text) ?? unreadable };
  },
};

function soundPattern(argument: string): Exclude<ReturnType<typeof datePattern>, string> {
  const pattern = datePattern(argument);
  if (typeof pattern === 'string') throw new Error(`the pattern ${argument} was not checked: it ${pattern}`);
  return pattern;
}

const iso = 'yyyy-MM-dd';

/** Whether the cell is such a date for certain; those behind the 28th of a month are read to know. */
function isIsoDate(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 10 || bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return false;
  const year = numberAt(bytes, start) * 100 + numberAt(bytes, start + 2);
  const month = numberAt(bytes, start + 5);
  const day = numberAt(bytes, start + 8);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

/** Two digits as a number; less than -10,000 where they are none. */
function numberAt(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000_000;
}
