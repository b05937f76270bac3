/** What a pattern reads from a text; a field that it does not have keeps its 0. */
export interface Moment {
  year: number;
  month: number;
  day: number;
  hour: number;
  /** 0 before noon, 1 from noon on; -1: the hour is one of 24. */
  half: -1 | 0 | 1;
  minute: number;
  second: number;
  /** `.5`, or nothing. */
  fraction: string;
  /** `+02:00`, or nothing. */
  offset: string;
}

/** One symbol of a pattern, with its length. */
export interface FieldReader {
  /** What it says: two symbols of one kind say the same thing twice. */
  readonly says: 'year' | 'month' | 'day' | 'hour' | 'half' | 'minute' | 'second' | 'fraction' | 'offset';
  /** Where the field ends in the text, or -1 where it is none. */
  readonly read: (text: string, at: number, moment: Moment) => number;
  /** Whether it begins with a digit. */
  readonly takesDigits: boolean;
  /** Whether it may be one digit longer than it has to be. */
  readonly endsOpen: boolean;
}

type Number = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** A symbol as Unicode has it (https://unicode.org/reports/tr35/tr35-dates.html), or in words why it is none here. */
export function fieldOf(written: string): FieldReader | string {
  const known = fields[written];
  if (known !== undefined) return known;
  if (/^S+$/.test(written)) return fractionField(written.length);
  const hint = meant[written.charAt(0)];
  return `has ${written}, which is no symbol of it.${hint === undefined ? ' Letters that stand for themselves are put in quotes.' : ` ${hint}`}`;
}

const meant: Readonly<Record<string, string>> = {
  Y: 'The year is yyyy, or yy; Y counts years of weeks.',
  y: 'The year is yyyy, or yy.',
  u: 'The year is yyyy.',
  D: 'The day of the month is dd, or d; D counts days of the year.',
  d: 'The day is dd, or d.',
  M: 'The month is MM, M, MMM (Jan) or MMMM (January).',
  m: 'The minute is mm, or m; the month is MM.',
  h: 'The hour is HH or H, or with a half day (a) hh or h.',
  H: 'The hour is HH, or H.',
  k: 'The hour is HH, or H.',
  s: 'The second is ss, or s.',
  T: "A letter that stands for itself is put in quotes: 'T'.",
};

/** Digits [least, most] of a field, whose value lies in [first, last]. */
function numberField(
  says: Number,
  [least, most]: readonly [number, number],
  [first, last]: readonly [number, number],
): FieldReader {
  const read: FieldReader['read'] = (text, at, moment) => {
    let value = 0;
    let end = at;
    while (end < at + most && isDigit(text, end)) {
      value = value * 10 + text.charCodeAt(end) - 0x30;
      end += 1;
    }
    if (end < at + least || value < first || value > last) return -1;
    moment[says] = value;
    return end;
  };
  return { says, read, takesDigits: true, endsOpen: least < most };
}

/** Two digits, or one where the symbol is written once. */
function upToTwo(
  symbol: string,
  says: Number,
  bounds: readonly [number, number],
): Readonly<Record<string, FieldReader>> {
  return { [symbol]: numberField(says, [1, 2], bounds), [symbol + symbol]: numberField(says, [2, 2], bounds) };
}

const months = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];

function nameField(names: readonly string[]): FieldReader {
  const read: FieldReader['read'] = (text, at, moment) => {
    const index = names.findIndex((name) => text.slice(at, at + name.length).toLowerCase() === name);
    if (index === -1) return -1;
    moment.month = index + 1;
    return at + (names[index] as string).length;
  };
  return { says: 'month', read, takesDigits: false, endsOpen: false };
}

const halfField: FieldReader = {
  says: 'half',
  read: (text, at, moment) => {
    const half = text.slice(at, at + 2).toUpperCase();
    if (half !== 'AM' && half !== 'PM') return -1;
    moment.half = half === 'AM' ? 0 : 1;
    return at + 2;
  },
  takesDigits: false,
  endsOpen: false,
};

/** Exactly so many digits of a second; zeros at the end say nothing. */
function fractionField(length: number): FieldReader {
  const read: FieldReader['read'] = (text, at, moment) => {
    let end = at;
    let last = at;
    while (end < at + length && isDigit(text, end)) {
      end += 1;
      if (text.charCodeAt(end - 1) !== 0x30) last = end;
    }
    if (end !== at + length) return -1;
    moment.fraction = last === at ? '' : `.${text.slice(at, last)}`;
    return end;
  };
  return { says: 'fraction', read, takesDigits: true, endsOpen: false };
}

/** An offset from UTC with hours and minutes, with or without a colon; X and its like take Z for none too. */
function offsetField({
  colon,
  minutes,
  z,
}: {
  readonly colon: boolean;
  readonly minutes: boolean;
  readonly z: boolean;
}): FieldReader {
  const read: FieldReader['read'] = (text, at, moment) => {
    if (z && text.charAt(at) === 'Z') {
      moment.offset = '+00:00';
      return at + 1;
    }
    const sign = text.charAt(at);
    const behindHours = at + 3 + (colon ? 1 : 0);
    const hours = twoDigits(text, at + 1);
    const rest = minutes ? twoDigits(text, behindHours) : 0;
    if ((sign !== '+' && sign !== '-') || hours === -1 || hours > 15 || rest === -1 || rest > 59) return -1;
    if (minutes && colon && text.charAt(at + 3) !== ':') return -1;
    moment.offset = `${text.slice(at, at + 3)}:${minutes ? text.slice(behindHours, behindHours + 2) : '00'}`;
    return minutes ? behindHours + 2 : at + 3;
  };
  return { says: 'offset', read, takesDigits: false, endsOpen: false };
}

function twoDigits(text: string, at: number): number {
  return isDigit(text, at) && isDigit(text, at + 1)
    ? (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30
    : -1;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

const fields: Readonly<Record<string, FieldReader>> = {
  yyyy: numberField('year', [4, 4], [1, 9999]),
  yy: numberField('year', [2, 2], [0, 99]),
  ...upToTwo('M', 'month', [1, 12]),
  MMM: nameField(months.map((name) => name.slice(0, 3))),
  MMMM: nameField(months),
  ...upToTwo('d', 'day', [1, 31]),
  ...upToTwo('H', 'hour', [0, 23]),
  ...upToTwo('h', 'hour', [1, 12]),
  a: halfField,
  ...upToTwo('m', 'minute', [0, 59]),
  ...upToTwo('s', 'second', [0, 59]),
  x: offsetField({ colon: false, minutes: false, z: false }),
  xx: offsetField({ colon: false, minutes: true, z: false }),
  xxx: offsetField({ colon: true, minutes: true, z: false }),
  X: offsetField({ colon: false, minutes: false, z: true }),
  XX: offsetField({ colon: false, minutes: true, z: true }),
  XXX: offsetField({ colon: true, minutes: true, z: true }),
  Z: offsetField({ colon: false, minutes: true, z: false }),
};
