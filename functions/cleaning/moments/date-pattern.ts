import { dateText, digits, isDay } from './calendar.ts';
import { fieldOf, type FieldReader, type Moment } from './date-fields.ts';

/** A pattern in the symbols of Unicode (UTS 35), `dd.MM.yyyy HH:mm`, made ready to read. */
export interface DatePattern {
  /** The pattern without its pivot, for people. */
  readonly shown: string;
  readonly hasTime: boolean;
  readonly hasOffset: boolean;
  /** `2024-12-31`, or `2024-12-31 22:30:00.5+02:00` where it has a time; null where the text is none of it, or no day or time there is. */
  readonly read: (text: string) => string | null;
}

/** Reads one part of the text: where it ends, or -1. */
type PartReader = (text: string, at: number, moment: Moment) => number;

interface Part {
  readonly read: PartReader;
  /** What of a moment it says: year, month, ...; null for a literal. */
  readonly says: string | null;
  /** As written. */
  readonly written: string;
  readonly takesDigits: boolean;
  readonly endsOpen: boolean;
}

/** A pattern, or in words why it is none. Behind an @ stands the first year that two digits may mean: `dd.MM.yy@1970`. */
export function datePattern(argument: string): DatePattern | string {
  const [, shown = '', pivot] = /^([^]*?)(?:@(\d{4}))?$/u.exec(argument) ?? [];
  const parts = partsOf(shown);
  if (typeof parts === 'string') return parts;
  const problem = problemOf(parts, shown, pivot);
  if (problem !== null) return problem;
  const says = (what: string): boolean => parts.some((part) => part.says === what);
  const hasTime = says('hour');
  const hasOffset = says('offset');
  const firstYear = pivot === undefined ? null : Number(pivot);
  const readers = parts.map(({ read }) => read);
  return { shown, hasTime, hasOffset, read: (text) => readMoment(text, readers, { firstYear, hasTime }) };
}

function readMoment(
  text: string,
  readers: readonly PartReader[],
  { firstYear, hasTime }: { readonly firstYear: number | null; readonly hasTime: boolean },
): string | null {
  const moment: Moment = {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    half: -1,
    minute: 0,
    second: 0,
    fraction: '',
    offset: '',
  };
  let at = 0;
  for (const read of readers) {
    at = read(text, at, moment);
    if (at === -1) return null;
  }
  if (at !== text.length) return null;
  const year = firstYear === null ? moment.year : ofTwoDigits(moment.year, firstYear);
  if (!isDay(year, moment.month, moment.day)) return null;
  const date = dateText(year, moment.month, moment.day);
  return hasTime ? `${date} ${timeText(moment)}` : date;
}

/** The year with these last digits among the hundred from `first` on. */
function ofTwoDigits(lastTwo: number, first: number): number {
  return first + ((lastTwo - (first % 100) + 100) % 100);
}

function timeText({ hour, half, minute, second, fraction, offset }: Moment): string {
  const hours = half === -1 ? hour : (hour % 12) + 12 * half;
  return `${digits(hours, 2)}:${digits(minute, 2)}:${digits(second, 2)}${fraction}${offset}`;
}

/** Letters are symbols, what stands between quotes and all else is itself, two quotes are one. */
function partsOf(pattern: string): readonly Part[] | string {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; ) {
    const char = pattern.charAt(at);
    if (char === "'") {
      const quoted = quotedAt(pattern, at);
      if (quoted === null) return "has a quote that is never closed; a quote itself is written as two: ''.";
      parts.push(literal(quoted.text));
      at = quoted.end;
    } else if (/[a-z]/i.test(char)) {
      let end = at + 1;
      while (pattern.charAt(end) === char) end += 1;
      const written = pattern.slice(at, end);
      const field = fieldOf(written);
      if (typeof field === 'string') return field;
      parts.push(fieldPart(written, field));
      at = end;
    } else {
      parts.push(literal(char));
      at += 1;
    }
  }
  return parts;
}

function quotedAt(pattern: string, start: number): { readonly text: string; readonly end: number } | null {
  if (pattern.charAt(start + 1) === "'") return { text: "'", end: start + 2 };
  let text = '';
  for (let i = start + 1; i < pattern.length; i += 1) {
    if (pattern.charAt(i) !== "'") text += pattern.charAt(i);
    else if (pattern.charAt(i + 1) !== "'") return { text, end: i + 1 };
    else {
      text += "'";
      i += 1;
    }
  }
  return null;
}

function literal(text: string): Part {
  const read: PartReader = (cell, at) => (cell.startsWith(text, at) ? at + text.length : -1);
  return { read, says: null, written: text, takesDigits: /^\d/.test(text), endsOpen: false };
}

function fieldPart(written: string, { says, read, takesDigits, endsOpen }: FieldReader): Part {
  return { read, says, written, takesDigits, endsOpen };
}

function problemOf(parts: readonly Part[], pattern: string, pivot: string | undefined): string | null {
  const said = parts.flatMap(({ says }) => says ?? []);
  const missing = [
    ['year', 'yyyy'],
    ['month', 'MM'],
    ['day', 'dd'],
  ].filter(([what = '']) => !said.includes(what));
  const twice = said.find((what, position) => said.indexOf(what) !== position);
  const [open, next] = openEnd(parts);
  const twoDigits = parts.some(({ written, says }) => says === 'year' && written === 'yy');
  const hasHalf = parts.some(({ says, written }) => says === 'hour' && written.startsWith('h'));
  if (missing.length > 0) return `has no ${missing.map(([what, symbol]) => `${what} (${symbol})`).join(' and no ')}.`;
  if (twice !== undefined) return `has the ${twice} twice.`;
  if (open !== undefined)
    return `has ${open} right before ${next}, so that nobody knows where it ends. Write ${open}${open}, or something between.`;
  if (twoDigits && pivot === undefined) {
    return `has years of two digits (yy). Say behind an @ with which year their century begins: ${pattern}@1970 is 1970 to 2069.`;
  }
  if (!twoDigits && pivot !== undefined) return `has a first year behind its @, but no year of two digits (yy).`;
  if (pivot !== undefined && (Number(pivot) < 1 || Number(pivot) > 9900))
    return 'has a first year that is not between 0001 and 9900.';
  if (hasHalf !== said.includes('half')) {
    return hasHalf
      ? 'has an hour of the half day (h) without a (AM or PM). From 0 to 23 it is H.'
      : 'has a (AM or PM), but its hour is not h.';
  }
  return problemOfTime(said);
}

function problemOfTime(said: readonly string[]): string | null {
  const finer = ['hour', 'minute', 'second', 'fraction'];
  const last = finer.findLastIndex((what) => said.includes(what));
  const without = finer.slice(0, Math.max(last, 0)).find((what) => !said.includes(what));
  if (without !== undefined) return `has a ${finer[last]}, but no ${without}.`;
  return said.includes('offset') && last === -1 ? 'has an offset, but no hour.' : null;
}

/** A field whose number of digits is open, and what stands right behind it and begins with a digit; nothing where there is none. */
function openEnd(parts: readonly Part[]): readonly string[] {
  const at = parts.findIndex(({ endsOpen }, position) => endsOpen && parts[position + 1]?.takesDigits === true);
  return at === -1 ? [] : parts.slice(at, at + 2).map(({ written }) => written);
}
